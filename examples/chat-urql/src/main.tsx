import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider, useMutation, useQuery, useSubscription } from 'urql';
import { client, socket } from './client.ts';
import { Conversation } from './conversation.tsx';
import { CONVERSATIONS, CREATE, LIST_EVENTS } from './graphql.ts';

function Chat() {
  const [{ data, fetching, stale }, read] = useQuery({ query: CONVERSATIONS, requestPolicy: 'network-only' });
  const variables = { after: data?.sessions.pageInfo.startCursor ?? '0' };
  useSubscription({ query: LIST_EVENTS, variables, pause: fetching || stale });
  const [, create] = useMutation(CREATE);
  const begin = () => create({}).then(({ data }) => data && (location.hash = data.made.session.id));
  const [shown, show] = useState(location.hash.slice(1));
  useEffect(() => {
    window.onhashchange = () => show(location.hash.slice(1));
    // Nobody is told later of what is gone: after a break the list is read again.
    return socket.on('closed', () => read({ requestPolicy: 'network-only' }));
  }, [read]);
  const newestFirst = data?.sessions.nodes.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return (
    <>
      <nav>
        <button onClick={() => void begin()}>New</button>
        {newestFirst?.map(({ id, title, lastMessage }) => (
          <a key={id} href={`#${id}`} aria-current={id === shown && 'page'}>
            {title ?? 'Conversation'}
            <small>{lastMessage?.text ?? 'Nothing said yet'}</small>
          </a>
        ))}
      </nav>
      {shown ? <Conversation key={shown} id={shown} /> : <p>Choose a conversation, or begin one.</p>}
    </>
  );
}

const chat = <Provider value={client} children={<Chat />} />;
createRoot(document.body).render(<StrictMode>{chat}</StrictMode>);
