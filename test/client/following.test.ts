import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advance,
  beginFollowing,
  connectionState,
  type FollowingInput,
  type FollowingStep,
} from '../../src/client/following.ts';
import {
  AgentSessionsError,
  type ErrorCode,
  type ErrorDetails,
  type MessageDraft,
  type SessionEvent,
} from '../../src/client/index.ts';
import { draftOf, messageOf } from './protocol-server.ts';
import { BROKE, CUT, followed } from './followed-history.ts';
import { histories, historiesWithLosses, type Happening } from './session-histories.ts';

/** The drafts that a reader shows who believes every event; fails at one that does not fit. */
function shown(events: readonly SessionEvent[]): Map<string, MessageDraft> {
  const drafts = new Map<string, MessageDraft>();
  for (const event of events) {
    switch (event.__typename) {
      case 'DraftStarted':
        expect(drafts.has(event.draft.id)).toBe(false);
        drafts.set(event.draft.id, event.draft);
        break;
      case 'DraftAppended': {
        const draft = drafts.get(event.draftId);
        const field = event.channel === 'TEXT' ? 'text' : 'reasoning';
        expect(draft?.[field].length).toBe(event.offset);
        expect(event.text).not.toBe('');
        if (draft !== undefined) drafts.set(draft.id, { ...draft, [field]: draft[field] + event.text });
        break;
      }
      case 'DraftCancelled':
        expect(drafts.delete(event.draftId)).toBe(true);
        break;
      case 'ItemAdded':
        if (event.finishesDraft !== null) drafts.delete(event.finishesDraft);
        break;
      case 'SessionCleared':
        drafts.clear();
        break;
      case 'ResyncRequired':
        expect(drafts.size).toBe(0);
        break;
      default:
    }
  }
  return drafts;
}

const LOGGED = new Set(['ItemAdded', 'ItemRemoved', 'SessionCleared']);

function placesIn(events: readonly SessionEvent[]): number[] {
  return events.filter(({ __typename }) => LOGGED.has(__typename)).map(({ cursor }) => Number(cursor));
}

const starts = fc.constantFrom('0' as const, 'now' as const);

