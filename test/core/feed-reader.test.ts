import { afterEach, describe, expect, it } from 'vitest';
import { StoreTimeoutError, StoreUnavailableError } from '../../src/core/errors.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { append, at, logOf, sessionNow } from '../contract/store-under-test.ts';
import { newSession, says, upTo } from '../support/samples.ts';
import { unreliableLive } from '../support/unreliable-live.ts';
import { until } from '../support/until.ts';
import { openFeed, type FeedSettings, type FeedUnderTest } from './feed-under-test.ts';

describe('a reader of a log', () => {
  const opened: FeedUnderTest[] = [];
  const open = async (settings?: FeedSettings): Promise<FeedUnderTest> => {
    const feed = await openFeed(settings);
    opened.push(feed);
    return feed;
  };
  afterEach(async () => {
    for (const feed of opened.splice(0)) await feed.close();
  });

  /** The store with `read` and `ends` in its place. */
  const withReads = (
    store: SessionStore,
    around: <T>(read: () => Promise<T>, what: 'read' | 'ends') => Promise<T>,
  ): SessionStore =>
    new Proxy(store, {
      get(target, name) {
        if (name === 'read')
          return (...args: Parameters<SessionStore['read']>) => around(() => target.read(...args), 'read');
        if (name === 'ends')
          return (...args: Parameters<SessionStore['ends']>) => around(() => target.ends(...args), 'ends');
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });

  it('replays from the beginning, says that it has caught up, and goes on', async () => {
    const { store, follow } = await open();
    await append(store, 's', says('a'), says('b'));
    const followed = await follow(null);
    await until('caught up', () => followed.events.length === 4);
    await append(store, 's', says('c'));
    await until('c', () => followed.events.length === 5);
    expect(followed.events.map(({ kind }) => kind)).toEqual(['entry', 'entry', 'entry', 'caughtUp', 'entry']);
    expect(followed.entries).toEqual(await logOf(store));
  });

  it('begins after the place that it is given, or at the end', async () => {
    const { store, follow } = await open();
    const entries = await append(store, 's', says('a'), says('b'), says('c'));
    const [middle, end] = [await follow(at(entries, 0).id), await follow()];
    await until('both caught up', () => middle.events.length === 3 && end.events.length === 1);
    expect(middle.entries).toEqual(entries.slice(1));
    expect(end.events).toEqual([{ kind: 'caughtUp', at: at(entries, -1).id }]);
  });

  it('reads long logs piece by piece', async () => {
    const { store, follow } = await open();
    for (const round of upTo(7)) await append(store, 's', ...upTo(50).map((n) => says(`${round} ${n}`)));
    const followed = await follow(null);
    await until('caught up', () => followed.events.at(-1)?.kind === 'caughtUp');
    expect(followed.entries).toEqual(await logOf(store));
  });

  it('meets what is written between the snapshot and the first read once', async () => {
    const { store, feeds } = await open();
    const session = await sessionNow(store);
    const entries = await append(store, 's', says('early'));
    const reader = await feeds.follow(session);
    expect(await reader.next()).toMatchObject({ value: { kind: 'entry', entry: entries[0] } });
    expect(await reader.next()).toMatchObject({ value: { kind: 'caughtUp' } });
    await reader.return();
  });

  it('ends at once when it is told to, also while it waits', async () => {
    const { feeds, follow, clock } = await open();
    const followed = await follow();
    await until('it waits', () => followed.events.length === 1);
    expect([feeds.size, clock.listeners]).toEqual([1, 1]);
    await followed.reader.return();
    await followed.over;
    expect([feeds.size, clock.listeners]).toEqual([0, 0]);
    expect(await followed.reader.next()).toEqual({ done: true, value: undefined });
  });

  it('leaves the others that follow the same session', async () => {
    const { store, feeds, follow } = await open();
    const [one, other] = [await follow(), await follow()];
    await one.reader.return();
    expect(feeds.size).toBe(1);
    await append(store, 's', says('a'));
    await until('the entry', () => other.entries.length === 1);
    await one.over;
    expect(one.entries).toEqual([]);
  });

  it('ends after the deletion, and does not go on in a session that is made again', async () => {
    const { store, feeds, follow } = await open();
    const followed = await follow();
    await until('it waits', () => followed.events.length === 1);
    await store.delete({ sessionId: 's' });
    await store.create(newSession());
    await append(store, 's', says('of another'));
    await followed.over;
    expect(followed.events.map(({ kind }) => kind)).toEqual(['caughtUp', 'deleted']);
    expect(feeds.size).toBe(0);
  });

  it('is told that its place is lost, and goes on from the end', async () => {
    const { store, follow } = await open();
    const old = at(await append(store, 's', says('old')), 0);
    await store.delete({ sessionId: 's' });
    await store.create(newSession());
    const { end } = at(await append(store, 's', says('unseen')), 0) && (await sessionNow(store));
    const followed = await follow(old.id);
    await until('caught up', () => followed.events.length === 2);
    const later = await append(store, 's', says('later'));
    await until('later', () => followed.entries.length === 1);
    expect(followed.events).toEqual([
      { kind: 'resync', reason: 'EXPIRED', at: end },
      { kind: 'caughtUp', at: end },
      { kind: 'entry', entry: later[0] },
    ]);
  });

  it('finds what a lost doorbell would have told at the next look', async () => {
    const { store, follow, clock } = await open({ live: (live) => unreliableLive(live, () => 'lose') });
    const followed = await follow();
    await until('it waits', () => followed.events.length === 1);
    const entries = await append(store, 's', says('a'));
    clock.tick();
    await until('the entry', () => followed.entries.length === 1);
    expect(followed.entries).toEqual(entries);
    await store.delete({ sessionId: 's' });
    clock.tick();
    await followed.over;
  });

  it('finds what a lost doorbell would have told also when another has read it meanwhile', async () => {
    const { store, follow, clock } = await open({ live: (live) => unreliableLive(live, () => 'lose') });
    const waiting = await follow();
    await until('it waits', () => waiting.events.length === 1);
    const entries = await append(store, 's', says('a'));
    const late = await follow(null);
    await until('the other has it', () => late.events.at(-1)?.kind === 'caughtUp');
    clock.tick();
    await until('the entry', () => waiting.entries.length === 1, 2000);
    expect(waiting.entries).toEqual(entries);
  });

  it.each([
    ['cannot be reached', () => new StoreUnavailableError('down')],
    ['does not answer', () => new StoreTimeoutError('slow')],
  ])('waits while the store %s, and goes on where it stood', async (_what, fault) => {
    let failing = false;
    const { store, follow, clock, errors } = await open({
      store: (inner) => withReads(inner, (read) => (failing ? Promise.reject(fault()) : read())),
      live: (live) => unreliableLive(live, () => 'look'),
    });
    const followed = await follow(null);
    await until('caught up', () => followed.events.length === 2);
    failing = true;
    for (const n of upTo(3)) await append(store, 's', says(`unseen ${n}`));
    clock.tick();
    await until('the look failed', () => errors.length === 1);
    expect(followed.events).toHaveLength(2);
    failing = false;
    clock.tick();
    await until('all', () => followed.entries.length === 4);
    expect(followed.entries).toEqual(await logOf(store));
  });

  it('starts while the store cannot be reached, and reads when it can', async () => {
    let failing = true;
    const { store, feeds, clock } = await open({
      store: (inner) =>
        withReads(inner, (read) => (failing ? Promise.reject(new StoreUnavailableError('down')) : read())),
    });
    const reader = await feeds.follow(await sessionNow(store), null);
    const first = reader.next();
    failing = false;
    clock.tick();
    expect(await first).toMatchObject({ value: { kind: 'entry', entry: { kind: 'created' } } });
    await reader.return();
  });

  it('fails with what is no fault of the store', async () => {
    const fault = new TypeError('a bug');
    const { feeds, store } = await open({ store: (inner) => withReads(inner, () => Promise.reject(fault)) });
    const reader = await feeds.follow(await sessionNow(store));
    await expect(reader.next()).rejects.toBe(fault);
  });

  it('is refused when doorbells cannot be had, and leaves nothing behind', async () => {
    const refusal = new StoreUnavailableError('no doorbells');
    let refuse = true;
    const { feeds, store, clock, follow } = await open({
      live: (live) => ({
        ...live,
        listen: (...args) => (refuse ? Promise.reject(refusal) : live.listen(...args)),
      }),
    });
    const session = await sessionNow(store);
    const attempts = await Promise.allSettled([feeds.follow(session), feeds.follow(session)]);
    expect(attempts).toEqual(upTo(2).map(() => ({ status: 'rejected', reason: refusal })));
    expect([feeds.size, clock.listeners]).toEqual([0, 0]);
    refuse = false;
    const followed = await follow();
    await until('caught up', () => followed.events.length === 1);
  });

  it('shares its reads with a thousand others, and its doorbells need none', async () => {
    let reads = 0;
    const { store, follow } = await open({
      store: (inner) =>
        withReads(inner, (read, what) => {
          if (what === 'read') reads++;
          return read();
        }),
    });
    await append(store, 's', ...upTo(250).map((n) => says(String(n))));
    const thousand = await Promise.all(upTo(1000).map(() => follow(null)));
    await until('all caught up', () => thousand.every(({ events }) => events.at(-1)?.kind === 'caughtUp'));
    expect(reads).toBeLessThanOrEqual(10);
    const before = reads;
    await append(store, 's', says('a'), says('b'));
    await append(store, 's', says('c'));
    await until('all have it', () => thousand.every(({ entries }) => entries.length === 254));
    expect(reads).toBe(before);
    const log = await logOf(store);
    for (const { entries } of thousand) expect(entries.length).toBe(log.length);
    expect(thousand[999]?.entries).toEqual(log);
  });
});
