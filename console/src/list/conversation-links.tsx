import { memo, useEffect, useRef, type KeyboardEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { SessionSummary } from '../api/documents.ts';
import { placeAfter } from '../parts/menu.tsx';
import { useName } from '../conversation/use-name.ts';
import { longAgo, shortAgo, useMinute } from '../parts/moment.tsx';
import { hashOf } from '../workspace/route.ts';
import { marked } from './session-list.ts';

export interface ConversationLinksProps {
  readonly sessions: readonly SessionSummary[];
  readonly search: string;
  readonly current: string | null;
  readonly hasMore: boolean;
  /** The end of what is loaded comes into sight. */
  readonly onEnd: () => void;
}

/** Pixels of one row, as the style sheet has it. */
const ROW = 54;

/** One stop for the Tab key; arrows lead from one to the next. */
export function ConversationLinks({ sessions, search, current, hasMore, onEnd }: ConversationLinksProps) {
  const place = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: sessions.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW,
    getItemKey: (index) => sessions[index]?.id ?? index,
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= sessions.length - 10) onEnd();
  }, [hasMore, last, sessions.length, onEnd]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const link = document.activeElement?.closest<HTMLElement>('[data-index]');
    const now = Number(link?.dataset['index'] ?? -1);
    const next = placeAfter(event.key, now, sessions.length);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    virtual.scrollToIndex(next);
    // It may have to be rendered first.
    requestAnimationFrame(() => {
      place.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus();
    });
  };
  const stop = Math.max(
    0,
    sessions.findIndex(({ id }) => id === current),
  );
  return (
    <nav className="conversations" aria-label="Conversations" ref={place} onKeyDown={onKeyDown}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const session = sessions[index];
          if (session === undefined) return null;
          return (
            <li key={key} data-index={index} style={{ transform: `translateY(${start}px)` }}>
              <ConversationLink
                session={session}
                search={search}
                isCurrent={session.id === current}
                isStop={index === stop}
              />
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

interface LinkProps {
  readonly session: SessionSummary;
  readonly search: string;
  readonly isCurrent: boolean;
  readonly isStop: boolean;
}

const ConversationLink = memo(function ConversationLink({ session, search, isCurrent, isStop }: LinkProps) {
  useMinute();
  const { id, title, currentAgent, messageCount, updatedAt } = session;
  const name = useName(id, title, messageCount);
  return (
    <a
      href={hashOf({ at: 'conversation', id })}
      aria-current={isCurrent ? 'page' : undefined}
      tabIndex={isStop ? 0 : -1}
    >
      <span className="line">
        <span className={title === null ? 'title faint' : 'title'} dir="auto">
          <Highlighted text={name} search={search} />
        </span>
        <time dateTime={updatedAt} title={longAgo(updatedAt)}>
          {shortAgo(updatedAt)}
        </time>
      </span>
      <span className="line faint">
        <span className="title">{currentAgent ?? 'no agent yet'}</span>
        <span>{messageCount === 1 ? '1 message' : `${messageCount.toLocaleString()} messages`}</span>
      </span>
    </a>
  );
});

function Highlighted({ text, search }: { readonly text: string; readonly search: string }) {
  return marked(text, search).map((part, index) =>
    index % 2 === 1 ? <mark key={index}>{part}</mark> : <span key={index}>{part}</span>,
  );
}
