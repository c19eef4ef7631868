import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/core/errors.ts';
import { Channel } from '../../src/core/feed/channel.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { openSqlite } from '../contract/store-on-sqlite.ts';
import { append, at, sessionNow, type StoreUnderTest } from '../contract/store-under-test.ts';
import { newSession, says } from '../support/samples.ts';

const BOUNDS = { entries: 10, characters: 1000 };

describe('the channel of a session', () => {
  let subject: StoreUnderTest;
  let store: SessionStore;
  let reads = 0;
  let failing = false;
  let channel: Channel;

  beforeEach(async () => {
    subject = openSqlite(':memory:');
    ({ store } = subject);
    reads = 0;
    failing = false;
    await store.create(newSession());
    channel = new Channel(async (after) => {
      reads++;
      if (failing) throw new StoreUnavailableError('down');
      return store.read('s', after, 100);
    }, BOUNDS);
  });
  afterEach(async () => {
    await subject.close();
  });

  /** Whether a wait for something newer than the channel's present version has ended. */
  const waitFor = (signal = new AbortController().signal) => {
    const wait = { over: false, done: Promise.resolve() };
    wait.done = channel.changed(channel.version, signal).then(() => void (wait.over = true));
    return wait;
  };

  it('wakes everybody at a doorbell, once', async () => {
    const waits = [waitFor(), waitFor(), waitFor()];
    expect(waits.map(({ over }) => over)).toEqual([false, false, false]);
    channel.ring('look');
    await Promise.all(waits.map(({ done }) => done));
    const next = waitFor();
    await Promise.resolve();
    expect(next.over).toBe(false);
    channel.ring('look');
    await next.done;
  });

  it('lets nobody wait who has missed a doorbell, or is leaving', async () => {
    const { version } = channel;
    channel.ring('look');
    await channel.changed(version, new AbortController().signal);
    await channel.changed(channel.version, AbortSignal.abort());
    const leaving = new AbortController();
    const wait = waitFor(leaving.signal);
    leaving.abort();
    await wait.done;
  });

  it('shares a read among all who stand in one place', async () => {
    const results = await Promise.all(Array.from({ length: 100 }, () => channel.read(null)));
    expect(reads).toBe(1);
    expect(new Set(results).size).toBe(1);
    const { born } = await sessionNow(store);
    await Promise.all([channel.read(born), channel.read(null), channel.read(born)]);
    expect(reads).toBe(3);
  });

  it('shares no read that began before a doorbell', async () => {
    const before = channel.read(null);
    channel.ring('look');
    const after = channel.read(null);
    expect(reads).toBe(2);
    expect(await after).toEqual(await before);
  });

  it('gives what doorbells brought, without a read', async () => {
    const { end } = await sessionNow(store);
    const entries = await append(store, 's', says('a'), says('b'));
    channel.ring({ prev: end, entries });
    expect(channel.after(end)).toEqual(entries);
    expect(channel.after(at(entries, 0).id)).toEqual(entries.slice(1));
    channel.ring('look');
    expect(channel.after(end)).toBeNull();
    expect(reads).toBe(0);
  });

  it('rings by itself when the log does not end where it believes', async () => {
    const { end } = await sessionNow(store);
    await channel.read(null);
    const { version } = channel;
    channel.compare(end);
    expect(channel.version).toBe(version);
    const entry = at(await append(store, 's', says('a')), 0);
    channel.compare(entry.id);
    expect(channel.version).toBe(version + 1);
    channel.compare(entry.id);
    expect(channel.version).toBe(version + 1);
    channel.compare(null);
    expect(channel.version).toBe(version + 2);
  });

  it('rings by itself after a read that failed, whatever the end', async () => {
    const { end } = await sessionNow(store);
    await channel.read(null);
    failing = true;
    await expect(channel.read(null)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const wait = waitFor();
    channel.compare(end);
    await wait.done;
    failing = false;
    expect(await channel.read(null)).toMatchObject({ state: 'ok' });
  });
});
