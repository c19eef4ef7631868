import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/core/errors.ts';
import type { EntryId } from '../../src/core/cursor.ts';
import { Channel } from '../../src/core/feed/channel.ts';
import { Pages } from '../../src/core/feed/pages.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { openSqlite } from '../contract/store-on-sqlite.ts';
import { append, at, momentNow, sessionNow, type StoreUnderTest } from '../contract/store-under-test.ts';
import { idsOf, newSession, says, upTo } from '../support/samples.ts';

const BOUNDS = { changes: 10, characters: 1000, handed: 1000 };

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
    channel.readers = 10;
  });
  afterEach(async () => {
    await subject.close();
  });

  /** How often the channel rang for one who asked to be woken once. */
  const wakings = (): { count: number; forget: () => void } => {
    const waking = { count: 0, forget: () => {} };
    const wake = (): void => void waking.count++;
    waking.forget = () => channel.forget(wake);
    channel.onceRung(wake);
    return waking;
  };

  it('wakes everybody at a doorbell, once', () => {
    const waiting = [wakings(), wakings(), wakings()];
    expect(waiting.map(({ count }) => count)).toEqual([0, 0, 0]);
    channel.ring('look');
    channel.ring('look');
    expect(waiting.map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('wakes nobody who does not wait any more', () => {
    const [leaving, staying] = [wakings(), wakings()];
    leaving.forget();
    channel.ring('look');
    expect([leaving.count, staying.count]).toEqual([0, 1]);
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
    const bells = await subject.heard('s');
    await append(store, 's', says('a'), says('b'));
    const bell = at(bells, 0);
    channel.ring(bell);
    expect(channel.after({ entry: end, drafts: '' })).toMatchObject([bell]);
    channel.ring('look');
    expect(channel.after({ entry: end, drafts: '' })).toBeNull();
    expect(reads).toBe(0);
  });

  it('needs no doorbell to know that who has read all is at the end', async () => {
    const { end } = await sessionNow(store);
    await channel.read(null);
    expect(channel.after({ entry: end, drafts: '' })).toEqual([]);
    expect(channel.after({ entry: end, drafts: 'other' })).toBeNull();
    channel.ring('look');
    expect(channel.after({ entry: end, drafts: '' })).toBeNull();
  });

  it('keeps what doorbells brought until the only one who follows waits for the next', async () => {
    const { end } = await sessionNow(store);
    const bells = await subject.heard('s');
    await append(store, 's', says('a'));
    const bell = at(bells, 0);
    const before = { entry: end, drafts: '' };
    for (const readers of [3, 2]) {
      channel.readers = readers;
      channel.ring(bell);
      expect(channel.after(before)).toMatchObject([bell]);
      wakings();
      expect(channel.after(before)).toEqual(readers === 3 ? [expect.objectContaining(bell)] : null);
      expect(bell === 'look' ? null : channel.after(bell.to)).toEqual([]);
    }
  });

  it('rings by itself when the session is not as it believes', async () => {
    const { end } = await sessionNow(store);
    await channel.read(null);
    const { version } = channel;
    channel.compare({ entry: end, drafts: '' });
    expect(channel.version).toBe(version);
    const entry = at(await append(store, 's', says('a')), 0);
    channel.compare({ entry: entry.id, drafts: '' });
    expect(channel.version).toBe(version + 1);
    channel.compare({ entry: entry.id, drafts: '' });
    expect(channel.version).toBe(version + 1);
    channel.compare({ entry: entry.id, drafts: 'changed' });
    expect(channel.version).toBe(version + 2);
    channel.compare(null);
    expect(channel.version).toBe(version + 3);
  });

  it('rings by itself after a read that failed, whatever the end', async () => {
    const { end } = await sessionNow(store);
    await channel.read(null);
    failing = true;
    await expect(channel.read(null)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const waiting = wakings();
    channel.compare({ entry: end, drafts: '' });
    expect(waiting.count).toBe(1);
    failing = false;
    expect(await channel.read(null)).toMatchObject({ state: 'ok' });
  });

  describe('for readers that are far behind', () => {
    /** Two pages and a half. */
    const entries: EntryId[] = [];
    beforeEach(async () => {
      const written = await append(store, 's', ...upTo(250).map((n) => says(String(n))));
      entries.splice(0, Infinity, ...written.map(({ id }) => id));
    });
    const idsAfter = async (place: EntryId | null): Promise<readonly EntryId[]> => {
      const read = await channel.read(place);
      return read?.state === 'ok' ? idsOf(read.entries) : [];
    };

    it('reads a page once, wherever they stand in it', async () => {
      const { born } = await sessionNow(store);
      const first = [born, ...entries.slice(0, 99)];
      expect(await idsAfter(null)).toEqual(first);
      expect(await idsAfter(null)).toEqual(first);
      expect(await idsAfter(at(first, 0))).toEqual(first.slice(1));
      expect(await idsAfter(at(first, 98))).toEqual(first.slice(99));
      expect(reads).toBe(1);
      expect(await idsAfter(at(first, 99))).toEqual(entries.slice(99, 199));
      expect(await idsAfter(at(entries, 150))).toEqual(entries.slice(151, 199));
      expect(reads).toBe(2);
    });

    it('reads again what reaches the end, and what it read before more may have changed', async () => {
      for (const time of [1, 2]) {
        expect(await idsAfter(at(entries, 198))).toEqual(entries.slice(199));
        expect(reads).toBe(time);
      }
      await channel.read(null);
      const meanwhile = channel.read(at(entries, 98));
      channel.ring('look');
      await meanwhile;
      await channel.read(null);
      await channel.read(at(entries, 98));
      expect(reads).toBe(6);
    });

    it('keeps nothing where one reads alone, or when nobody has come by between two looks', async () => {
      channel.readers = 2;
      await channel.read(null);
      await channel.read(null);
      expect(reads).toBe(2);
      channel.readers = 3;
      const now = await momentNow(store);
      channel.compare(now);
      await channel.read(null);
      for (const looks of [1, 1, 1, 2]) {
        for (let n = 0; n < looks; n++) channel.compare(now);
        await channel.read(null);
      }
      expect(reads).toBe(4);
    });

    it('keeps so many characters', async () => {
      const kept = new Pages(10_000);
      const places: (EntryId | null)[] = [null, ...entries.slice(9, 200).filter((_, n) => n % 20 === 0)];
      for (const place of places) {
        const read = await store.read('s', place, 20);
        if (read?.state === 'ok') kept.keep(place, read);
      }
      const found = places.map((place) => kept.find(place) !== null);
      // Twenty messages have some hundred characters each with what is counted beside them.
      expect(found.filter(Boolean).length).toBeGreaterThan(1);
      expect(found.filter(Boolean).length).toBeLessThan(6);
      // The newest.
      expect(found).toEqual(found.toSorted((one, other) => Number(one) - Number(other)));
    });
  });
});
