import { describe, expect, it } from 'vitest';
import { check, INVARIANTS } from '../../faults/checker/check.ts';
import type { Promises } from '../../faults/checker/promises.ts';
import type { Happening, HistoryEvent } from '../../faults/history/event.ts';
import { handmade, lost, met, reading, subscribed, told, write, wrote } from './handmade-history.ts';

interface Case {
  readonly what: string;
  readonly history: readonly HistoryEvent[];
  readonly promises?: Partial<Promises>;
}

const fault = (phase: 'injected' | 'healed', outage = true): Happening => ({
  kind: 'fault',
  name: 'kill',
  phase,
  lossy: false,
  outage,
});
const healed: Happening = { kind: 'healed' };
const settled: Happening = { kind: 'settled' };
const a = write('a');
const b = write('b');
const c = write('c');
const again = write('a', '@other', a.id);
const asked = (askedAt: number, values: readonly string[], user = 'alice'): Happening => ({
  kind: 'read',
  session: 's',
  server: 1,
  user,
  askedAt,
  values,
});
const refusal = (code: string | null, retryable: boolean): Happening => ({
  kind: 'fail',
  write: a.id,
  code,
  retryable,
});
const census = (phase: 'before' | 'afterwards', count: number): Happening => ({
  kind: 'census',
  phase,
  what: 'channels',
  count,
});
const ended = (askedAt: number, code: number | null = 0): Happening => ({
  kind: 'shutdown',
  server: 0,
  askedAt,
  code,
});
const memory = (bytes: number, phase: 'under load' | 'afterwards' = 'under load'): Happening => ({
  kind: 'memory',
  server: 0,
  bytes,
  phase,
});

/** By invariant: histories that breach it, and histories that come close and do not. */
const CASES: Readonly<
  Record<string, { readonly breaches: readonly Case[]; readonly keeps: readonly Case[] }>