describe('a reader who is cut off again and again', () => {
  it('meets the log after its start once, in order (PROTOCOL 5.7)', () => {
    fc.assert(
      fc.property(histories, histories, starts, (past, happenings, start) => {
        const { events, server, from } = followed(past, happenings, start);
        expect(placesIn(events)).toEqual(server.places.filter((place) => place > from));
      }),
      { numRuns: 500 },
    );
  });

  it('shows exactly the drafts that are open, letter for letter', () => {
    fc.assert(
      fc.property(histories, histories, starts, (past, happenings, start) => {
        const { events, server } = followed(past, happenings, start);
        expect(shown(events)).toEqual(server.drafts);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps that over clears and lost writes, and skips only what those took away', () => {
    fc.assert(
      fc.property(histories, historiesWithLosses, starts, (past, happenings, start) => {
        const { events, server, from } = followed(past, happenings, start);
        const places = placesIn(events);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        const forgiven = Math.max(
          ...events
            .filter(({ __typename }) => __typename === 'SessionCleared' || __typename === 'ResyncRequired')
            .map(({ cursor }) => Number(cursor)),
          from,
        );
        const met = new Set(places);
        expect(server.places.filter((place) => place > forgiven && !met.has(place))).toEqual([]);
        expect(shown(events)).toEqual(server.drafts);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is told once for each connection that it has caught up', () => {
    const { events } = followed([], [deliverAll, cut, deliverAll, cut, cut, deliverAll], '0');
    expect(events.map(({ __typename }) => __typename)).toEqual(['CaughtUp', 'CaughtUp', 'CaughtUp']);
  });
});

const deliverAll: Happening = (world) => world.deliver(Infinity);
const cut: Happening = (world) => world.cut();

const typesOf = (events: readonly SessionEvent[]): string[] => events.map(({ __typename }) => __typename);
const event = (fields: Partial<SessionEvent>): FollowingInput =>
  ({ kind: 'received', event: { sessionId: 's', cursor: null, ...fields } }) as FollowingInput;
const CAUGHT_UP = event({ __typename: 'CaughtUp', cursor: '7' });
const failing = (code: ErrorCode, details: ErrorDetails = {}, retryable = false): FollowingInput => ({
  kind: 'broke',
  error: new AgentSessionsError(code, code, { retryable, details }),
  renewable: true,
});

/** A reader at '5' that these things happened to; the last step. */
function after(...inputs: readonly FollowingInput[]): FollowingStep {
  const start = beginFollowing({ sessionId: 's', after: '5', drafts: [], retries: 3 });
  return inputs.reduce(({ state }, input) => advance(state, input), start);
}

describe('the drafts of a reader who comes back', () => {
  const started = (text: string, reasoning = ''): FollowingInput =>
    event({ __typename: 'DraftStarted', draft: draftOf('d', text, reasoning) });
  const back = [
    { kind: 'opened' },
    started('Hello', 'Hm'),
    CAUGHT_UP,
    BROKE,
    { kind: 'waited' },
    { kind: 'opened' },
  ] as const;

  it('go on with what is missing', () => {
    expect(after(...back, started('Hello, Ada', 'Hm, well')).events).toMatchObject([
      { __typename: 'DraftAppended', draftId: 'd', channel: 'REASONING', offset: 2, text: ', well' },
      { __typename: 'DraftAppended', draftId: 'd', channel: 'TEXT', offset: 5, text: ', Ada' },
    ]);
  });

  it('are not mentioned when nothing is missing', () => {
    expect(after(...back, started('Hello', 'Hm')).events).toEqual([]);
  });

  it.each([
    ['shorter', started('Hell', 'Hm')],
    ['another text', started('Hallo, Ada', 'Hm')],
    ['shorter in thought', started('Hello, Ada', 'H')],
  ])('begin again when they are %s', (_what, again) => {
    expect(typesOf(after(...back, again).events)).toEqual(['DraftCancelled', 'DraftStarted']);
  });

  it('are dropped before CaughtUp when nobody told of them', () => {
    expect(typesOf(after(...back, CAUGHT_UP).events)).toEqual(['DraftCancelled', 'CaughtUp']);
  });

  it('are not dropped when the item is told that they became', () => {
    const item = messageOf('6', 'Hello');
    const finished = event({ __typename: 'ItemAdded', cursor: '6', item, finishesDraft: 'd' });
    expect(typesOf(after(...back, finished).events)).toEqual(['ItemAdded']);
    expect(typesOf(after(...back, finished, CAUGHT_UP).events)).toEqual(['CaughtUp']);
  });

  it('take from a piece only what follows what they have, and none of a draft that is not open', () => {
    const piece = (draftId: string, offset: number, text: string): FollowingInput =>
      event({ __typename: 'DraftAppended', draftId, offset, text, channel: 'TEXT' });
    const here = [{ kind: 'opened' }, started('Hello'), CAUGHT_UP] as const;
    expect(after(...here, piece('d', 3, 'lo, Ada')).events).toMatchObject([{ offset: 5, text: ', Ada' }]);
    expect(after(...here, piece('d', 1, 'ell')).events).toEqual([]);
    expect(after(...here, piece('other', 0, 'Hi')).events).toEqual([]);
    expect(after(...here, event({ __typename: 'DraftCancelled', draftId: 'other' })).events).toEqual([]);
  });

  it('are asked for anew when a piece is missing in between', () => {
    const step = after(
      { kind: 'opened' },
      started('Hello'),
      CAUGHT_UP,
      event({ __typename: 'DraftAppended', draftId: 'd', offset: 9, text: '!', channel: 'TEXT' }),
    );
    expect(step).toMatchObject({ events: [], action: { do: 'wait', failures: 0 } });
  });

  it('that are shown at the beginning count as told', () => {
    const start = beginFollowing({
      sessionId: 's',
      after: '5',
      drafts: [draftOf('d', 'Hel'), draftOf('e')],
      retries: 0,
    });
    const first = advance(start.state, started('Hello'));
    expect(first.events).toMatchObject([{ __typename: 'DraftAppended', offset: 3, text: 'lo' }]);
    expect(advance(first.state, CAUGHT_UP).events).toMatchObject([
      { __typename: 'DraftCancelled', draftId: 'e' },
      { __typename: 'CaughtUp' },
    ]);
  });
});

describe('a reader whose connection breaks', () => {
  it('goes on after the last cursor that was not null', () => {
    expect(after({ kind: 'opened' }, BROKE, { kind: 'waited' }).action).toEqual({
      do: 'connect',
      after: '5',
    });
    const draft = event({ __typename: 'DraftStarted', draft: draftOf('d') });
    expect(after({ kind: 'opened' }, CAUGHT_UP, draft, BROKE, { kind: 'waited' }).action).toEqual({
      do: 'connect',
      after: '7',
    });
  });

  it('takes the cursor of an event that it does not know, and hands no such event on', () => {
    const unknown = event({ __typename: 'Later' as 'CaughtUp', cursor: '6' });
    expect(after({ kind: 'opened' }, unknown).events).toEqual([]);
    expect(after({ kind: 'opened' }, unknown, BROKE, { kind: 'waited' }).action).toMatchObject({
      after: '6',
    });
  });

  it('waits longer after each try that brings nothing, and gives up when it may', () => {
    const tries = [BROKE, { kind: 'waited' }] as const;
    expect(after(...tries, ...tries, BROKE).action).toMatchObject({ do: 'wait', failures: 2 });
    expect(after(...tries, ...tries, ...tries, BROKE).action).toEqual({ do: 'fail', error: CUT });
    expect(after(...tries, ...tries, { kind: 'opened' }, CAUGHT_UP, BROKE).action).toMatchObject({
      failures: 0,
    });
    expect(after(...tries, ...tries, { kind: 'opened' }, BROKE).action).toMatchObject({ failures: 2 });
  });

  it('reads where the session is until it knows', () => {
    const start = beginFollowing({ sessionId: 's', after: null, drafts: [], retries: 3 });
    expect(start.action).toEqual({ do: 'place' });
    const again = advance(advance(start.state, BROKE).state, { kind: 'waited' });
    expect(again.action).toEqual({ do: 'place' });
    expect(advance(again.state, { kind: 'placed', cursor: '4' }).action).toEqual({
      do: 'connect',
      after: '4',
    });
  });

  it.each<[ErrorCode]>([
    ['FORBIDDEN'],
    ['BAD_USER_INPUT'],
    ['GRAPHQL_VALIDATION_FAILED'],
    ['NOT_FOUND'],
    ['BAD_RESPONSE'],
  ])('is over at %s', (code) => {
    expect(after(failing(code))).toMatchObject({ events: [], action: { do: 'fail', error: { code } } });
  });

  it('is over with what was thrown that is no error of a server', () => {
    const error = new TypeError('no token');
    expect(after({ kind: 'broke', error, renewable: true }).action).toEqual({ do: 'fail', error });
  });

  it('is told that the session was deleted when it is not found any more', () => {
    const gone = after({ kind: 'opened' }, CAUGHT_UP, BROKE, { kind: 'waited' }, failing('NOT_FOUND'));
    expect(gone).toMatchObject({
      events: [{ __typename: 'SessionDeleted', sessionId: 's', cursor: null }],
      action: { do: 'end' },
    });
  });

  it.each([
    ['UNAUTHENTICATED', failing('UNAUTHENTICATED')],
    ['a proxy with HTTP 401', failing('BAD_RESPONSE', { status: 401 })],
  ])('asks for another token once at %s, without a wait', (_what, refused) => {
    expect(after(refused).action).toEqual({ do: 'connect', after: '5' });
    expect(after(refused, refused).action).toMatchObject({ do: 'fail' });
    expect(after(refused, { kind: 'opened' }, CAUGHT_UP, refused).action).toMatchObject({ do: 'connect' });
    expect(after({ ...refused, renewable: false } as FollowingInput).action).toMatchObject({ do: 'fail' });
  });

  it('shows how its connection is', () => {
    const states = (...inputs: readonly FollowingInput[]) => connectionState(after(...inputs).state);
    expect(states()).toBe('connecting');
    expect(states(BROKE, { kind: 'waited' }, { kind: 'opened' })).toBe('connecting');
    expect(states({ kind: 'opened' }, CAUGHT_UP)).toBe('live');
    expect(states({ kind: 'opened' }, CAUGHT_UP, BROKE)).toBe('reconnecting');
    expect(states({ kind: 'opened' }, CAUGHT_UP, BROKE, { kind: 'waited' }, { kind: 'opened' })).toBe(
      'reconnecting',
    );
    expect(states({ kind: 'opened' }, event({ __typename: 'SessionDeleted' }))).toBe('closed');
    expect(states({ kind: 'completed' })).toBe('closed');
  });
});
