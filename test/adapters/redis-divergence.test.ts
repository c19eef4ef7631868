import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Audiences } from '../../src/core/feed/audiences.ts';
import type { FeedEvent } from '../../src/core/feed/feed-event.ts';
import { Feeds } from '../../src/core/feed/feeds.ts';
import type { Reader } from '../../src/core/feed/reader.ts';
import type { Doorbell, LiveFeed } from '../../src/core/live.ts';
import { append, expectCode, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import { draftText, newDraft, newSession, says, textsOf } from '../support/samples.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { clockOf, openRedis, type RedisUnderTest } from './redis-setup.ts';

/** Longer than any test. */
const NEVER_MS = 1_000_000;

let master: RedisServer;
let replica: RedisServer;
let proxy: TcpProxy;
let opened: RedisUnderTest;
beforeEach(async () => {
  master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
  proxy = await startProxy(master.port);
  opened = openRedis({ url: `redis://127.0.0.1:${proxy.port}` });
  await opened.store.create(newSession());
  await append(opened.store, 's', says('kept'));
});
afterEach(async () => {
  await opened.close();
  await Promise.all([proxy.stop(), master.stop(), replica.stop()]);
});

/** Resolves when the replica has what is written now. */
async function followed(): Promise<void> {
  const { end } = await sessionNow(opened.store);
  await eventually(async () => expect(await replica.cli('HGET', 'as:{s}', 'last')).toBe(end));
}

/** The replica takes over without what is written by `lost`, all of which is acknowledged. */
async function failOver(lost: () => Promise<unknown>): Promise<void> {
  await followed();
  await replica.cli('REPLICAOF', 'NO', 'ONE');
  await lost();
  await master.kill();
  proxy.leadTo(replica.port);
}

interface Watching {
  readonly reader: Reader;
  readonly events: FeedEvent[];
}

interface WatchSettings {
  readonly live?: LiveFeed;
  readonly pollMs?: number;
}

/** Follows the session from its beginning. */
async function watch({ live = opened.live, pollMs = NEVER_MS }: WatchSettings = {}): Promise<Watching> {
  const feeds = new Feeds({ store: opened.store, live, clock: clockOf(), pollMs, onError: () => undefined });
  const reader = await feeds.follow(await sessionNow(opened.store), null);
  const events: FeedEvent[] = [];
  void (async () => {
    for await (const event of reader) events.push(event);
  })();
  await eventually(() => expect(kindsOf(events)).toContain('caughtUp'));
  return { reader, events };
}

/** The same in an audience, which the reader joins at the end of the log. */
async function attend(): Promise<{ readonly events: FeedEvent[] }> {
  const feeds = new Feeds({
    store: opened.store,
    live: opened.live,
    clock: clockOf(),
    pollMs: NEVER_MS,
    onError: () => undefined,
  });
  const reader = await feeds.follow(await sessionNow(opened.store), null);
  const events: FeedEvent[] = [];
  for await (const event of reader) {
    events.push(event);
    if (event.kind === 'caughtUp') break;
  }
  const again = await feeds.follow(await sessionNow(opened.store));
  await again.next();
  // Each event in a parcel of its own.
  const open = () => ({ add: (event: FeedEvent) => events.push(event) === 0 });
  const sink = { write: () => true, ready: () => Promise.resolve() };
  const render = (event: FeedEvent) => ({ payload: event, last: event.kind === 'deleted' });
  const audiences = new Audiences<FeedEvent, ReturnType<typeof open>>();
  const attendance = audiences.attend({ key: 'all', render, open }, again, sink);
  expect(attendance).not.toBeNull();
  return { events };
}

/** Without the looks of new connections, or without anything. */
function without(what: 'looks' | 'everything'): LiveFeed {
  return {
    ...opened.live,
    listen: (sessionId, ring) =>
      opened.live.listen(sessionId, (bell: Doorbell) => {
        if (what === 'looks' && bell !== 'look') ring(bell);
      }),
  };
}

const kindsOf = (events: readonly FeedEvent[]): readonly string[] => events.map(({ kind }) => kind);

/** The items among them. */
function rawsOf(events: readonly FeedEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === 'entry' && event.entry.kind === 'item' ? event.entry.item.raw : [],
  );
}

/** What was told from the first word of a lost tail on. */
function sinceLost(events: readonly FeedEvent[]): readonly FeedEvent[] {
  return events.slice(events.findIndex((event) => rawsOf([event]).join('').includes('lost')) + 1);
}

const RESYNC = { kind: 'resync', reason: 'DIVERGED' };
const hasTold =
  ({ events }: { readonly events: readonly FeedEvent[] }) =>
  () =>
    expect(sinceLost(events).length).toBeLessThan(events.length);

