import { CopyButton } from '../parts/copy-button.tsx';

export function CodeBlock({ text, language }: { readonly text: string; readonly language: string }) {
  const name = language.split(/\s/, 1)[0] ?? '';
  return (
    <div className="code">
      <div className="code-bar">
        <span>{name === '' ? 'text' : name}</span>
        <CopyButton text={text} what="code" />
      </div>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  );
}
