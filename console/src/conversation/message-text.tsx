import { useState } from 'react';
import { Markdown } from '../markdown/markdown.tsx';
import { MOST_CHARACTERS } from './long-text.ts';

/** A message's text as Markdown; of a very long one the beginning, and all of it as plain text when it is asked for. */
export function MessageText({ text }: { readonly text: string }) {
  const [all, setAll] = useState(false);
  if (text.length <= MOST_CHARACTERS) return <Markdown text={text} />;
  if (all) return <div className="markdown literal">{text}</div>;
  return (
    <>
      <Markdown text={text.slice(0, MOST_CHARACTERS)} />
      <button type="button" className="plain small show-all" onClick={() => setAll(true)}>
        Show all {text.length.toLocaleString()} characters
      </button>
    </>
  );
}
