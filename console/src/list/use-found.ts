import { useEffect } from 'react';
import type { SessionSummary } from '../api/documents.ts';
import { useObservable } from '../parts/observable.ts';
import { useServices } from '../workspace/services.ts';
import { matching } from './session-list.ts';

/** Of so many conversations without a title the first words are read to look for a word: each is a request. */
const MOST_OPENINGS = 100;

/** The conversations that a search finds, all of them without one. */
export function useFound(search: string): readonly SessionSummary[] {
  const { list, openings } = useServices();
  const { sessions, next, loadingMore, failure } = useObservable(list);
  const known = useObservable(openings);
  const isSearching = search.trim() !== '';
  // The server has no search: to find all there are, the whole list is read.
  useEffect(() => {
    if (isSearching && next !== null && !loadingMore && failure === null) void list.loadMore(100);
  }, [isSearching, list, next, loadingMore, failure]);
  useEffect(() => {
    if (!isSearching) return;
    const untitled = sessions.filter(({ title, messageCount }) => title === null && messageCount > 0);
    for (const { id } of untitled.slice(0, MOST_OPENINGS)) openings.ask(id);
  }, [isSearching, sessions, openings]);
  return matching(sessions, search, known);
}
