import type { SessionListEvent, SessionSummary } from '../api/documents.ts';

/** A user's conversations as far as they are loaded, the most recently active first. */
export interface SessionList {
  readonly sessions: readonly SessionSummary[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** What an event makes of the list. A conversation that lies beyond what is loaded is not taken in: its page comes. */
export function afterEvent(list: SessionList, event: SessionListEvent): SessionList {
  if (event.__typename === 'SessionUnlisted') return without(list, event.sessionId);
  const { session } = event;
  const others = list.sessions.filter(({ id }) => id !== session.id);
  const index = others.findIndex(({ updatedAt }) => updatedAt <= session.updatedAt);
  if (index === -1 && list.next !== null) return { ...list, sessions: others };
  const place = index === -1 ? others.length : index;
  return { ...list, sessions: others.toSpliced(place, 0, session) };
}

function without(list: SessionList, id: string): SessionList {
  return { ...list, sessions: list.sessions.filter((session) => session.id !== id) };
}

/** The list with another page behind it; what moved up meanwhile is there already. */
export function withPage(list: SessionList, page: SessionList): SessionList {
  const known = new Set(list.sessions.map(({ id }) => id));
  return {
    sessions: [...list.sessions, ...page.sessions.filter(({ id }) => !known.has(id))],
    next: page.next,
  };
}

/**
 * Those whose title has all the words, wherever, in any case; an id must be whole or begin like that.
 * @param openings What those without a title begin with, by their ids.
 */
export function matching(
  sessions: readonly SessionSummary[],
  search: string,
  openings: ReadonlyMap<string, string>,
): readonly SessionSummary[] {
  const words = wordsOf(search);
  if (words.length === 0) return sessions;
  return sessions.filter(({ id, title }) => {
    const text = (title ?? openings.get(id) ?? '').toLocaleLowerCase();
    return words.every((word) => text.includes(word)) || id.toLocaleLowerCase().startsWith(words.join(' '));
  });
}

function wordsOf(search: string): readonly string[] {
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** The title cut where words were found: every second part is one. */
export function marked(title: string, search: string): readonly string[] {
  const words = wordsOf(search).map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return words.length === 0 ? [title] : title.split(new RegExp(`(${words.join('|')})`, 'iu'));
}
