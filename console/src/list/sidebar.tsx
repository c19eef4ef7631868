import { useState, type KeyboardEvent } from 'react';
import { Icon } from '../parts/icon.tsx';
import { useObservable } from '../parts/observable.ts';
import { playDemo, useDemo } from '../demo/demo.ts';
import { go } from '../workspace/route.ts';
import { useServices } from '../workspace/services.ts';
import { AccountBar } from './account-bar.tsx';
import type { SessionSummary } from '../api/documents.ts';
import { ConversationLinks } from './conversation-links.tsx';
import { useFound } from './use-found.ts';

/** The viewer's conversations. */
export function Sidebar({ current }: { readonly current: string | null }) {
  const { loadingMore } = useObservable(useServices().list);
  const [search, setSearch] = useState('');
  const isSearching = search.trim() !== '';
  const found = useFound(search);

  const onSearchKey = (event: KeyboardEvent): void => {
    const [first] = found;
    if (event.key === 'Escape') setSearch('');
    else if (event.key === 'ArrowDown') document.querySelector<HTMLElement>('.conversations a')?.focus();
    else if (event.key === 'Enter' && first !== undefined) go({ at: 'conversation', id: first.id });
    else return;
    event.preventDefault();
  };
  return (
    <aside className="sidebar" aria-label="Conversations">
      <header className="brand">
        <a href="#/" className="name">
          <span className="logo" aria-hidden="true" />
          agent-sessions
        </a>
        <a href="#/new" className="quiet button" title="New conversation (N)" aria-label="New conversation">
          <Icon name="edit" />
        </a>
      </header>
      <div className="search">
        <Icon name="search" />
        <input
          id="search"
          type="search"
          placeholder="Search titles and ids"
          aria-label="Search conversations by title or id"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={onSearchKey}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <p className="hidden" role="status">
        {isSearching && !loadingMore ? foundSentence(found.length) : ''}
      </p>
      <SidebarBody found={found} search={search} current={current} />
      <AccountBar />
    </aside>
  );
}

function foundSentence(count: number): string {
  return count === 1 ? '1 conversation found' : `${count} conversations found`;
}

interface BodyProps {
  readonly found: readonly SessionSummary[];
  readonly search: string;
  readonly current: string | null;
}

function SidebarBody({ found, search, current }: BodyProps) {
  const { list } = useServices();
  const { sessions, loaded, next, loadingMore, failure } = useObservable(list);
  if (!loaded)
    return failure === null ? <Skeleton /> : <p className="empty small">{failure.message} Trying again…</p>;
  if (sessions.length === 0) return <NoConversations />;
  if (found.length === 0) {
    return (
      <p className="empty small" aria-live="polite">
        {loadingMore || next !== null
          ? `Looking through ${sessions.length} conversations…`
          : 'No conversation is called by these words, and no id begins like this.'}
      </p>
    );
  }
  return (
    <ConversationLinks
      sessions={found}
      search={search}
      current={current}
      hasMore={next !== null}
      onEnd={() => void list.loadMore()}
    />
  );
}

function Skeleton() {
  return (
    <div className="skeletons" aria-busy="true" aria-label="Loading conversations">
      {[72, 54, 63, 45, 58].map((width) => (
        <div key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

function NoConversations() {
  const services = useServices();
  const { isPlaying, isAllowed } = useDemo(services);
  return (
    <div className="empty small">
      <p>No conversations yet.</p>
      {isAllowed && (
        <button type="button" className="plain" disabled={isPlaying} onClick={() => void playDemo(services)}>
          <Icon name="play" />
          Play a demo
        </button>
      )}
    </div>
  );
}
