import { useEffect, useRef, type KeyboardEvent, type SubmitEvent } from 'react';
import { Icon } from '../parts/icon.tsx';
import { useObservable } from '../parts/observable.ts';
import { keepUnsent, unsent } from './unsent.ts';

export interface ComposerProps {
  readonly sessionId: string;
  readonly onSend: (text: string) => void;
  readonly isBusy?: boolean;
  readonly placeholder?: string;
  /** Whether one came to write: who came to read keeps the keys for moving on. */
  readonly isEager?: boolean;
}

/** UTF-8 bytes of a message, as the server has it. */
const MOST_BYTES = 1024 * 1024;

export function Composer({
  sessionId,
  onSend,
  isBusy = false,
  placeholder = 'Write a message',
  isEager = false,
}: ComposerProps) {
  const text = useObservable(unsent).get(sessionId) ?? '';
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (isEager && matchMedia('(hover: hover)').matches) field.current?.focus({ preventScroll: true });
  }, [isEager]);
  const isTooLong = text.length > MOST_BYTES / 4 && new TextEncoder().encode(text).length > MOST_BYTES;
  const maySend = text.trim() !== '' && !isBusy && !isTooLong;
  const send = (): void => {
    if (!maySend) return;
    keepUnsent(sessionId, '');
    onSend(text);
    document.dispatchEvent(new Event('go-to-newest'));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter also ends a word that is composed of several keys, as in Japanese.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    send();
    field.current?.focus();
  };
  return (
    <form className="composer" onSubmit={onSubmit}>
      <div className="field">
        <textarea
          id="message"
          ref={field}
          rows={1}
          dir="auto"
          placeholder={placeholder}
          aria-label="Message"
          aria-describedby="composer-hint"
          value={text}
          onChange={(event) => keepUnsent(sessionId, event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          className="primary send"
          disabled={!maySend}
          aria-label="Send"
          title="Send (Enter)"
        >
          <Icon name="send" />
        </button>
      </div>
      <p id="composer-hint" className={isTooLong ? 'problem small' : 'faint small hint'}>
        {isTooLong
          ? 'Too long: a message has at most 1 MiB.'
          : 'Sent as the user. Enter sends, Shift+Enter makes a new line, Esc leaves.'}
      </p>
    </form>
  );
}
