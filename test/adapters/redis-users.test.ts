import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { itemsOf } from '../contract/store-under-test.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { newSession, once, says, textsOf } from '../support/samples.ts';
import { openRedis, type RedisUnderTest } from './redis-setup.ts';

const ALL = ['~*', '&*', '+@all'];

let redis: RedisServer;
let opened: RedisUnderTest;
beforeAll(async () => {
  redis = await startRedis({ args: ['--user', 'app', 'on', '>secret', ...ALL] });
});
afterAll(async () => {
  await redis.stop();
});
beforeEach(async () => {
  await redis.cli('FLUSHALL');
  await redis.cli('ACL', 'SETUSER', 'app', 'resetpass', '>secret', ...ALL);
  opened = openRedis({ url: redis.url.replace('//', '//app:secret@') });
  await opened.store.create(newSession());
});
afterEach(async () => {
  await opened.close();
});

const write = { sessionId: 's', steps: [says('hello')], once: once('k') };

it.each([
  ['scripts', '-@scripting', 'STORE_UNAVAILABLE'],
  ['keys', 'resetkeys', 'STORE_UNAVAILABLE'],
  // The script is refused in its midst: only who knows the script knows that it had written nothing before.
  ['writes', '-@write', 'STORE_TIMEOUT'],
])(
  'fails writes with a code that says to try again without %s, and writes once with them',
  async (_what, rule, code) => {
    const { store } = opened;
    await redis.cli('ACL', 'SETUSER', 'app', rule);
    await expect(store.append(write)).rejects.toMatchObject({ code });
    await redis.cli('ACL', 'SETUSER', 'app', ...ALL);
    await store.append(write);
    await store.append(write);
    expect(textsOf(await itemsOf(store))).toEqual(['hello']);
  },
);

it('writes without the right to ring doorbells, and once', async () => {
  const { store } = opened;
  await redis.cli('ACL', 'SETUSER', 'app', 'resetchannels');
  await store.append(write);
  await store.append(write);
  await store.create(newSession({ id: 'other', once: once('other') }));
  await store.update({ sessionId: 's', title: 'Plans' });
  await store.delete({ sessionId: 'other' });
  expect(textsOf(await itemsOf(store))).toEqual(['hello']);
  expect(await store.get('s')).toMatchObject({ title: 'Plans' });
  expect(await store.get('other')).toBeNull();
  await expect(opened.live.listen('s', () => undefined)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

it('fails within a second while its password is not the one of Redis, and serves when it is again', async () => {
  const { store } = opened;
  const session = await store.get('s');
  await redis.cli('ACL', 'SETUSER', 'app', 'resetpass', '>other');
  await redis.cli('CLIENT', 'KILL', 'USER', 'app');
  await vi.waitFor(() => expect(store.get('s')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' }));
  const begun = performance.now();
  await expect(store.append(write)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(performance.now() - begun).toBeLessThan(1_000);
  await redis.cli('ACL', 'SETUSER', 'app', 'resetpass', '>secret');
  await vi.waitFor(async () => expect(await store.get('s')).toEqual(session), { timeout: 5_000 });
});
