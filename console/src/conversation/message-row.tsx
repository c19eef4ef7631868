import type { Message } from 'agent-sessions/client';
import { Icon } from '../parts/icon.tsx';
import { attachmentsOf } from './attachments.ts';
import { Attachments } from './attachment-list.tsx';
import { Fold } from './fold.tsx';
import { ItemActions } from './item-actions.tsx';
import { MessageText } from './message-text.tsx';

export interface MessageRowProps {
  readonly item: Message;
  readonly sessionId: string;
  readonly title: string | null;
}

export function MessageRow({ item, sessionId, title }: MessageRowProps) {
  const { id, role, text, status, derived } = item;
  const isInstruction = role === 'SYSTEM' || role === 'DEVELOPER';
  const body = (
    <>
      {text !== '' && <MessageText text={text} />}
      <Attachments attachments={attachmentsOf(item.raw)} />
    </>
  );
  return (
    <ItemActions item={item} sessionId={sessionId} title={title} text={text}>
      <div className="message" data-role={role}>
        {isInstruction ? (
          <Fold name={id} icon="info" label={`Instructions to the model: ${text.slice(0, 80)}`}>
            {body}
          </Fold>
        ) : (
          body
        )}
        {(status === 'INTERRUPTED' || derived) && (
          <p className="tags">
            {status === 'INTERRUPTED' && (
              <span className="tag warning" title="Its author stopped before the end; this much was written.">
                <Icon name="warning" />
                Interrupted
              </span>
            )}
            {derived && (
              <span
                className="tag"
                title="Recovered from a wrapped hand-off history, not written by its author."
              >
                Recovered
              </span>
            )}
          </p>
        )}
      </div>
    </ItemActions>
  );
}
