import { describe, expect, it } from 'vitest';
import type { SessionSummary } from '../../console/src/api/documents.ts';
import {
  afterEvent,
  marked,
  matching,
  withPage,
  type SessionList,
} from '../../console/src/list/session-list.ts';

const session = (id: string, second: number, title: string | null = id): SessionSummary => ({
  id,
  title,
  currentAgent: null,
  messageCount: 0,
  updatedAt: `2026-01-31T12:00:${String(second).padStart(2, '0')}.000Z`,
});
const list = (sessions: SessionSummary[], next: string | null = null): SessionList => ({ sessions, next });
const ids = ({ sessions }: SessionList): string[] => sessions.map(({ id }) => id);

describe('the list of conversations', () => {
  const before = list([session('c', 30), session('b', 20), session('a', 10)]);

  it('moves what was active to where its time belongs', () => {
    expect(ids(afterEvent(before, { __typename: 'SessionListed', session: session('a', 40) }))).toEqual([
      'a',
      'c',
      'b',
    ]);
    expect(ids(afterEvent(before, { __typename: 'SessionListed', session: session('d', 25) }))).toEqual([
      'c',
      'd',
      'b',
      'a',
    ]);
  });

  it('takes out what is gone', () => {
    expect(ids(afterEvent(before, { __typename: 'SessionUnlisted', sessionId: 'b' }))).toEqual(['c', 'a']);
  });

  it('leaves to a later page what lies beyond what is loaded, and takes it at the end when all is loaded', () => {
    const event = { __typename: 'SessionListed', session: session('old', 1) } as const;
    expect(ids(afterEvent({ ...before, next: 'x' }, event))).toEqual(['c', 'b', 'a']);
    expect(ids(afterEvent(before, event))).toEqual(['c', 'b', 'a', 'old']);
  });

  it('adds a page without what moved up meanwhile', () => {
    expect(withPage(before, list([session('a', 10), session('z', 5)], 'y'))).toMatchObject({
      sessions: [{ id: 'c' }, { id: 'b' }, { id: 'a' }, { id: 'z' }],
      next: 'y',
    });
  });
});

describe('the search', () => {
  const sessions = [
    session('1', 3, 'Refund for Ärger'),
    session('2', 2, 'Order 12'),
    session('abc-3', 1, null),
  ];
  const none: ReadonlyMap<string, string> = new Map();

  it('finds all the words, in any case and order', () => {
    expect(matching(sessions, ' ärger  REFUND', none).map(({ id }) => id)).toEqual(['1']);
    expect(matching(sessions, 'refund order', none)).toEqual([]);
    expect(matching(sessions, '  ', none)).toBe(sessions);
  });

  it('finds what has no title by its first words', () => {
    const openings = new Map([
      ['abc-3', 'Where is my parcel?'],
      ['1', 'Where is my money?'],
    ]);
    expect(matching(sessions, 'where', openings).map(({ id }) => id)).toEqual(['abc-3']);
  });

  it('finds an id by its beginning', () => {
    expect(matching(sessions, 'ABC', none).map(({ id }) => id)).toEqual(['abc-3']);
  });

  it('cuts a title where words were found, whatever signs they have', () => {
    expect(marked('Order (12)', '(12)')).toEqual(['Order ', '(12)', '']);
    expect(marked('aXbxc', 'x')).toEqual(['a', 'X', 'b', 'x', 'c']);
    expect(marked('as it is', '')).toEqual(['as it is']);
  });
});
