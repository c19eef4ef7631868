import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeDurability } from '../../src/adapters/redis/durability.ts';
import { draftText, newDraft, newSession, once, says, textsOf, upTo } from '../support/samples.ts';
import { itemsOf } from '../contract/store-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { openRedis, type RedisUnderTest } from './redis-setup.ts';

const TIMEOUT_MS = 150;

let master: RedisServer;
let replica: RedisServer;
let opened: RedisUnderTest;
let count = 0;
beforeAll(async () => {
  master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
  await replicating();
});
afterAll(async () => {
  await Promise.all([master.stop(), replica.stop()]);
});
beforeEach(async () => {
  opened = open();
  await opened.store.create(newSession());
});
afterEach(async () => {
  replica.resume();
  await opened.close();
  await replicating();
});

/** Resolves when the replica has what the master has, and the master knows. */
async function replicating(): Promise<void> {
  const mark = `${performance.now()}`;
  await master.cli('SET', 'mark', mark);
  await eventually(async () => expect(await replica.cli('GET', 'mark')).toBe(mark));
  await eventually(async () => expect(await master.cli('INFO', 'replication')).toContain('state=online'));
}

function open(prefix = `as${count++}`, replicas = 1): RedisUnderTest {
  return openRedis({ url: master.url, prefix, replicas: { count: replicas, timeoutMs: TIMEOUT_MS } });
}

const hello = { sessionId: 's', steps: [says('hello')], once: once('k') };
const UNKNOWN = { code: 'STORE_TIMEOUT', message: expect.stringContaining('the same idempotency key') };

describe('a write that is waited for', () => {
  it('is on the replica when it is acknowledged', async () => {
    for (const n of upTo(20)) {
      const { session } = await opened.store.append({ sessionId: 's', steps: [says(`${n}`)] });
      expect(await replica.cli('HGET', `as${count - 1}:{s}`, 'last')).toBe(session.end);
    }
  });

  it('is of unknown outcome without its replicas, and a repeat is no better until they have it', async () => {
    const other = open(`as${count - 1}`);
    await other.store.get('s');
    replica.pause();
    const begun = performance.now();
    await expect(opened.store.append(hello)).rejects.toMatchObject(UNKNOWN);
    expect(performance.now() - begun).toBeLessThan(TIMEOUT_MS + 500);
    // Neither on the connection that wrote, nor on one that has written nothing.
    await expect(opened.store.append(hello)).rejects.toMatchObject(UNKNOWN);
    await expect(other.store.append(hello)).rejects.toMatchObject(UNKNOWN);
    await expect(other.store.recall(hello)).rejects.toMatchObject(UNKNOWN);
    replica.resume();
    await replicating();
    const { entries } = await other.store.append(hello);
    expect(await itemsOf(opened.store)).toEqual(entries);
    await other.close();
  });

  it('is so whatever kind of write it is', async () => {
    await opened.store.startDraft(newDraft());
    replica.pause();
    const { store } = opened;
    const writes = [
      store.create(newSession({ id: 'other', once: once('c') })),
      store.update({ sessionId: 's', title: 'Plans' }),
      store.appendToDraft(draftText('Hi')),
      store.pop({ sessionId: 's' }),
      store.clear({ sessionId: 's' }),
      store.delete({ sessionId: 's' }),
    ];
    for (const outcome of await Promise.allSettled(writes)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_TIMEOUT' } });
    }
  });

  it('does not hold up reads', async () => {
    replica.pause();
    const writing = opened.store.append(hello).catch(() => undefined);
    const begun = performance.now();
    await Promise.all([opened.store.get('s'), itemsOf(opened.store)]);
    expect(performance.now() - begun).toBeLessThan(TIMEOUT_MS);
    await writing;
  });

  it('shares its wait with those of the same moment', async () => {
    await master.cli('CONFIG', 'RESETSTAT');
    const writes = upTo(100).map((n) => opened.store.append({ sessionId: 's', steps: [says(`${n}`)] }));
    await Promise.all(writes);
    const [, waits = ''] = /cmdstat_wait:calls=(\d+)/.exec(await master.cli('INFO', 'commandstats')) ?? [];
    expect(Number(waits)).toBeLessThan(20);
    expect(textsOf(await itemsOf(opened.store))).toHaveLength(100);
  });

  it('is refused where there will never be as many replicas', async () => {
    const more = open(`as${count - 1}`, 2);
    await expect(more.store.append(hello)).rejects.toMatchObject(UNKNOWN);
    await more.close();
  });
});

it('is promised in the first line', async () => {
  const sentence = await describeDurability(opened.connection.commands, 1);
  expect(sentence).toContain('every acknowledged write is on a replica');
  expect(sentence).not.toContain('a failover may lose');
});

it('is left for its master when it says that it is a replica', async () => {
  const demoted = openRedis({ url: replica.url, prefix: `as${count - 1}` });
  expect(await demoted.store.get('s')).not.toBeNull();
  const connections = async (): Promise<number> =>
    Number(/total_connections_received:(\d+)/.exec(await replica.cli('INFO', 'stats'))?.[1]);
  const reads = upTo(20).map(() => demoted.store.get('s'));
  const writes = upTo(20).map(() => demoted.store.append({ sessionId: 's', steps: [says('hello')] }));
  for (const outcome of await Promise.allSettled(writes)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } });
  }
  expect(await Promise.all(reads)).not.toContain(null);
  const before = await connections();
  await expect(demoted.store.append({ sessionId: 's', steps: [says('hello')] })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  expect(await demoted.store.get('s')).not.toBeNull();
  // Two of redis-cli, and a new one of the store.
  expect((await connections()) - before).toBeGreaterThanOrEqual(2);
  await demoted.close();
});
