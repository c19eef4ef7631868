import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  initialTranscript,
  reduceTranscript,
  withOlderItems,
  type SessionEvent,
  type TranscriptPage,
  type TranscriptState,
} from '../../src/client/index.ts';
import { reduceEvents } from '../../src/client/transcript-events.ts';
import { followed } from './followed-history.ts';
import { draftOf, messageOf } from './protocol-server.ts';
import { histories, historiesWithClears } from './session-histories.ts';

const page = (fields: Partial<TranscriptPage> = {}): TranscriptPage => ({
  cursor: '0',
  items: [],
  ...fields,
});
const textsOf = ({ items }: TranscriptState): string[] =>
  items.map((item) => (item.__typename === 'Message' ? item.text : item.__typename));
const event = (fields: object): SessionEvent => ({ sessionId: 's', cursor: null, ...fields }) as SessionEvent;
const added = (cursor: string, fields: object = {}): SessionEvent =>
  event({
    __typename: 'ItemAdded',
    cursor,
    item: messageOf(cursor, `m${cursor}`),
    finishesDraft: null,
    ...fields,
  });
const handoff = (cursor: string, from: string | null, to: string): SessionEvent => {
  const { role: _role, text: _text, status: _status, ...fields } = messageOf(cursor, '');
  return added(cursor, { item: { ...fields, __typename: 'Handoff', from, to } });
};
const removed = (cursor: string, of: string): SessionEvent =>
  event({ __typename: 'ItemRemoved', cursor, itemId: `s:${of}` });
const piece = (draftId: string, offset: number, text: string, channel = 'TEXT'): SessionEvent =>
  event({ __typename: 'DraftAppended', draftId, offset, text, channel });
const started = (id: string, text = ''): SessionEvent =>
  event({ __typename: 'DraftStarted', draft: draftOf(id, text) });

/** The state after these events, each frozen before the next. */
function after(state: TranscriptState, ...events: readonly SessionEvent[]): TranscriptState {
  return events.reduce((before, next) => reduceTranscript(frozen(before), next), state);
}

function frozen(state: TranscriptState): TranscriptState {
  Object.freeze(state.items);
  Object.freeze(state.drafts);
  return Object.freeze(state);
}

