import { afterEach, expect, it } from 'vitest';
import { describeDurability } from '../../src/adapters/redis/durability.ts';
import { UnsafeStoreError } from '../../src/core/errors.ts';
import { newSession, says } from '../support/samples.ts';
import { startCluster } from '../support/redis-cluster.ts';
import { startRedis, type RedisServer, type RedisServerOptions } from '../support/redis-server.ts';
import { openRedis, type RedisUnderTest } from './redis-setup.ts';

let redis: RedisServer | undefined;
let opened: RedisUnderTest | undefined;
afterEach(async () => {
  await opened?.close();
  await redis?.stop();
  [opened, redis] = [undefined, undefined];
});

async function open(
  options: RedisServerOptions = {},
): Promise<{ redis: RedisServer; opened: RedisUnderTest }> {
  redis = await startRedis(options);
  opened = openRedis({ url: redis.url });
  return { redis, opened };
}

it('says that a Redis without a file loses sessions in a crash', async () => {
  const { opened: own } = await open();
  const sentence = await describeDurability(own.connection.commands, 0);
  expect(sentence).toContain('no append-only file');
  expect(sentence).toContain('min-replicas-to-write 0');
});

it('says what a file and replicas promise', async () => {
  const { redis: server, opened: own } = await open({ appendonly: true });
  expect(await describeDurability(own.connection.commands, 0)).toContain(
    'every acknowledged write is on the disk',
  );
  await server.cli('CONFIG', 'SET', 'appendfsync', 'everysec', 'min-replicas-to-write', '1');
  const sentence = await describeDurability(own.connection.commands, 0);
  expect(sentence).toContain('last second');
  expect(sentence).toContain('refused with fewer than 1 replica');
});

it.each(['allkeys-lru', 'volatile-ttl'])('refuses a Redis that throws keys away by %s', async (policy) => {
  const { redis: server, opened: own } = await open();
  await server.cli('CONFIG', 'SET', 'maxmemory-policy', policy);
  const refused = describeDurability(own.connection.commands, 0);
  await expect(refused).rejects.toBeInstanceOf(UnsafeStoreError);
  await expect(refused).rejects.toThrow(`maxmemory-policy ${policy}`);
});

it('says that it does not know when CONFIG GET is refused', async () => {
  const { redis: server, opened: own } = await open();
  await server.cli('ACL', 'SETUSER', 'default', '-config');
  expect(await describeDurability(own.connection.commands, 0)).toContain('not known');
});

it('has every acknowledged write after a kill, with a file that is synchronised at each', async () => {
  const { redis: server, opened: own } = await open({ appendonly: true });
  await own.store.create(newSession());
  let acknowledged = 0;
  const writing = (async () => {
    for (;;) {
      await own.store.append({ sessionId: 's', steps: [says('one more')] });
      acknowledged++;
      if (acknowledged === 100) void server.kill();
    }
  })();
  await expect(writing).rejects.toMatchObject({ code: expect.stringMatching(/^STORE_/) });
  await server.restart();
  const after = openRedis({ url: server.url });
  const session = await after.store.get('s');
  expect(session?.itemCount).toBeGreaterThanOrEqual(acknowledged);
  await after.close();
});

it('looks at each master of a Cluster, and tells the least that one promises', async () => {
  const cluster = await startCluster();
  const own = openRedis({ url: cluster.url });
  const promised = (): Promise<string> => describeDurability(own.connection.commands, 0);
  for (const node of cluster.nodes) await node.cli('CONFIG', 'SET', 'appendonly', 'yes');
  expect(await promised()).toContain('every acknowledged write is on the disk');
  await cluster.nodes[1]?.cli('CONFIG', 'SET', 'appendfsync', 'everysec');
  expect(await promised()).toContain('last second');
  await cluster.nodes[2]?.cli('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru');
  await expect(promised()).rejects.toBeInstanceOf(UnsafeStoreError);
  await own.close();
  await cluster.stop();
});
