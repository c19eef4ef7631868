/** Characters of a line that are put into the page: more than any window shows. */
const MOST = 200;
/** Characters that may be too wide for a phone: from there on the line fades at its beginning while it grows. */
const SHORT = 40;

export interface PreviewProps {
  readonly text: string;
  /** Whether its newest words are what counts: it is cut at its beginning then, and otherwise at its end. */
  readonly isGrowing?: boolean;
  readonly className?: string;
}

/** One line of a longer text, in the direction of its own script, and with its signs in their order. */
export function Preview({ text, isGrowing = false, className = '' }: PreviewProps) {
  if (!isGrowing) {
    return (
      <span className={`preview ${className}`} dir="auto">
        {oneLine(text.slice(0, MOST))}
      </span>
    );
  }
  return (
    <span className={`preview tail ${text.length > SHORT ? 'cut' : ''} ${className}`} dir="auto">
      <span>{oneLine(text.slice(-MOST))}</span>
    </span>
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
