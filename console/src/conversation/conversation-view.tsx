import { useEffect, useMemo, useState } from 'react';
import { usePageInUse } from '../parts/page-in-use.ts';
import { Icon } from '../parts/icon.tsx';
import { useObservable } from '../parts/observable.ts';
import { useServices } from '../workspace/services.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.ts';
import { ConversationHeader } from './conversation-header.tsx';
import { Folds, FoldsContext } from './fold.tsx';
import { TranscriptList } from './transcript-list.tsx';
import { useName } from './use-name.ts';
import { useRows } from './use-rows.ts';

/** Longer than the list's: to come back to a conversation is to read it again. */
const PATIENCE_MS = 60_000;

/** One conversation: followed while it is looked at. */
export function ConversationView({ id }: { readonly id: string }) {
  const services = useServices();
  // Who began it goes on writing.
  const [isEager] = useState(() => document.activeElement?.id === 'message');
  const { sessions, credentials } = services;
  const conversation = useMemo(
    () => new Conversation(sessions, id, () => credentials.refuse()),
    [sessions, id, credentials],
  );
  const inUse = usePageInUse(PATIENCE_MS);
  useEffect(() => {
    if (!inUse) return undefined;
    conversation.start();
    return () => conversation.stop();
  }, [conversation, inUse]);

  const { transcript, connection, loadingOlder, failure } = useObservable(conversation);
  const outbox = services.outbox(id);
  const rows = useRows(transcript, outbox, connection === 'live');
  const folds = useMemo(() => new Folds(), []);
  const title = transcript?.title ?? null;
  const name = useName(id, title, transcript?.items.length ?? null);
  const isRead = transcript !== null;
  useEffect(() => {
    document.title = `${isRead ? name : 'Conversation'} · agent-sessions`;
  }, [isRead, name]);

  if (transcript === null) {
    if (failure === null || failure.retryable) return <Loading failure={failure?.message ?? null} />;
    return failure.code === 'NOT_FOUND' ? <Gone isNew={false} /> : <Failed message={failure.message} />;
  }
  if (transcript.deleted) return <Gone isNew />;
  return (
    <FoldsContext value={folds}>
      <ConversationHeader id={id} name={name} transcript={transcript} connection={connection} />
      <TranscriptList
        rows={rows}
        sessionId={id}
        title={title}
        hasOlder={transcript.hasOlder}
        loadingOlder={loadingOlder}
        onOlder={() => void conversation.loadOlder()}
      />
      <Announcer transcript={transcript} />
      <Composer
        key={id}
        sessionId={id}
        isEager={isEager}
        onSend={(text) => outbox.send(text, transcript.items.at(-1)?.id ?? null)}
      />
    </FoldsContext>
  );
}

function Loading({ failure }: { readonly failure: string | null }) {
  return (
    <div className="loading" aria-busy="true">
      <p className="hidden" role="status">
        Loading the conversation
      </p>
      {failure === null ? (
        <div className="skeletons wide appears-late">
          {[34, 78, 66, 24, 71, 83, 52].map((width) => (
            <div key={width} className="skeleton" style={{ width: `${width}%` }} />
          ))}
        </div>
      ) : (
        <p className="problem" role="alert">
          {failure} Trying again…
        </p>
      )}
    </div>
  );
}

function Gone({ isNew }: { readonly isNew: boolean }) {
  return (
    <div className="stage">
      <div className="card" role="alert">
        <Icon name="trash" />
        <h1>{isNew ? 'This conversation was deleted' : 'No such conversation'}</h1>
        <p>
          {isNew
            ? 'Somebody deleted it just now, or it expired.'
            : 'It was deleted, has expired, never existed, or belongs to somebody else: the server does not tell these apart.'}
        </p>
        <a href="#/" className="button primary">
          To the others
        </a>
      </div>
    </div>
  );
}

function Failed({ message }: { readonly message: string }) {
  return (
    <div className="stage">
      <div className="card" role="alert">
        <Icon name="warning" />
        <h1>It cannot be shown</h1>
        <p>{message}</p>
        <button type="button" className="primary" onClick={() => location.reload()}>
          Try again
        </button>
      </div>
    </div>
  );
}
