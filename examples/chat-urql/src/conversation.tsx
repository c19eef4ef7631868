import { useRef, useState, type UIEvent } from 'react';
import { useMutation, useQuery, useSubscription } from 'urql';
import { client } from './client.ts';
import { CONVERSATION, DELETE, EVENTS, OLDER_MESSAGES, SEND } from './graphql.ts';

export function Conversation({ id }: { id: string }) {
  const [{ data, error }] = useQuery({ query: CONVERSATION, variables: { id } });
  const after = data?.session?.cursor ?? null;
  const [live] = useSubscription({ query: EVENTS, variables: { id, after }, pause: after === null });
  const [dropped, dropIt] = useMutation(DELETE);
  const drop = async () => (await dropIt({ id })).error ?? (location.hash = '');
  const [, addMessage] = useMutation(SEND);
  const [sending, setSending] = useState<readonly { id: string; text: string; note: string }[]>([]);
  const last = useRef<Promise<unknown>>(Promise.resolve());

  const { edges = [], pageInfo } = data?.session?.messages ?? {};
  const loadOlder = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent) => {
    if (!pageInfo?.hasPreviousPage || scrollHeight + scrollTop - clientHeight > 300) return;
    const variables = { id, before: pageInfo.startCursor };
    void client.query(OLDER_MESSAGES, variables, { requestPolicy: 'network-only' }).toPromise();
  };

  // A message is shown at once, after all others, until the log says where it stands.
  const stored = new Set(edges.map(({ node }) => node.metadata['key']));
  if (sending.some(({ id }) => stored.has(id))) setSending(sending.filter(({ id }) => !stored.has(id)));
  const send = (form: FormData) => {
    const [key, text] = [crypto.randomUUID(), form.get('text') as string];
    setSending((all) => [...all, { id: key, text, note: 'sending…' }]);
    const input = { sessionId: id, role: 'USER', text, idempotencyKey: key, metadata: { key } } as const;
    const failed = ({ message }: Error) =>
      setSending((all) => all.map((one) => (one.id === key ? { ...one, note: message } : one)));
    last.current = last.current.then(() => addMessage({ input })).then(({ error }) => error && failed(error));
  };

  const bubbles = [
    ...edges.map(({ node }) => ({ ...node, note: node.status === 'INTERRUPTED' && 'interrupted' })),
    ...sending.map((one) => ({ ...one, role: 'USER', agent: null })),
    ...(data?.session?.drafts ?? []).map((draft) => ({ ...draft, note: 'writing…' })),
  ];
  const problem = error ?? live.error ?? dropped.error;
  return (
    <main>
      <header>
        <a href="#" aria-label="Back to the list" children="‹" />
        <h1>{data?.session === null ? 'No such conversation' : (data?.session?.title ?? 'Conversation')}</h1>
        <button onClick={() => confirm('Delete it?') && void drop()}>Delete</button>
      </header>
      <section onScroll={loadOlder}>
        <ol>
          {bubbles.map(({ id, role, agent, text, note }) => (
            <li key={id} className={role}>
              {role === 'ASSISTANT' && <small>{agent}</small>}
              {text}
              {note && <small>{note}</small>}
            </li>
          ))}
        </ol>
      </section>
      {problem && <p role="alert">{problem.message}</p>}
      <form action={send}>
        <input name="text" required placeholder="Message" autoComplete="off" />
        <button>Send</button>
      </form>
    </main>
  );
}
