import { useMutation, useQuery } from '@apollo/client/react';
import { useEffect, useRef, useState, type UIEvent } from 'react';
import { client } from './client.ts';
import { CONVERSATION, DELETE, OLDER_MESSAGES } from './graphql.ts';
import { followConversation, sendMessage } from './live.ts';

export function Conversation({ id }: { id: string }) {
  const { data } = useQuery(CONVERSATION, { variables: { id }, fetchPolicy: 'cache-only' });
  const [remove] = useMutation(DELETE, { variables: { id }, onCompleted: () => (location.hash = '') });
  const [problem, setProblem] = useState<Error>();
  const [sending, setSending] = useState<readonly { id: string; text: string; note: string }[]>([]);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    const following = followConversation(id).subscribe({ error: setProblem });
    return () => following.unsubscribe();
  }, [id]);

  const { edges = [], pageInfo } = data?.session?.messages ?? {};
  const loadOlder = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent) => {
    if (!pageInfo?.hasPreviousPage || scrollHeight + scrollTop - clientHeight > 300) return;
    const variables = { id, before: pageInfo.startCursor };
    client.query({ query: OLDER_MESSAGES, variables, fetchPolicy: 'network-only' }).catch(setProblem);
  };

  // A message is shown at once, after all others, until the log says where it stands.
  const stored = new Set(edges.map(({ node }) => node.metadata['key']));
  if (sending.some(({ id }) => stored.has(id))) setSending(sending.filter(({ id }) => !stored.has(id)));
  const send = (form: FormData) => {
    const message = { id: crypto.randomUUID(), text: form.get('text') as string, note: 'sending…' };
    setSending((all) => [...all, message]);
    const failed = (error: unknown) =>
      setSending((all) => all.map((one) => (one === message ? { ...one, note: String(error) } : one)));
    last.current = last.current.then(() => sendMessage(id, message.text, message.id)).catch(failed);
  };

  const bubbles = [
    ...edges.map(({ node }) => ({ ...node, note: node.status === 'INTERRUPTED' && 'interrupted' })),
    ...sending.map((one) => ({ ...one, role: 'USER', agent: null })),
    ...(data?.session?.drafts ?? []).map((draft) => ({ ...draft, note: 'writing…' })),
  ];
  return (
    <main>
      <header>
        <a href="#" aria-label="Back to the list" children="‹" />
        <h1>{data?.session === null ? 'No such conversation' : (data?.session?.title ?? 'Conversation')}</h1>
        <button onClick={() => confirm('Delete it?') && void remove().catch(setProblem)}>Delete</button>
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