> = {
  I1: {
    breaches: [
      { what: 'an acknowledged write that is nowhere', history: handmade([], wrote('a')) },
      { what: 'one that is at another cursor', history: handmade(['a'], wrote('a', '@b')) },
      {
        what: 'a hole in what a lossy fault left',
        history: handmade(['b'], [...wrote('a'), ...wrote('b'), lost('injected'), lost()]),
      },
      {
        what: 'a hole that none of two lossy faults can have left',
        history: handmade(
          ['b'],
          [...wrote('a'), ...wrote('b'), lost('injected'), lost(), lost('injected'), lost()],
        ),
      },
      {
        what: 'a lost tail in the durable profile',
        history: handmade([], [...wrote('a'), lost('injected'), lost()]),
        promises: { profile: 'durable' },
      },
    ],
    keeps: [
      { what: 'a write of unknown outcome that is nowhere', history: handmade([], wrote('a', 'info')) },
      {
        what: 'a lost tail in the standard profile',
        history: handmade(['a'], [...wrote('a'), ...wrote('b'), lost('injected'), lost()]),
      },
      {
        what: 'what the old master acknowledged while the new one served, of which is heard later',
        history: handmade(
          ['b'],
          [lost('injected'), ...wrote('a'), ...wrote('b'), lost('injected'), lost(), lost()],
        ),
      },
      {
        what: 'a tail that the second of two lossy faults took',
        history: handmade([], [...wrote('a'), lost('injected'), lost(), lost('injected'), lost()]),
      },
    ],
  },
  I2: {
    breaches: [{ what: 'a value twice', history: handmade(['a', 'a'], wrote('a')) }],
    keeps: [{ what: 'every value once', history: handmade(['a', 'b'], [...wrote('a'), ...wrote('b')]) }],
  },
  I3: {
    breaches: [
      { what: 'a refused write in the log', history: handmade(['a'], wrote('a', 'fail')) },
      {
        what: 'a refused write delivered',
        history: handmade([], [subscribed(), ...wrote('a', 'fail'), ...met('a')]),
      },
      { what: 'a value that nobody wrote', history: handmade(['a'], []) },
    ],
    keeps: [
      {
        what: 'a write that was refused first and then acknowledged',
        history: handmade(['a'], [a.invoke, refusal('STORE_UNAVAILABLE', true), a.invoke, a.end]),
      },
      { what: 'an unknown write in the log', history: handmade(['a'], wrote('a', 'info')) },
    ],
  },
  I4: {
    breaches: [
      {
        what: 'another order on another server',
        history: handmade(
          ['a', 'b'],
          [a.invoke, b.invoke, a.end, b.end, reading(['a', 'b']), reading(['b', 'a'])],
        ),
      },
      {
        what: 'a subscriber that met another order',
        history: handmade(['a', 'b'], [a.invoke, b.invoke, a.end, b.end, subscribed(), ...met('b', 'a')]),
      },
    ],
    keeps: [
      {
        what: 'two servers that show the same',
        history: handmade(['a', 'b'], [a.invoke, b.invoke, a.end, b.end, reading(['a', 'b'], 1)]),
      },
    ],
  },
  I5: {
    breaches: [
      { what: 'a later write first', history: handmade(['b', 'a'], [...wrote('a'), ...wrote('b')]) },
    ],
    keeps: [
      {
        what: 'simultaneous writes in any order',
        history: handmade(['b', 'a'], [a.invoke, b.invoke, a.end, b.end]),
      },
    ],
  },
  I6: {
    breaches: [
      {
        what: 'a gap',
        history: handmade(['a', 'b', 'c'], [a, b, c].flatMap(bothOf).concat(subscribed(), met('a', 'c'))),
      },
      {
        what: 'a repeat',
        history: handmade(['a', 'b'], [a, b].flatMap(bothOf).concat(subscribed(), met('a', 'b', 'b'))),
      },
      {
        what: 'a repeat over a reconnect',
        history: handmade(
          ['a', 'b'],
          [a, b].flatMap(bothOf).concat(subscribed(), met('a', 'b'), subscribed('@b'), met('b')),
        ),
      },
      {
        what: 'a gap after the cursor that it began with',
        history: handmade(['a', 'b', 'c'], [a, b, c].flatMap(bothOf).concat(subscribed('@a'), met('c'))),
      },
      {
        what: 'the word that all was told though it was not',
        history: handmade(
          ['a', 'b'],
          [a, b].flatMap(bothOf).concat(subscribed(), met('a'), told('CaughtUp', '@b')),
        ),
      },
      {
        what: 'something newer before a loss is announced',
        history: handmade(
          ['b'],
          [...wrote('a'), subscribed(), ...met('a'), lost('injected'), lost(), ...wrote('b'), ...met('b')],
        ),
      },
      {
        what: 'an announcement of a loss that there was not',
        history: handmade(['a'], [...wrote('a'), subscribed(), ...met('a'), told('ResyncRequired', '@a')]),
      },
      {
        what: 'another value than the log has there',
        history: handmade(
          ['a'],
          [
            ...wrote('a'),
            subscribed(),
            { kind: 'delivered', subscriber: 'reader', type: 'ItemAdded', cursor: '@a', value: 'b' },
            ...wrote('b', 'info'),
          ],
        ),
      },
    ],
    keeps: [
      {
        what: 'a replay, then live, over a reconnect',
        history: handmade(
          ['a', 'b', 'c'],
          [a, b, c]
            .flatMap(bothOf)
            .concat(subscribed(), met('a'), told('CaughtUp', '@a'), met('b'), subscribed('@b'), met('c')),
        ),
      },
      {
        what: 'an announced loss',
        history: handmade(
          ['b'],
          [
            ...wrote('a'),
            subscribed(),
            ...met('a'),
            lost('injected'),
            lost(),
            told('ResyncRequired', '@'),
            ...wrote('b'),
            ...met('b'),
          ],
        ),
      },
      {
        what: 'a subscription from now on',
        history: handmade(
          ['a', 'b'],
          [...wrote('a'), subscribed(null), told('CaughtUp', '@a'), ...wrote('b'), ...met('b')],
        ),
      },
    ],
  },
  I7: {
    breaches: [
      {
        what: 'a subscriber that never arrived',
        history: handmade(['a', 'b'], [a, b].flatMap(bothOf).concat(subscribed(), met('a'), healed, settled)),
      },
      {
        what: 'one that came too late',
        history: handmade(['a'], [...wrote('a'), subscribed(), healed, settled, settled, ...met('a')]),
        promises: { catchUpMs: 15 },
      },
    ],
    keeps: [
      {
        what: 'one that arrived, and one that left',
        history: handmade(
          ['a'],
          [
            ...wrote('a'),
            subscribed(),
            ...met('a'),
            subscribed('0', 'other'),
            { kind: 'left', subscriber: 'other' },
            healed,
            settled,
          ],
        ),
      },
    ],
  },
  I8: {
    breaches: [
      {
        what: 'a query that misses what was acknowledged',
        history: handmade(['a'], [...wrote('a'), asked(25, [])]),
      },
    ],
    keeps: [
      { what: 'a query that was asked before', history: handmade(['a'], [...wrote('a'), asked(15, [])]) },
      {
        what: 'a page that begins after it',
        history: handmade(['a', 'b'], [...wrote('a'), ...wrote('b'), asked(45, ['b'])]),
      },
    ],
  },
  I9: {
    breaches: [
      { what: 'two answers for one key', history: handmade(['a'], [a.invoke, a.end, a.invoke, again.end]) },
    ],
    keeps: [{ what: 'the same answer twice', history: handmade(['a'], [a.invoke, a.end, a.invoke, a.end]) }],
  },
  I10: {
    breaches: [
      {
        what: "an event of another's session",
        history: handmade(['a'], [...wrote('a'), subscribed('0', 'reader', 'mallory'), ...met('a')]),
      },
      {
        what: "a query of another's session",
        history: handmade(['a'], [...wrote('a'), asked(30, ['a'], 'mallory')]),
      },
    ],
    keeps: [
      {
        what: 'a stranger who is refused',
        history: handmade(
          ['a'],
          [
            ...wrote('a'),
            subscribed('0', 'reader', 'mallory'),
            { kind: 'refused', subscriber: 'reader', code: 'NOT_FOUND', retryable: false },
            { kind: 'left', subscriber: 'reader' },
          ],
        ),
      },
    ],
  },
  I11: {
    breaches: [
      { what: 'too much memory', history: handmade([], [memory(2_000)]), promises: { memoryBytes: 1_000 } },
      {
        what: 'memory that is not given back',
        history: handmade([], [memory(900), memory(600, 'afterwards')]),
        promises: { memoryBytes: 1_000, memoryAfterwardsBytes: 500 },
      },
      {
        what: 'a stalled reader that is not cut',
        history: handmade([], [subscribed(), { kind: 'stalled', subscriber: 'reader' }, settled, settled]),
        promises: { stalledMs: 15 },
      },
    ],
    keeps: [
      {
        what: 'memory within its bound',
        history: handmade([], [memory(999)]),
        promises: { memoryBytes: 1_000 },
      },
      {
        what: 'memory that is given back but for what may stay',
        history: handmade([], [memory(1_000), memory(600), memory(500, 'afterwards')]),
        promises: { memoryBytes: 1_000, memoryAfterwardsBytes: 500 },
      },
      {
        what: 'a stalled reader that is cut in time',
        history: handmade(
          [],
          [
            subscribed(),
            { kind: 'stalled', subscriber: 'reader' },
            { kind: 'cut', subscriber: 'reader' },
            settled,
            settled,
          ],
        ),
        promises: { stalledMs: 15 },
      },
    ],
  },
  I12: {
    breaches: [
      { what: 'an error without a code', history: handmade([], [a.invoke, refusal(null, false)]) },
      { what: 'a code of its own', history: handmade([], [a.invoke, refusal('READONLY', false)]) },
      {
        what: 'a wrong word about trying again',
        history: handmade([], [a.invoke, refusal('CONFLICT', true)]),
      },
      {
        what: 'something retryable that never succeeds',
        history: handmade([], [a.invoke, refusal('STORE_UNAVAILABLE', true)]),
      },
      {
        what: 'a refused subscription without a code',
        history: handmade(
          [],
          [subscribed(), { kind: 'refused', subscriber: 'reader', code: null, retryable: false }],
        ),
      },
    ],
    keeps: [
      {
        what: 'something retryable that succeeds',
        history: handmade(['a'], [a.invoke, refusal('STORE_UNAVAILABLE', true), a.invoke, a.end]),
      },
    ],
  },
  I13: {
    breaches: [
      {
        what: 'a long time without service',
        history: handmade(['a', 'b'], [...wrote('a'), settled, settled, settled, ...wrote('b')]),
        promises: { noServiceMs: 35 },
      },
      {
        what: 'a failover that takes long',
        history: handmade(
          ['a', 'b'],
          [...wrote('a'), fault('injected', false), settled, fault('healed', false), ...wrote('b')],
        ),
        promises: { noServiceMs: 35 },
      },
    ],
    keeps: [
      {
        what: 'a long time during which nobody could write',
        history: handmade(
          ['a', 'b'],
          [...wrote('a'), fault('injected'), settled, fault('healed'), ...wrote('b')],
        ),
        promises: { noServiceMs: 35 },
      },
    ],
  },
  I14: {
    breaches: [
      { what: 'an end by a signal', history: handmade([], [ended(0, null)]) },
      {
        what: 'an end that takes too long',
        history: handmade([], [ended(-20)]),
        promises: { shutdownMs: 15 },
      },
      {
        what: 'an accepted write without an answer',
        history: handmade(
          [],
          [a.invoke, ...Array<Happening>(12).fill(settled), { ...write('a', 'info', a.id).end }, ended(125)],
        ),
        promises: { arrivalMs: 100 },
      },
    ],
    keeps: [
      { what: 'an end in order', history: handmade([], [ended(0)]) },
      {
        what: 'a write that came when it was over',
        history: handmade([], [a.invoke, { ...write('a', 'info', a.id).end }, ended(15)]),
      },
    ],
  },
  I15: {
    breaches: [
      {
        what: 'channels that stay',
        history: handmade([], [census('before', 1), census('afterwards', 3)]),
        promises: { censusSlack: 1 },
      },
    ],
    keeps: [
      {
        what: 'channels that go',
        history: handmade([], [census('before', 1), census('afterwards', 2)]),
        promises: { censusSlack: 1 },
      },
    ],
  },
};

function bothOf({ invoke, end }: { readonly invoke: Happening; readonly end: Happening }): Happening[] {
  return [invoke, end];
}

function convicted({ history, promises }: Case): string[] {
  return [...new Set(check(history, promises).map(({ invariant }) => invariant))];
}

describe.each(INVARIANTS)('the invariant $name: $says', ({ name }) => {
  const { breaches = [], keeps = [] } = CASES[name] ?? {};

  it('is tried both ways', () => {
    expect(breaches.length).toBeGreaterThan(0);
    expect(keeps.length).toBeGreaterThan(0);
  });

  it.each(breaches)('is breached by $what', (breach) => {
    expect(convicted(breach)).toContain(name);
  });

  it.each(keeps)('is kept by $what', (kept) => {
    expect(convicted(kept)).toEqual([]);
  });
});

describe('the checker', () => {
  it('has fifteen invariants, in order', () => {
    expect(INVARIANTS.map(({ name }) => name)).toEqual(Array.from({ length: 15 }, (_, n) => `I${n + 1}`));
  });

  it('finds nothing in an empty history', () => {
    expect(check([])).toEqual([]);
  });
});
