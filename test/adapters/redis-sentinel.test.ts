import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { newSession, once, says, textsOf } from '../support/samples.ts';
import { entriesHeard } from '../contract/session-model.ts';
import { itemsOf } from '../contract/store-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { startWatchedRedis, type WatchedRedis } from '../support/redis-sentinel.ts';
import { cliAt } from '../support/redis-server.ts';
import { untilWritten } from '../support/until-written.ts';
import type { Doorbell } from '../../src/core/live.ts';
import { clockOf, openRedis, type RedisUnderTest } from './redis-setup.ts';

const DOWN_AFTER = 500;

let redis: WatchedRedis;
let opened: RedisUnderTest;
let count = 0;
/** What a test opened besides, closed with it: its Sentinels are those of the tests after it. */
let others: RedisUnderTest[] = [];
beforeAll(async () => {
  redis = await startWatchedRedis({ downAfter: DOWN_AFTER });
});
afterAll(async () => {
  await redis.stop();
});
beforeEach(() => {
  opened = openRedis({ url: redis.url, prefix: `as${count++}` });
});
afterEach(async () => {
  await Promise.all([opened, ...others].map((each) => each.close()));
  others = [];
});

function openAnother(options: Parameters<typeof openRedis>[0]): RedisUnderTest {
  const other = openRedis(options);
  others.push(other);
  return other;
}

function firstSentinel(): number {
  return Number(/:(\d+)[,/]/.exec(redis.url)?.[1]);
}

async function hear(sessionId: string): Promise<Doorbell[]> {
  const bells: Doorbell[] = [];
  await opened.live.listen(sessionId, (doorbell) => void bells.push(doorbell));
  return bells;
}

it('notices a master that hangs, and leaves it', async () => {
  const { store } = opened;
  await store.create(newSession());
  const bells = await hear('s');
  await redis.synced();
  const old = await redis.master();
  old.pause();
  const { ms, longest } = await untilWritten(store, {
    sessionId: 's',
    steps: [says('hello')],
    once: once('k'),
  });
  // The last command that was sent to it waits until the watchdog barks.
  expect(ms).toBeLessThan(4_000);
  expect(longest).toBeLessThan(2_000);
  await eventually(() => expect(bells).toContain('look'));
  old.resume();
  expect(textsOf(await itemsOf(store))).toEqual(['hello']);
});

it('leaves a master that was replaced and lives on, before it is told to follow', async () => {
  await opened.close();
  // Its watchdogs never look.
  opened = openRedis({ url: redis.url, prefix: `as${count}`, clock: clockOf(1 / 1_000) });
  const { store } = opened;
  await store.create(newSession());
  await redis.synced();
  const old = await redis.master();
  old.pause();
  await eventually(async () => expect((await redis.master()).port).not.toBe(old.port));
  old.resume();
  await untilWritten(store, { sessionId: 's', steps: [says('hello')], once: once('k') });
  const other = openAnother({ url: redis.url, prefix: `as${count++}` });
  expect(textsOf(await itemsOf(other.store))).toEqual(['hello']);
});

it('goes to the new master when the old one is killed, with all that a replica had, and hears of what is written there', async () => {
  // The one that was left may still be fetching what it missed.
  await redis.synced();
  const durable = openAnother({
    url: redis.url,
    prefix: `as${count - 1}`,
    replicas: { count: 1, timeoutMs: 500 },
  });
  const { store } = durable;
  await store.create(newSession());
  const bells = await hear('s');
  await redis.synced();
  const old = await redis.master();
  const acknowledged: string[] = [];
  const writer = async (name: string): Promise<void> => {
    for (let n = 0; ; n++) {
      await store.append({ sessionId: 's', steps: [says(`${name} ${n}`)] });
      acknowledged.push(`${name} ${n}`);
      if (acknowledged.length === 300) void old.kill();
    }
  };
  const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map(writer));
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ reason: { code: expect.stringMatching(/^STORE_/) } });
  }
  const { ms, longest } = await untilWritten(store, {
    sessionId: 's',
    steps: [says('hello')],
    once: once('k'),
  });
  expect(ms).toBeLessThan(DOWN_AFTER + 2_000);
  expect(longest).toBeLessThan(1_000);
  const texts = new Set(textsOf(await itemsOf(store)));
  expect(acknowledged.filter((text) => !texts.has(text))).toEqual([]);
  expect(texts).toContain('hello');
  await eventually(() => expect(bells).toContain('look'));
  const { entries } = await store.append({ sessionId: 's', steps: [says('are you there?')] });
  await eventually(() => expect(entriesHeard(bells)).toEqual(expect.arrayContaining([...entries])));
});

it('writes nothing to a master that has been asked to give way, which would serve on and lose it', async () => {
  const { store } = opened;
  await store.create(newSession());
  await redis.synced();
  const old = await redis.master();
  await eventually(async () => {
    expect(await cliAt(firstSentinel(), 'SENTINEL', 'FAILOVER', 'main')).toBe('OK');
  });
  const acknowledged: string[] = [];
  for (let n = 0; ; n++) {
    const text = `hello ${n}`;
    await untilWritten(store, { sessionId: 's', steps: [says(text)], once: once(text) });
    acknowledged.push(text);
    const port = await opened
      .ask((client) => Promise.resolve(client.stream.remotePort))
      .catch(() => old.port);
    if (port !== old.port) break;
  }
  const other = openAnother({ url: redis.url, prefix: `as${count - 1}` });
  await eventually(async () => expect(textsOf(await itemsOf(other.store))).toEqual(acknowledged));
});

it.each(['main', 'unknown'])(
  'leaves no connection to Sentinels of %s behind when it closes',
  async (name) => {
    await opened.close();
    const followers = async (): Promise<number> =>
      (await cliAt(firstSentinel(), 'CLIENT', 'LIST')).split(/ sub=[1-9]/).length - 1;
    await eventually(async () => expect(await followers()).toBe(0));
    opened = openRedis({ url: redis.url.replace(/main$/, name), prefix: `as${count++}` });
    await eventually(async () => expect(await followers()).toBe(2));
    await opened.close();
    await eventually(async () => expect(await followers()).toBe(0));
  },
);
