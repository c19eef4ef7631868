import { MessageText } from './message-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { useServices } from '../workspace/services.ts';
import { giveBack } from './unsent.ts';
import type { Outgoing } from './outbox.ts';

/** A message of this window that the server has not confirmed yet. */
export function OutgoingRow({
  outgoing,
  sessionId,
}: {
  readonly outgoing: Outgoing;
  readonly sessionId: string;
}) {
  const outbox = useServices().outbox(sessionId);
  const { key, text, state, failure } = outgoing;
  return (
    <div className="item">
      <div className="message outgoing" data-role="USER" data-state={state}>
        <MessageText text={text} />
        {state === 'failed' || state === 'waiting' ? (
          <p className="tags" role="alert">
            <span className={state === 'failed' ? 'tag problem' : 'tag warning'}>
              <Icon name="warning" />
              {state === 'failed' ? 'Not sent' : 'Not sent yet, trying again by itself'}: {failure?.message}
            </span>
            <button type="button" className="plain small" onClick={() => outbox.retry(key)}>
              <Icon name="retry" />
              {state === 'failed' ? 'Try again' : 'Try now'}
            </button>
            <button
              type="button"
              className="plain small"
              onClick={() => giveBack(sessionId, outbox.discard(key))}
            >
              Edit
            </button>
          </p>
        ) : (
          <p className="hidden">Sending…</p>
        )}
      </div>
    </div>
  );
}