describe('a lost tail', () => {
  it('is announced before what is written after it, to a reader and to an audience', async () => {
    const reader = await watch();
    const audience = await attend();
    await failOver(async () => {
      await append(opened.store, 's', says('lost 1'), says('lost 2'));
      await eventually(hasTold(reader));
      await eventually(hasTold(audience));
    });
    await eventually(() => append(opened.store, 's', says('new')));
    for (const { events } of [reader, audience]) {
      await eventually(() => expect(kindsOf(sinceLost(events))).toContain('resync'));
      expect(sinceLost(events).find(({ kind }) => kind !== 'entry')).toMatchObject(RESYNC);
    }
    await append(opened.store, 's', says('newer'));
    for (const { events } of [reader, audience]) {
      await eventually(() => expect(rawsOf(events).at(-1)).toContain('newer'));
      // Of the new ones it was told after the announcement; of the lost ones, before.
      const resync = kindsOf(events).indexOf('resync');
      expect(rawsOf(events.slice(0, resync)).join(' ')).not.toContain('new');
      expect(rawsOf(events.slice(resync)).join(' ')).not.toContain('lost');
    }
    expect(textsOf(await itemsOf(opened.store))).toEqual(['kept', 'new', 'newer']);
  });

  it('is announced though nothing is written after it', async () => {
    const reader = await watch();
    await failOver(async () => {
      await append(opened.store, 's', says('lost'));
      await eventually(hasTold(reader));
    });
    await eventually(() => expect(sinceLost(reader.events)).toMatchObject([RESYNC]));
  });

  it('is announced by a doorbell alone, which leads on from elsewhere', async () => {
    const reader = await watch({ live: without('looks') });
    await failOver(async () => {
      await append(opened.store, 's', says('lost'));
      await eventually(hasTold(reader));
    });
    await eventually(async () => {
      await append(opened.store, 's', says('new'));
      expect(kindsOf(sinceLost(reader.events))).toContain('resync');
    });
    expect(sinceLost(reader.events)[0]).toMatchObject(RESYNC);
  });

  it('is announced by a look at the store alone', async () => {
    const reader = await watch({ live: without('everything'), pollMs: 50 });
    await failOver(async () => {
      await append(opened.store, 's', says('lost'));
      await eventually(hasTold(reader));
    });
    await eventually(() => expect(sinceLost(reader.events)).toMatchObject([RESYNC]));
  });

  it('is announced though the clock of the new master lies behind, and places go on growing', async () => {
    const reader = await watch();
    const ahead = Date.now() + 3_600_000;
    await followed();
    await replica.cli('REPLICAOF', 'NO', 'ONE');
    // As if the entry before had been written by a clock that goes an hour ahead.
    await replica.cli('XSETID', 'as:{s}:log', `${ahead}-7`);
    await failOver(async () => {
      await append(opened.store, 's', says('lost'));
      await eventually(hasTold(reader));
    });
    const [one] = await eventually(() => append(opened.store, 's', says('new')));
    const [two] = await append(opened.store, 's', says('newer'));
    expect([one?.id, two?.id]).toEqual([
      expect.stringMatching(new RegExp(`^${ahead}-8\\.`)),
      expect.stringMatching(new RegExp(`^${ahead}-9\\.`)),
    ]);
    await eventually(() => expect(kindsOf(sinceLost(reader.events))).toContain('resync'));
    expect(sinceLost(reader.events)[0]).toMatchObject(RESYNC);
    expect(textsOf(await itemsOf(opened.store))).toEqual(['kept', 'new', 'newer']);
  });

  it('is told of a draft by telling the draft anew', async () => {
    await opened.store.startDraft(newDraft());
    await opened.store.appendToDraft(draftText('Hello'));
    await eventually(async () => expect(await replica.cli('GET', 'as:{s}:draft:d:text')).toBe('Hello'));
    const reader = await watch({ live: without('looks') });
    await failOver(async () => {
      await opened.store.appendToDraft(draftText(' lost', { offset: 5 }));
      await eventually(() => expect(kindsOf(reader.events)).toContain('draftAppended'));
    });
    const told = reader.events.length;
    await eventually(async () => expect(await replica.cli('PUBSUB', 'NUMSUB', 'as:{s}')).toContain('\n1'));
    await eventually(() => opened.store.appendToDraft(draftText(', there you are', { offset: 5 })));
    await eventually(() => {
      const texts = reader.events.slice(told).reduce<string | null>((text, event) => {
        if (event.kind === 'draftStarted') return event.draft.text;
        if (event.kind === 'draftAppended') return `${text ?? ''}${event.text}`;
        return null;
      }, null);
      expect(texts).toBe('Hello, there you are');
    });
    expect(kindsOf(reader.events.slice(told))[0]).toBe('draftCancelled');
  });

  it('is a session that is gone, when the session began in it', async () => {
    let reader: Watching | undefined;
    const session = newSession({ id: 'late' });
    await failOver(async () => {
      await opened.store.create(session);
      const feeds = new Feeds({
        store: opened.store,
        live: opened.live,
        clock: clockOf(),
        pollMs: NEVER_MS,
        onError: () => undefined,
      });
      const late = await feeds.follow(await sessionNow(opened.store, 'late'), null);
      const events: FeedEvent[] = [];
      reader = { reader: late, events };
      void (async () => {
        for await (const event of late) events.push(event);
      })();
      await eventually(() => expect(kindsOf(events)).toContain('caughtUp'));
    });
    await eventually(() => opened.store.create(session));
    await eventually(() => expect(kindsOf(reader?.events ?? []).at(-1)).toBe('deleted'));
  });

  it('is no place to read on from, nor to write on', async () => {
    let lost = (await sessionNow(opened.store)).end;
    await failOver(async () => {
      const [entry] = await append(opened.store, 's', says('lost'));
      lost = entry?.id ?? lost;
    });
    const [entry] = await eventually(() => append(opened.store, 's', says('new')));
    const { end } = await sessionNow(opened.store);
    expect(end).toBe(entry?.id);
    await expectCode(
      opened.store.page('s', { count: 10, from: 'start', after: lost, upTo: end }),
      'CURSOR_EXPIRED',
    );
    await expectCode(opened.store.append({ sessionId: 's', steps: [says('on')], ifEnd: lost }), 'CONFLICT');
    expect(await opened.store.read('s', lost, 10)).toMatchObject({ state: 'diverged', end });
    expect(await opened.store.item('s', lost)).toBeNull();
  });
});
