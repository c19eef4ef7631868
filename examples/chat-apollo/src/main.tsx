import { ApolloProvider, useMutation, useQuery } from '@apollo/client/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { client } from './client.ts';
import { Conversation } from './conversation.tsx';
import { CONVERSATIONS, CREATE } from './graphql.ts';
import { followConversations } from './live.ts';

function Chat() {
  const { data } = useQuery(CONVERSATIONS, { fetchPolicy: 'cache-only' });
  const [create] = useMutation(CREATE, { onCompleted: ({ made }) => (location.hash = made.session.id) });
  const [shown, show] = useState(location.hash.slice(1));
  useEffect(() => {
    window.onhashchange = () => show(location.hash.slice(1));
    const following = followConversations().subscribe();
    return () => following.unsubscribe();
  }, []);
  const newestFirst = data?.sessions.nodes.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return (
    <>
      <nav>
        <button onClick={() => void create().catch(alert)}>New</button>
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

const chat = <ApolloProvider client={client} children={<Chat />} />;
createRoot(document.body).render(<StrictMode>{chat}</StrictMode>);
