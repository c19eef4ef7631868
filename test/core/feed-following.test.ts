import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { Sink } from '../../src/core/feed/audience.ts';
import { Audiences } from '../../src/core/feed/audiences.ts';
import type { FeedEvent } from '../../src/core/feed/feed-event.ts';
import { Following } from '../../src/core/feed/following.ts';
import type { Parcel } from '../../src/core/feed/parcel.ts';
import { append, logOf, sessionNow } from '../contract/store-under-test.ts';
import { appendTo, startDraft } from '../support/drafts.ts';
import { idsOf, says, upTo } from '../support/samples.ts';
import { unreliableLive, type Fate } from '../support/unreliable-live.ts';
import { until } from '../support/until.ts';
import { openFeed, type FeedSettings, type FeedUnderTest } from './feed-under-test.ts';
import { WatchedDrafts } from './watched-drafts.ts';

/** A parcel that takes so many events. */
class TestParcel implements Parcel<FeedEvent> {
  readonly events: FeedEvent[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(event: FeedEvent): boolean {
    if (this.events.length >= this.#most) throw new Error('more was put into a full parcel');
    this.events.push(event);
    return this.events.length < this.#most;
  }
}

/** A sink that is full when it is told to be. */
class TestSink implements Sink<TestParcel> {
  readonly taken: FeedEvent[] = [];
  /** How many parcels it was given. */
  parcels = 0;
  /** After how many more events it is full. */
  room = Infinity;
  #waiting: (() => void)[] = [];

  write({ events }: TestParcel): boolean {
    if (this.room <= 0) throw new Error('more was written to a full sink');
    this.parcels++;
    this.taken.push(...events);
    this.room -= events.length;
    return this.room > 0;
  }

  async ready(): Promise<void> {
    if (this.room > 0) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Makes room for so many. */
  drain(room = Infinity): void {
    this.room = room;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  get entries(): readonly EntryId[] {
    return this.taken.flatMap((event) => (event.kind === 'entry' ? event.entry.id : []));
  }
}

interface Delivered {
  readonly sink: TestSink;
  readonly following: Following<FeedEvent>;
  readonly over: Promise<void>;
}

interface DeliverySettings {
  readonly after?: EntryId | null;
  readonly key?: string;
  readonly room?: number;
  /** Events that a parcel takes. */
  readonly most?: number;
}

/** A watcher that waits for ever must be told as what led to it, before the test's own time is up. */
const BOUNDS = { numRuns: 60, interruptAfterTimeLimit: 25_000, markInterruptAsFailure: true };

describe('delivery to those who follow a session', () => {
  const opened: FeedUnderTest[] = [];
  const open = async (settings?: FeedSettings): Promise<FeedUnderTest> => {
    const feed = await openFeed(settings);
    opened.push(feed);
    return feed;
  };
  afterEach(async () => {
    for (const feed of opened.splice(0)) await feed.close();
  });

  let audiences = new Audiences<FeedEvent, TestParcel>();
  let renderings = 0;
  beforeEach(() => {
    audiences = new Audiences();
    renderings = 0;
  });

  const deliver = async (
    feed: FeedUnderTest,
    { after, key = 'key', room = Infinity, most = 5 }: DeliverySettings = {},
    render: (event: FeedEvent) => FeedEvent | Promise<FeedEvent> = (event) => event,
  ): Promise<Delivered> => {
    const reader = await feed.feeds.follow(await sessionNow(feed.store), after);
    const following = new Following<FeedEvent>({ reader, scope: 's', map: (value) => ({ value }) });
    const sink = new TestSink();
    sink.room = room;
    const rendered = (event: FeedEvent): FeedEvent | Promise<FeedEvent> => {
      renderings++;
      return render(event);
    };
    const over = following.deliver({
      audiences,
      key,
      render: rendered,
      open: () => new TestParcel(most),
      sink,
    });
    over.catch(() => undefined);
    return { sink, following, over };
  };

  it('renders each event once for all who stand at the end', async () => {
    const feed = await open();
    const hundred = await Promise.all(upTo(100).map(() => deliver(feed)));
    await until('all wait', () => hundred.every(({ sink }) => sink.taken.length === 1));
    renderings = 0;
    const written = [];
    for (const n of upTo(20)) written.push(...(await append(feed.store, 's', says(String(n)))));
    await until('all have all', () => hundred.every(({ sink }) => sink.entries.length === 20));
    expect(renderings).toBe(20);
    for (const { sink } of hundred) expect(sink.entries).toEqual(written.map(({ id }) => id));
    // Not equal payloads, but the same.
    expect(new Set(hundred.map(({ sink }) => sink.taken.at(-1))).size).toBe(1);
    for (const { following } of hundred) await following.return();
    expect(feed.feeds.size).toBe(0);
    expect(audiences.size).toBe(0);
  });

  it('tells all that has come while there was no time for it at once', async () => {
    const feed = await open();
    const held: (() => void)[] = [];
    audiences = new Audiences({ soon: (go) => held.push(go), after: (go) => held.push(go) });
    const ten = await Promise.all(upTo(10).map(() => deliver(feed, { most: 20 })));
    await until('all wait', () => ten.every(({ sink }) => sink.taken.length === 1));
    renderings = 0;
    const written = [];
    for (const n of upTo(30)) written.push(...(await append(feed.store, 's', says(String(n)))));
    expect(held).toHaveLength(1);
    expect(ten.map(({ sink }) => sink.entries.length)).toEqual(ten.map(() => 0));
    held[0]?.();
    // As many as go at once; for what is left it takes the time that it gets.
    for (const { sink } of ten) expect([sink.parcels, sink.entries.length]).toEqual([2, 20]);
    expect(held).toHaveLength(2);
    held[1]?.();
    await until('all have all', () => ten.every(({ sink }) => sink.entries.length === 30));
    for (const { sink } of ten) expect([sink.parcels, sink.entries]).toEqual([3, idsOf(written)]);
    expect(renderings).toBe(30);
    for (const { following } of ten) await following.return();
  });

  it('makes the same once for all who are behind, in few parcels', async () => {
    const feed = await open();
    const log = await append(feed.store, 's', ...upTo(250).map((n) => says(String(n))));
    const ten = await Promise.all(upTo(10).map(() => deliver(feed, { after: null, room: 1, most: 50 })));
    await until('all are full', () => ten.every(({ sink }) => sink.taken.length >= 1));
    const before = renderings;
    for (const { sink } of ten) sink.drain();
    await until('all have all', () => ten.every(({ sink }) => sink.entries.length === 251));
    for (const { sink } of ten) {
      expect(sink.entries.slice(1)).toEqual(idsOf(log));
      expect(sink.parcels).toBeLessThan(12);
    }
    // Each event of the log, and for everybody that the replay is over.
    expect(renderings - before).toBeLessThanOrEqual(250 + 10);
    // Nothing of it once nobody is behind.
    expect(audiences.kept).toBe(0);
    for (const { following } of ten) await following.return();
  });

  it('keeps those apart who are told different things', async () => {
    const feed = await open();
    const [one, other] = [await deliver(feed, { key: 'one' }), await deliver(feed, { key: 'other' })];
    await until('both wait', () => one.sink.taken.length === 1 && other.sink.taken.length === 1);
    renderings = 0;
    await append(feed.store, 's', says('a'));
    await until('both have it', () => one.sink.entries.length === 1 && other.sink.entries.length === 1);
    expect(renderings).toBe(2);
    expect(audiences.size).toBe(2);
    await one.following.return();
    await other.following.return();
  });

  it('holds nobody up for one who does not read, and keeps nothing for that one', async () => {
    const feed = await open();
    const reading = await deliver(feed);
    const stuck = await deliver(feed, { room: 3 });
    await until('both wait', () => reading.sink.taken.length === 1 && stuck.sink.taken.length === 1);
    for (const n of upTo(500)) await append(feed.store, 's', says(String(n)));
    await until('one has all', () => reading.sink.entries.length === 500);
    expect(stuck.sink.entries).toHaveLength(2);
    stuck.sink.drain();
    await until('the other has all', () => stuck.sink.entries.length === 500);
    expect(stuck.sink.entries).toEqual(reading.sink.entries);
    // Together again.
    renderings = 0;
    await append(feed.store, 's', says('together'));
    await until(
      'both have it',
      () => stuck.sink.entries.length === 501 && reading.sink.entries.length === 501,
    );
    expect(renderings).toBe(1);
    await reading.following.return();
    await stuck.following.return();
  });

  it('keeps no long drafts for one who does not read, and reads them again for that one', async () => {
    const feed = await open();
    await append(feed.store, 's', says('a'));
    const long = 'x'.repeat(100_000);
    for (const id of ['one', 'two']) {
      await startDraft(feed.store, id);
      await appendTo(feed.store, id, 0, long);
    }
    const before = await deliver(feed, { after: null, room: 1, most: 1 });
    const between = await deliver(feed, { after: null, room: 3, most: 1 });
    await until('both stand still', () => before.sink.room === 0 && between.sink.room === 0);
    for (const id of ['one', 'two']) await appendTo(feed.store, id, long.length, '!');
    before.sink.drain();
    between.sink.drain();
    const kinds = ({ sink }: Delivered) => sink.taken.map(({ kind }) => kind);
    await until('both have caught up', () =>
      [before, between].every((one) => kinds(one).includes('caughtUp')),
    );
    const texts = ({ sink }: Delivered) =>
      sink.taken.map((event) => (event.kind === 'draftStarted' ? event.draft.text.length : event.kind));
    expect(texts(before)).toEqual(['entry', 'entry', 100_001, 100_001, 'caughtUp']);
    expect(texts(between)).toEqual(['entry', 'entry', 100_000, 'draftAppended', 100_001, 'caughtUp']);
    await before.following.return();
    await between.following.return();
  });

  it('tells nothing twice to who comes up while the audience makes a payload of it', async () => {
    const feed = await open();
    const gate: { open(): void } = { open() {} };
    const held = new Promise<void>((resolve) => (gate.open = resolve));
    let rendering = false;
    const slowly = async (event: FeedEvent): Promise<FeedEvent> => {
      if (event.kind !== 'entry') return event;
      rendering = true;
      await held;
      return event;
    };
    const first = await deliver(feed, {}, slowly);
    await until('the first waits', () => first.sink.taken.length === 1);
    await append(feed.store, 's', says('one'));
    await until('it is told', () => rendering);
    const second = await deliver(feed, { after: null });
    await until('the second has caught up', () => second.sink.taken.at(-1)?.kind === 'caughtUp');
    gate.open();
    await append(feed.store, 's', says('two'));
    const log = (await logOf(feed.store)).map(({ id }) => id);
    await until('both have both', () =>
      [first, second].every(({ sink }) => sink.entries.at(-1) === log.at(-1)),
    );
    expect([first.sink.entries, second.sink.entries]).toEqual([log.slice(1), log]);
    await first.following.return();
    await second.following.return();
  });

  it('lets go at once of who leaves: in an audience, behind it, and while its sink is full', async () => {
    const feed = await open();
    const waiting = await deliver(feed);
    await until('it waits', () => waiting.sink.taken.length === 1);
    const full = await deliver(feed, { after: null, room: 1, most: 1 });
    await until('it is full', () => full.sink.taken.length === 1);
    await waiting.following.return();
    await waiting.over;
    await full.following.return();
    full.sink.drain();
    await full.over;
    expect([feed.feeds.size, audiences.size, feed.clock.listeners]).toEqual([0, 0, 0]);
    await append(feed.store, 's', says('late'));
    expect([waiting.sink.taken.length, full.sink.taken.length]).toEqual([1, 1]);
  });

  it('ends for all with the deletion', async () => {
    const feed = await open();
    const three = await Promise.all(upTo(3).map(() => deliver(feed)));
    await until('all wait', () => three.every(({ sink }) => sink.taken.length === 1));
    await feed.store.delete({ sessionId: 's' });
    await Promise.all(three.map(({ over }) => over));
    for (const { sink } of three) expect(sink.taken.map(({ kind }) => kind)).toEqual(['caughtUp', 'deleted']);
    expect([feed.feeds.size, audiences.size]).toEqual([0, 0]);
  });

  it('ends for one whose sink the deletion fills, which is told of it once', async () => {
    const feed = await open();
    const [free, full] = [await deliver(feed), await deliver(feed, { room: 2 })];
    await until('both wait', () => [free, full].every(({ sink }) => sink.taken.length === 1));
    await feed.store.delete({ sessionId: 's' });
    await Promise.all([free.over, full.over]);
    for (const { sink } of [free, full]) {
      expect(sink.taken.map(({ kind }) => kind)).toEqual(['caughtUp', 'deleted']);
    }
    expect([feed.feeds.size, audiences.size]).toEqual([0, 0]);
  });

  it('fails for all whose event cannot be rendered, and leaves nothing behind', async () => {
    const feed = await open();
    const fault = new TypeError('a bug');
    const render = (event: FeedEvent): FeedEvent => {
      if (event.kind === 'entry') throw fault;
      return event;
    };
    const two = [await deliver(feed, {}, render), await deliver(feed, {}, render)];
    await until('both wait', () => two.every(({ sink }) => sink.taken.length === 1));
    await append(feed.store, 's', says('a'));
    for (const { over } of two) await expect(over).rejects.toBe(fault);
    expect([feed.feeds.size, audiences.size, audiences.kept]).toEqual([0, 0, 0]);
  });

  it('keeps the order when an event takes time to be rendered', async () => {
    const feed = await open();
    const slow = (event: FeedEvent): Promise<FeedEvent> =>
      new Promise((resolve) => setImmediate(() => resolve(event)));
    const two = [await deliver(feed, {}, slow), await deliver(feed, {}, slow)];
    const written = [];
    for (const n of upTo(30)) written.push(...(await append(feed.store, 's', says(String(n)))));
    await until('both have all', () => two.every(({ sink }) => sink.entries.length === 30));
    for (const { sink } of two) expect(sink.entries).toEqual(written.map(({ id }) => id));
    for (const { following } of two) await following.return();
  });

  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant('say' as const) },
    { weight: 3, arbitrary: fc.constantFrom('start' as const, 'type' as const, 'type' as const) },
    { weight: 2, arbitrary: fc.constantFrom('join' as const, 'replay' as const) },
    { weight: 2, arbitrary: fc.constantFrom('fill' as const, 'drain' as const) },
    { weight: 2, arbitrary: fc.constantFrom('tick' as const, 'breathe' as const, 'leave' as const) },
  );
  const fates = fc.array(fc.constantFrom<Fate>('pass', 'pass', 'pass', 'pass', 'lose', 'look'), {
    minLength: 1,
    maxLength: 20,
  });

  it('gives each the log and the drafts, once and in order, however they read and whatever is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), fates, async (todo, turns) => {
        let turn = 0;
        // As it comes: at once, or when several events are there.
        if (todo.length % 2 === 0) audiences = new Audiences();
        else audiences = new Audiences({ soon: setImmediate, after: setImmediate });
        const feed = await openFeed({
          live: (live) => unreliableLive(live, () => turns[turn++ % turns.length] ?? 'pass'),
        });
        try {
          const from = new Map<Delivered, number>();
          const log = async (): Promise<EntryId[]> => (await logOf(feed.store)).map(({ id }) => id);
          from.set(await deliver(feed, { after: null }), 0);
          for (const [index, what] of todo.entries()) {
            const [any] = [...from.keys()].slice(index % Math.max(1, from.size));
            if (what === 'say') await append(feed.store, 's', says(String(index)));
            else if (what === 'start') await startDraft(feed.store, `d${index}`);
            else if (what === 'type') {
              const draft = (await feed.store.drafts('s'))?.open.at(-1);
              if (draft !== undefined) await appendTo(feed.store, draft.id, draft.text.length, `${index} `);
            } else if (what === 'join') from.set(await deliver(feed), (await log()).length);
            else if (what === 'replay') from.set(await deliver(feed, { after: null }), 0);
            else if (what === 'fill' && any !== undefined) any.sink.room = Math.min(any.sink.room, 1);
            else if (what === 'drain') any?.sink.drain(1 + (index % 7));
            else if (what === 'tick') feed.clock.tick();
            else if (what === 'leave' && from.size > 2 && any !== undefined) {
              await any.following.return();
              any.sink.drain();
              await any.over;
              from.delete(any);
            } else await new Promise((resolve) => setImmediate(resolve));
          }
          const entries = await log();
          const drafts = (await feed.store.drafts('s'))?.open.map(({ id, text }) => [id, text]);
          await until(
            'all have all',
            () => {
              feed.clock.tick();
              return [...from].every(([{ sink }, start]) => {
                sink.drain();
                const watched = new WatchedDrafts();
                for (const event of sink.taken) watched.take(event);
                const held = [...watched.open].map(([id, { text }]) => [id, text]);
                return (
                  sink.entries.length === entries.length - start &&
                  JSON.stringify(held) === JSON.stringify(drafts)
                );
              });
            },
            3000,
          );
          for (const [{ sink }, start] of from) expect(sink.entries).toEqual(entries.slice(start));
          for (const { following, over } of from.keys()) {
            await following.return();
            await over;
          }
          expect([feed.feeds.size, audiences.size, audiences.kept]).toEqual([0, 0, 0]);
        } finally {
          await feed.close();
        }
      }),
      BOUNDS,
    );
  });
});
