import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSession, says } from '../support/samples.ts';
import { makeCertificates, type Certificates } from '../support/certificates.ts';
import { entriesHeard } from '../contract/session-model.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startSentinel } from '../support/redis-sentinel.ts';
import type { Doorbell } from '../../src/core/live.ts';
import { addressOf, openRedis, type SetupOptions } from './redis-setup.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(async () => {
  await certificates.remove();
});

/** What the server needs of a Redis, and no more. */
const RIGHTS = [
  'on',
  '>p@ss/word:',
  'resetkeys',
  '~as:*',
  'resetchannels',
  '&as:*',
  '-@all',
  '+@read',
  '+@write',
];
const MORE = ['+@scripting', '+@pubsub', '+@connection', '+info', '+cluster', '+time', '+wait', '+asking'];
const CREDENTIALS = 'ada:p%40ss%2Fword%3A@';

async function withRights(redis: RedisServer): Promise<void> {
  await redis.cli('ACL', 'SETUSER', 'ada', ...RIGHTS, ...MORE);
}

/** Writes, and hears what it wrote. */
async function works(setup: SetupOptions): Promise<void> {
  const opened = openRedis(setup);
  try {
    await opened.store.create(newSession());
    const bells: Doorbell[] = [];
    await opened.live.listen('s', (bell) => void bells.push(bell));
    const { entries } = await opened.store.append({ sessionId: 's', steps: [says('hello')] });
    await eventually(() => expect(entriesHeard(bells)).toEqual(entries));
    expect((await opened.store.list('ada', { count: 10, from: 'start' })).sessions).toHaveLength(1);
    await opened.store.check();
  } finally {
    await opened.close();
  }
}

it('is spoken to over TLS, as a user with few rights', async () => {
  const port = await freePort();
  const redis = await startRedis({ args: certificates.redisArgs(port) });
  await withRights(redis);
  await works({ url: `rediss://${CREDENTIALS}127.0.0.1:${port}`, ca: certificates.ca });
  for (const changes of [{}, { ca: (await makeOthers()).ca }]) {
    const stranger = openRedis({ url: `rediss://${CREDENTIALS}127.0.0.1:${port}`, ...changes });
    await expect(stranger.store.get('s')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await stranger.close();
  }
  const wrong = openRedis({ url: `rediss://ada:wrong@127.0.0.1:${port}`, ca: certificates.ca });
  const refused = wrong.store.get('s');
  await expect(refused).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringMatching(/wrong|ada/) });
  await wrong.close();
  await redis.stop();
});

async function makeOthers(): Promise<Certificates> {
  const others = await makeCertificates();
  await others.remove();
  return others;
}

it('is found by Sentinels with a password of their own, over TLS', async () => {
  const [port, sentinelPort] = [await freePort(), await freePort()];
  const redis = await startRedis({ args: [...certificates.redisArgs(port), '--tls-replication', 'yes'] });
  await withRights(redis);
  const tls = certificates
    .redisArgs(sentinelPort)
    .flatMap((arg, index, all) => (arg.startsWith('--') ? [`${arg.slice(2)} ${all[index + 1]}`] : []));
  const lines = [...tls, 'tls-replication yes', 'requirepass secret'];
  const sentinel = await startSentinel(port, { quorum: 1, downAfter: 60_000, lines });
  const url = `rediss+sentinel://${CREDENTIALS}127.0.0.1:${sentinelPort}/main`;
  const address = { ...addressOf(url), sentinelPassword: 'secret' };
  await works({ url, address, ca: certificates.ca });
  await sentinel.stop();
  await redis.stop();
});

it('is a Cluster over TLS, whose nodes name each other by the ports that speak it', async () => {
  const port = await freePort();
  const args = [...certificates.redisArgs(port), '--tls-cluster', 'yes'];
  const redis = await startRedis({ args, cluster: true });
  await redis.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await eventually(async () => expect(await redis.cli('CLUSTER', 'INFO')).toContain('cluster_state:ok'));
  await withRights(redis);
  await works({ url: `rediss+cluster://${CREDENTIALS}127.0.0.1:${port}`, ca: certificates.ca });
  await redis.stop();
});
