import { useState } from 'react';
import { CopyButton } from '../parts/copy-button.tsx';
import { MOST_CHARACTERS } from './long-text.ts';

/** Code, of which a very long one is shown in part at first: a page with a megabyte of it would stand still. */
export function Clamped({ text, what }: { readonly text: string; readonly what: string }) {
  const [all, setAll] = useState(false);
  const isLong = text.length > MOST_CHARACTERS && !all;
  return (
    <div className="code">
      <div className="code-bar">
        <span>{what}</span>
        <CopyButton text={text} what={what} />
      </div>
      <pre tabIndex={0}>
        <code>{isLong ? text.slice(0, MOST_CHARACTERS) : text}</code>
      </pre>
      {isLong && (
        <button type="button" className="plain small show-all" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      )}
    </div>
  );
}
