import { memo, useMemo } from 'react';
import type { MarkedToken, Token, Tokens } from 'marked';
import { blocksOf, DEEPEST } from './blocks.ts';
import { CodeBlock } from './code-block.tsx';
import { Inline } from './inline.tsx';

/**
 * Markdown as elements. Nothing is ever handed to the browser as HTML: what looks like a tag is text, so there is nothing
 * to sanitise, and nothing that a sanitiser could miss.
 */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  if (blocks === null) return <div className="markdown literal">{text}</div>;
  return (
    <div className="markdown" dir="auto">
      <Blocks tokens={blocks} depth={0} />
    </div>
  );
});

interface BlocksProps {
  readonly tokens: readonly Token[];
  readonly depth: number;
}

function Blocks({ tokens, depth }: BlocksProps) {
  if (depth > DEEPEST) return <p className="literal">{tokens.map(({ raw }) => raw).join('')}</p>;
  // Text that grows changes its last block only, so the place of a block names it.
  return tokens.map((token, index) => <Block key={index} token={token} depth={depth} />);
}

/** Rendered again when its source is another: each pass over a text makes new tokens of the same. */
const Block = memo(
  function Block({ token, depth }: { readonly token: Token; readonly depth: number }) {
    return renderBlock(token, depth);
  },
  (before, after) => before.token.raw === after.token.raw && before.token.type === after.token.type,
);

function renderBlock(generic: Token, depth: number) {
  const token = known(generic);
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'paragraph':
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      );
    case 'heading':
      return <Heading token={token} />;
    case 'code':
      return <CodeBlock text={token.text} language={token.lang ?? ''} />;
    case 'blockquote':
      return (
        <blockquote>
          <Blocks tokens={token.tokens} depth={depth + 1} />
        </blockquote>
      );
    case 'hr':
      return <hr />;
    case 'list':
      return <List token={token} depth={depth} />;
    case 'table':
      return <Table token={token} />;
    case 'text':
      return token.tokens === undefined ? <p>{token.text}</p> : <Inline tokens={token.tokens} />;
    case 'html':
      return <p className="literal">{token.raw.trimEnd()}</p>;
    case 'checkbox':
      return <Check checked={token.checked} />;
    default:
      return <p className="literal">{token.raw}</p>;
  }
}

/** Lexer without extensions knows only these. */
function known(token: Token): MarkedToken {
  return token as MarkedToken;
}

/** Below the headings of the page itself, so that the outline of the page stays true. */
function Heading({ token }: { readonly token: Tokens.Heading }) {
  const Tag = token.depth === 1 ? 'h3' : token.depth === 2 ? 'h4' : token.depth === 3 ? 'h5' : 'h6';
  return (
    <Tag>
      <Inline tokens={token.tokens} />
    </Tag>
  );
}

function List({ token, depth }: { readonly token: Tokens.List; readonly depth: number }) {
  const items = token.items.map((item, index) => (
    <li key={index} className={item.task ? 'task' : undefined}>
      <Blocks tokens={item.tokens} depth={depth + 1} />
    </li>
  ));
  return token.ordered ? <ol start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>;
}

function Check({ checked }: { readonly checked: boolean }) {
  return <span className="check">{checked ? '☑ ' : '☐ '}</span>;
}

function Table({ token }: { readonly token: Tokens.Table }) {
  const cell = ({ tokens, align }: Tokens.TableCell, Tag: 'th' | 'td', index: number) => (
    <Tag key={index} className={align ?? undefined}>
      <Inline tokens={tokens} />
    </Tag>
  );
  return (
    <div className="table" role="region" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>{token.header.map((one, index) => cell(one, one.text === '' ? 'td' : 'th', index))}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>{row.map((one, column) => cell(one, 'td', column))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
