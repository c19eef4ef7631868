import { useEffect, useState } from 'react';
import { Icon } from './icon.tsx';
import { copyText } from './clipboard.ts';

export interface CopyButtonProps {
  readonly text: string;
  readonly what: string;
  /** Whether the icon alone is shown. */
  readonly isBare?: boolean;
}

/** Says for two seconds that it was done. */
export function CopyButton({ text, what, isBare = false }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    copyText(text).then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  return (
    <button
      type="button"
      className="quiet copy"
      onClick={copy}
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
    >
      <Icon name={state === 'copied' ? 'check' : 'copy'} />
      <span aria-live="polite" className={isBare ? 'hidden' : undefined}>
        {state === 'idle' ? 'Copy' : state === 'copied' ? 'Copied' : 'Not allowed'}
      </span>
    </button>
  );
}
