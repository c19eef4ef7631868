import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { LogEntry } from '../../src/core/log.ts';
import { logAfter, logOf, sessionNow } from '../contract/store-under-test.ts';
import { agentStep, says, upTo } from '../support/samples.ts';
import { unreliableLive, type Fate } from '../support/unreliable-live.ts';
import { until } from '../support/until.ts';
import { openFeed, type FeedUnderTest, type Followed } from './feed-under-test.ts';

type Step =
  | { readonly do: 'append'; readonly count: number }
  | { readonly do: 'agent'; readonly name: string }
  | { readonly do: 'update' | 'pop' | 'clear' | 'release' | 'tick' | 'breathe' }
  /** Begins to follow after the so-many-th entry ever written, or from the beginning. */
  | { readonly do: 'join'; readonly place: number | null }
  | { readonly do: 'leave' };

const simple = (...what: readonly ('update' | 'pop' | 'clear' | 'release' | 'tick' | 'breathe')[]) =>
  fc.constantFrom(...what).map((done): Step => ({ do: done }));
const append = fc.integer({ min: 1, max: 6 }).map((count): Step => ({ do: 'append', count }));
const agent = fc.constantFrom('a', 'b').map((name): Step => ({ do: 'agent', name }));
const join = fc.option(fc.nat(100)).map((place): Step => ({ do: 'join', place }));
const leave = fc.constant<Step>({ do: 'leave' });
const fates = fc.array(fc.constantFrom<Fate>('pass', 'lose', 'repeat', 'hold', 'look'), {
  minLength: 1,
  maxLength: 30,
});

/** A reader that waits for ever must be told as what led to it, before the test's own time is up. */
const BOUNDS = { numRuns: 60, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true };

interface Run {
  /** Every entry ever written, in order. */
  readonly written: readonly LogEntry[];
  readonly log: readonly LogEntry[];
  readonly followers: readonly (Followed & { readonly from: EntryId | null })[];
}

/** Writes and follows as the steps say, then looks until every follower has arrived. */
async function run(steps: readonly Step[], turns: readonly Fate[]): Promise<Run> {
  let turn = 0;
  const fate = (): Fate => turns[turn++ % turns.length] ?? 'pass';
  const holder: { release(): void } = { release() {} };
  const feed = await openFeed({
    live(live) {
      const unreliable = unreliableLive(live, fate);
      holder.release = unreliable.release;
      return unreliable;
    },
  });
  const written: LogEntry[] = [...(await logOf(feed.store))];
  const followers: (Followed & { from: EntryId | null })[] = [];
  try {
    for (const step of steps) {
      await perform(step, feed, written, followers, holder);
      written.push(...(await logAfter(feed.store, 's', written.at(-1)?.id ?? null)));
    }
    holder.release();
    const { end } = await sessionNow(feed.store);
    await until(
      'all have arrived',
      () => {
        feed.clock.tick();
        return followers.every(({ place }) => place === end);
      },
      2000,
    );
    // What is rung once more finds nobody who would take it twice.
    holder.release();
    feed.clock.tick();
    for (const { reader, over } of followers) {
      await reader.return();
      await over;
    }
    expect(feed.feeds.size).toBe(0);
    return { written, log: await logOf(feed.store), followers };
  } finally {
    await feed.close();
  }
}

async function perform(
  step: Step,
  { store, clock, follow }: FeedUnderTest,
  written: readonly LogEntry[],
  followers: (Followed & { from: EntryId | null })[],
  { release }: { release(): void },
): Promise<void> {
  switch (step.do) {
    case 'append':
      await store.append({
        sessionId: 's',
        steps: upTo(step.count).map((n) => says(`${written.length} ${n}`)),
      });
      return;
    case 'agent':
      await store.append({ sessionId: 's', steps: [agentStep(step.name)] });
      return;
    case 'update':
      await store.update({ sessionId: 's', title: String(written.length) });
      return;
    case 'pop':
      await store.pop({ sessionId: 's' });
      return;
    case 'clear':
      await store.clear({ sessionId: 's' });
      return;
    case 'release':
      return release();
    case 'tick':
      return clock.tick();
    case 'breathe':
      // Lets the followers do what they can do now.
      await new Promise((resolve) => setImmediate(resolve));
      return;
    case 'join': {
      const from = step.place === null ? null : (written[step.place % written.length]?.id ?? null);
      const followed = await follow(from);
      followers.push(
        Object.defineProperties(
          { from } as Followed & { from: EntryId | null },
          Object.getOwnPropertyDescriptors(followed),
        ),
      );
      return;
    }
    case 'leave': {
      const [gone] = followers.splice(0, 1);
      await gone?.reader.return();
      await gone?.over;
    }
  }
}

/** What was written after a place. */
function after(entries: readonly LogEntry[], place: EntryId | null): readonly LogEntry[] {
  return entries.slice(entries.findIndex(({ id }) => id === place) + 1);
}

const ids = (entries: readonly LogEntry[]): EntryId[] => entries.map(({ id }) => id);

it('gives every reader the log from its place on, once and in order, whatever becomes of the doorbells', async () => {
  const steps = fc.array(
    fc.oneof(append, agent, join, leave, simple('update', 'release', 'tick', 'breathe')),
    { minLength: 5, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(steps, fates, async (todo, turns) => {
      const { written, log, followers } = await run([{ do: 'join', place: null }, ...todo], turns);
      expect(ids(log)).toEqual(ids(written));
      for (const { entries, events, from } of followers) {
        expect(entries).toEqual(after(written, from));
        expect(events.filter(({ kind }) => kind === 'caughtUp')).toHaveLength(1);
        expect(events.filter(({ kind }) => kind === 'resync' || kind === 'deleted')).toEqual([]);
      }
    }),
    BOUNDS,
  );
});

it('leaves every reader with what the log holds when entries are taken out meanwhile', async () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: append },
      { weight: 1, arbitrary: agent },
      { weight: 1, arbitrary: join },
      {
        weight: 4,
        arbitrary: simple('pop', 'pop', 'clear', 'update', 'release', 'tick', 'breathe', 'breathe'),
      },
    ),
    { minLength: 5, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(steps, fates, async (todo, turns) => {
      const { written, log, followers } = await run([{ do: 'join', place: null }, ...todo], turns);
      for (const { entries, events, from } of followers) {
        expect(events.filter(({ kind }) => kind === 'resync')).toEqual([]);
        // Once and in order: a part of all that was ever written …
        const seen = new Set(ids(entries));
        expect(seen.size).toBe(entries.length);
        expect(ids(after(written, from)).filter((id) => seen.has(id))).toEqual(ids(entries));
        // … in which nothing is missing that the log still has.
        expect(ids(entries).filter((id) => ids(log).includes(id))).toEqual(
          ids(log).filter((id) => ids(after(written, from)).includes(id)),
        );
        // And whoever takes out what it is told to take out holds the same items.
        const held = from === null ? itemsAfter(entries) : undefined;
        if (held !== undefined) expect(held).toEqual(ids(log.filter(({ kind }) => kind === 'item')));
      }
    }),
    BOUNDS,
  );
});

/** The items that a reader holds who does what its events tell. */
function itemsAfter(entries: readonly LogEntry[]): EntryId[] {
  let held: EntryId[] = [];
  for (const entry of entries) {
    if (entry.kind === 'item') held.push(entry.id);
    if (entry.kind === 'removed') held = held.filter((id) => id !== entry.removed);
    if (entry.kind === 'cleared') held = [];
  }
  return held;
}
