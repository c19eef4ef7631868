import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Icon } from '../parts/icon.tsx';
import { distanceFromEnd, EndFollower, NEAR_END, type ScrollPlace } from './end-follower.ts';
import { estimatedHeight } from './estimated-height.ts';
import { RowView } from './row-view.tsx';
import type { Row } from './rows.ts';
import { useUnread } from './use-unread.ts';

export interface TranscriptListProps {
  readonly rows: readonly Row[];
  readonly sessionId: string;
  readonly title: string | null;
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  readonly onOlder: () => void;
}

/** Rows from the beginning at which older ones are asked for, so that they are there when they are needed. */
const NEAR_START = 12;

/** What makes a row higher or lower. */
const UNFOLDING = '.rows :is([aria-expanded], .show-all)';

/**
 * The rows in sight, of however many there are. Who reads the newest stays with it while it grows; who reads further up
 * keeps what is read where it is, whatever comes before it or behind it.
 */
export function TranscriptList({
  rows,
  sessionId,
  title,
  hasOlder,
  loadingOlder,
  onOlder,
}: TranscriptListProps) {
  const place = useRef<HTMLDivElement>(null);
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const [follower] = useState(() => new EndFollower());
  // Pixels of all rows when one of them was unfolded, until the end is followed again. The virtual list, too, follows the
  // end, and must not meanwhile.
  const [heldSize, setHeldSize] = useState<number | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: (index) => estimatedHeight(rows[index]),
    getItemKey,
    anchorTo: 'end',
    scrollEndThreshold: heldSize !== null ? -1 : 1,
    overscan: 8,
    paddingStart: 56,
    paddingEnd: 20,
  });
  const unread = useUnread(rows, isAtEnd);
  const onScroll = (): void => {
    if (place.current === null) return;
    const now = scrollPlace(place.current);
    follower.moved(now);
    setIsAtEnd(follower.follows || distanceFromEnd(now) <= NEAR_END);
    if (follower.follows) setHeldSize(null);
  };
  const keepPlace = (): void => {
    const element = place.current;
    if (element === null) return;
    // Not before what was unfolded has been measured: until then it lies over what comes after it.
    if (heldSize !== null && heldSize !== virtual.getTotalSize()) {
      const now = scrollPlace(element);
      follower.grown(now);
      if (follower.follows) setHeldSize(null);
      setIsAtEnd(follower.follows || distanceFromEnd(now) <= NEAR_END);
    }
    if (follower.follows && distanceFromEnd(scrollPlace(element)) > 0)
      element.scrollTop = element.scrollHeight;
  };
  // What grew is followed before it is painted: whatever grows is measured, and rendered for that.
  useLayoutEffect(keepPlace);
  // What is unfolded grows below its own line: the line stays under the pointer.
  const onClickCapture = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest(UNFOLDING) === null) return;
    follower.letGo();
    // The virtual list may still be after an end that it could not reach, and would go on as soon as there is room.
    virtual.scrollToOffset(place.current?.scrollTop ?? 0);
    setHeldSize(virtual.getTotalSize());
  };
  // Before, the beginning of what is loaded is in sight for a moment, and asks for nothing.
  const [isPlaced, setIsPlaced] = useState(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setIsPlaced(true));
    return () => cancelAnimationFrame(frame);
  }, []);
  const toNewest = useCallback(() => {
    follower.follow();
    setHeldSize(null);
    virtual.scrollToEnd();
  }, [follower, virtual]);
  useEffect(() => {
    document.addEventListener('go-to-newest', toNewest);
    return () => document.removeEventListener('go-to-newest', toNewest);
  }, [toNewest]);

  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  useEffect(() => {
    if (isPlaced && hasOlder && !loadingOlder && first < NEAR_START) onOlder();
  }, [isPlaced, hasOlder, loadingOlder, first, onOlder]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const row = document.activeElement?.closest<HTMLElement>('li[data-index]');
    if (row === null || row === undefined || row !== document.activeElement) return;
    const next =
      Number(row.dataset['index']) + (event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0);
    if (!['ArrowDown', 'ArrowUp'].includes(event.key) || next < 0 || next >= rows.length) return;
    event.preventDefault();
    virtual.scrollToIndex(next);
    requestAnimationFrame(() =>
      place.current?.querySelector<HTMLElement>(`li[data-index="${next}"]`)?.focus(),
    );
  };
  return (
    <div className="transcript">
      <div
        className="scroller"
        ref={place}
        role="region"
        aria-label="Messages"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={onScroll}
        onClickCapture={onClickCapture}
      >
        <ul className="rows" style={{ height: virtual.getTotalSize() }}>
          <li className="beginning faint small">
            {hasOlder ? (loadingOlder ? 'Loading older messages…' : '') : 'The beginning'}
          </li>
          {shown.map(({ index, key, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                data-kind={row.kind}
                tabIndex={index === rows.length - 1 ? 0 : -1}
                aria-setsize={hasOlder ? -1 : rows.length}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${start}px)` }}
              >
                <RowView row={row} sessionId={sessionId} title={title} />
              </li>
            );
          })}
        </ul>
        {rows.length === 0 && <p className="empty">Nothing has been said yet.</p>}
      </div>
      {!isAtEnd && (
        <button type="button" className="newest" onClick={toNewest}>
          <Icon name="arrowDown" />
          {unread === 0 ? 'Newest' : unread === 1 ? '1 new message' : `${unread} new messages`}
        </button>
      )}
    </div>
  );
}

function scrollPlace({ scrollTop, scrollHeight, clientHeight }: Element): ScrollPlace {
  return { top: scrollTop, height: scrollHeight, view: clientHeight };
}
