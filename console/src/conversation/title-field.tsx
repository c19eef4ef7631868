import { useEffect, useRef, useState } from 'react';

export interface TitleFieldProps {
  readonly title: string;
  /** What is shown while there is no title. */
  readonly placeholder: string;
  readonly onSave: (title: string) => void;
  readonly onCancel: () => void;
}

/** Enter and leaving save, Escape does not. */
export function TitleField({ title, placeholder, onSave, onCancel }: TitleFieldProps) {
  const [text, setText] = useState(title);
  const field = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useEffect(() => field.current?.select(), []);
  const end = (act: () => void): void => {
    // Leaving the field is what ending it does, too.
    if (over.current) return;
    over.current = true;
    act();
  };
  return (
    <input
      ref={field}
      className="title-field"
      aria-label="Title"
      maxLength={1_000}
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => end(() => onSave(text))}
      onKeyDown={(event) => {
        if (event.key === 'Enter') end(() => onSave(text));
        if (event.key === 'Escape') end(onCancel);
      }}
    />
  );
}
