import type { MarkedToken, Token } from 'marked';
import { DEEPEST } from './blocks.ts';
import { withoutReferences } from './character-references.ts';
import { safeAddress, safeImage } from './links.ts';

export interface InlineProps {
  readonly tokens: readonly Token[];
  readonly depth?: number;
}

/** What stands within a line. */
export function Inline({ tokens, depth = 0 }: InlineProps) {
  if (depth > DEEPEST) return tokens.map(({ raw }) => raw).join('');
  return tokens.map((token, index) => <Part key={index} token={token} depth={depth + 1} />);
}

function Part({ token: generic, depth }: { readonly token: Token; readonly depth: number }) {
  // Lexer without extensions knows only these.
  const token = generic as MarkedToken;
  switch (token.type) {
    case 'text':
      return token.tokens === undefined ? (
        withoutReferences(token.text)
      ) : (
        <Inline tokens={token.tokens} depth={depth} />
      );
    case 'escape':
      return token.text;
    case 'strong':
      return (
        <strong>
          <Inline tokens={token.tokens} depth={depth} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} depth={depth} />
        </em>
      );
    case 'del':
      return (
        <del>
          <Inline tokens={token.tokens} depth={depth} />
        </del>
      );
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link': {
      const address = safeAddress(token.href);
      if (address === null) return token.raw;
      return (
        <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={token.title ?? undefined}>
          <Inline tokens={token.tokens} depth={depth} />
        </a>
      );
    }
    case 'image':
      return <Picture href={token.href} text={token.text} raw={token.raw} />;
    default:
      // A tag, or whatever else: as it was written.
      return token.raw;
  }
}

/** Pictures from elsewhere are not loaded: that would tell their server who reads what, and when. */
function Picture({
  href,
  text,
  raw,
}: {
  readonly href: string;
  readonly text: string;
  readonly raw: string;
}) {
  const image = safeImage(href);
  if (image !== null) return <img src={image} alt={text} />;
  const address = safeAddress(href);
  if (address === null) return raw;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" className="picture">
      {text === '' ? address : text}
    </a>
  );
}