describe('a transcript', () => {
  it('is what the server has, after any history that was followed over any cuts', () => {
    fc.assert(
      fc.property(histories, historiesWithClears, (past, happenings) => {
        const { events, server } = followed(past, happenings, '0');
        const state = after(initialTranscript(page()), ...events);
        expect(state.items.map(({ id }) => id)).toEqual(server.items.map(({ id }) => id));
        expect(new Map(state.drafts.map((draft) => [draft.id, draft]))).toEqual(server.drafts);
        expect(state).toMatchObject({ cursor: server.end, caughtUp: true, resync: null });
      }),
      { numRuns: 500 },
    );
  });

  it('is the same whether its events come one by one or in groups', () => {
    fc.assert(
      fc.property(histories, historiesWithClears, fc.array(fc.nat(8)), (past, happenings, sizes) => {
        const { events } = followed(past, happenings, '0');
        let grouped = initialTranscript(page());
        let at = 0;
        for (const size of [...sizes, events.length]) {
          grouped = reduceEvents(frozen(grouped), events.slice(at, (at += size)));
        }
        expect(grouped).toEqual(after(initialTranscript(page()), ...events));
      }),
    );
  });

  it('begins with a page, and goes on with what follows it', () => {
    const state = initialTranscript({
      cursor: '2',
      items: [messageOf('1', 'one'), messageOf('2', 'two')],
      drafts: [draftOf('d', 'Hel')],
      currentAgent: 'triage',
      title: 'Trip',
      metadata: { a: 1 },
      hasOlder: true,
    });
    expect(state).toMatchObject({
      start: '1',
      hasOlder: true,
      caughtUp: false,
      resync: null,
      deleted: false,
    });
    const next = after(
      state,
      piece('d', 3, 'lo'),
      event({ __typename: 'CaughtUp', cursor: '2' }),
      added('3'),
    );
    expect(next).toMatchObject({ cursor: '3', caughtUp: true, title: 'Trip', currentAgent: 'triage' });
    expect(textsOf(next)).toEqual(['one', 'two', 'm3']);
    expect(next.drafts).toEqual([draftOf('d', 'Hello')]);
  });

  it('is plain data that survives JSON, and goes on from there', () => {
    const state = after(initialTranscript(page()), added('1'), started('d', 'Hi'));
    const revived: TranscriptState = JSON.parse(JSON.stringify(state));
    expect(after(revived, added('1'), added('2'))).toEqual(after(state, added('2')));
  });

  it('keeps the identity of whatever an event does not touch', () => {
    const state = after(initialTranscript(page()), added('1'), added('2'), started('d'), started('e'));
    const written = after(state, piece('d', 0, 'Hello'));
    expect(written.items).toBe(state.items);
    expect(written.drafts[1]).toBe(state.drafts[1]);
    const longer = after(state, added('3'));
    expect(longer.items.slice(0, 2).every((item, index) => item === state.items[index])).toBe(true);
    expect(longer.drafts).toBe(state.drafts);
    expect(after(state, event({ __typename: 'CaughtUp', cursor: '2' })).items).toBe(state.items);
  });

  it('is the same object after what changes nothing', () => {
    const state = after(initialTranscript(page()), added('1'), started('d', 'Hello'));
    for (const nothing of [
      added('1'),
      piece('d', 0, 'Hel'),
      piece('d', 9, 'gap'),
      piece('unknown', 0, 'x'),
      event({ __typename: 'DraftCancelled', draftId: 'unknown' }),
      event({ __typename: 'Later' }),
    ]) {
      expect(reduceTranscript(state, nothing)).toBe(state);
    }
  });

  it('may go on in two ways from one state', () => {
    const state = after(initialTranscript(page()), added('1'));
    expect(textsOf(after(state, added('2')))).toEqual(['m1', 'm2']);
    expect(textsOf(after(state, added('2')))).toEqual(['m1', 'm2']);
    expect(textsOf(after(state, added('3')))).toEqual(['m1', 'm3']);
    expect(textsOf(state)).toEqual(['m1']);
  });

  it('replaces a draft by its message in one change, under the same key', () => {
    const state = after(initialTranscript(page()), added('1'), started('d', 'Hello'), started('e'));
    const next = after(state, added('2', { finishesDraft: 'd' }));
    expect(next.drafts.map(({ id }) => id)).toEqual(['e']);
    expect(next.items.map((item) => item.finishesDraft ?? item.id)).toEqual(['s:1', 'd']);
  });

  it('takes from a piece what is missing, in the channel that it is for', () => {
    const state = after(initialTranscript(page()), started('d', 'Hello'));
    expect(after(state, piece('d', 3, 'lo, Ada')).drafts[0]?.text).toBe('Hello, Ada');
    expect(after(state, piece('d', 0, 'Hm', 'REASONING')).drafts[0]).toMatchObject({
      text: 'Hello',
      reasoning: 'Hm',
    });
  });

  it('shows a draft that begins again where it stood', () => {
    const state = after(initialTranscript(page()), started('d', 'Hello'), started('e'), started('d', 'Hel'));
    expect(state.drafts.map(({ id, text }) => [id, text])).toEqual([
      ['d', 'Hel'],
      ['e', ''],
    ]);
  });

  it('follows the current agent by hand-offs, and back when they are removed', () => {
    const state = after(
      initialTranscript(page({ currentAgent: 'a' })),
      handoff('1', 'a', 'b'),
      handoff('2', 'b', 'c'),
    );
    expect(state.currentAgent).toBe('c');
    expect(after(state, removed('3', '2')).currentAgent).toBe('b');
    expect(after(state, removed('3', '2'), removed('4', '1')).currentAgent).toBe('a');
    expect(after(state, removed('3', 'unseen')).currentAgent).toBe('c');
  });

  it('takes title, metadata and current agent from SessionUpdated', () => {
    const session = { title: 'New', metadata: { b: 2 }, currentAgent: 'billing' };
    const state = after(
      initialTranscript(page()),
      event({ __typename: 'SessionUpdated', cursor: '1', session }),
    );
    expect(state).toMatchObject({ ...session, cursor: '1' });
  });

  it('is emptied, drafts included, by a clear', () => {
    const state = after(
      initialTranscript(page({ title: 'T', currentAgent: 'a', hasOlder: true })),
      added('1'),
      started('d'),
    );
    const session = { title: 'New', metadata: { b: 2 }, currentAgent: 'later' };
    expect(after(state, event({ __typename: 'SessionCleared', cursor: '2', session }))).toMatchObject({
      items: [],
      drafts: [],
      currentAgent: null,
      title: 'New',
      metadata: { b: 2 },
      cursor: '2',
      start: null,
      hasOlder: false,
    });
  });

  it('holds only what came after a clear, also when all came together', () => {
    const cleared = event({
      __typename: 'SessionCleared',
      cursor: '2',
      session: { title: null, metadata: {} },
    });
    expect(textsOf(reduceEvents(initialTranscript(page()), [added('1'), cleared, added('3')]))).toEqual([
      'm3',
    ]);
  });

  it('shows nothing of a session that was deleted', () => {
    const state = after(initialTranscript(page()), added('1'), started('d'));
    expect(after(state, event({ __typename: 'SessionDeleted' }))).toMatchObject({
      items: [],
      drafts: [],
      deleted: true,
    });
  });

  it('says that it must be read again, and goes on meanwhile', () => {
    const state = after(initialTranscript(page()), added('1'), started('d'));
    const lost = after(state, event({ __typename: 'ResyncRequired', cursor: '1', reason: 'DIVERGED' }));
    expect(lost).toMatchObject({ resync: 'DIVERGED', drafts: [], cursor: '1' });
    expect(textsOf(after(lost, added('2')))).toEqual(['m1', 'm2']);
  });

  it('takes older items in front, without those that it has', () => {
    const state = initialTranscript(
      page({ cursor: '4', items: [messageOf('3', 'm3'), messageOf('4', 'm4')], hasOlder: true }),
    );
    const older = withOlderItems(state, {
      items: ['1', '2', '3'].map((at) => messageOf(at, `m${at}`)),
      hasOlder: true,
    });
    expect(textsOf(older)).toEqual(['m1', 'm2', 'm3', 'm4']);
    expect(older).toMatchObject({ start: '1', hasOlder: true, cursor: '4' });
    expect(older.items.slice(2)).toEqual(state.items);
    expect(withOlderItems(older, { items: [] })).toMatchObject({ start: '1', hasOlder: false });
    expect(textsOf(after(older, added('2'), added('5'), removed('6', '1')))).toEqual([
      'm2',
      'm3',
      'm4',
      'm5',
    ]);
  });

  it('copies no items for the pieces of a draft, however many there are of either', () => {
    let state = after(initialTranscript(page()), started('d'));
    for (let count = 0; count < 10_000; count++) state = reduceTranscript(state, added(String(count)));
    const { items } = state;
    for (let count = 0; count < 100_000; count++) state = reduceTranscript(state, piece('d', count, 'x'));
    expect(state.items).toBe(items);
    expect(state.drafts[0]?.text).toHaveLength(100_000);
  });
});
