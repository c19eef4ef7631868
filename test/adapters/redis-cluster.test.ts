import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Doorbell } from '../../src/core/live.ts';
import type { LogEntry } from '../../src/core/log.ts';
import { slotOf } from '../../src/adapters/redis/slot.ts';
import { entriesHeard } from '../contract/session-model.ts';
import { itemsOf } from '../contract/store-under-test.ts';
import { draftText, idsOf, newDraft, newSession, once, says, textsOf, upTo } from '../support/samples.ts';
import { eventually } from '../support/eventually.ts';
import { startCluster, type RedisCluster } from '../support/redis-cluster.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { untilWritten } from '../support/until-written.ts';
import { openRedis, type RedisUnderTest } from './redis-setup.ts';

const NODE_TIMEOUT = 1_000;

let cluster: RedisCluster;
let servers: readonly [RedisUnderTest, RedisUnderTest];
let count = 0;
let prefix = '';
beforeAll(async () => {
  cluster = await startCluster({ replicas: 1, nodeTimeout: NODE_TIMEOUT });
});
afterAll(async () => {
  await cluster.stop();
});
beforeEach(async () => {
  prefix = `as${count++}`;
  servers = [openRedis({ url: cluster.url, prefix }), openRedis({ url: cluster.url, prefix })];
  await Promise.all(servers.map(isConnected));
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

/** Resolves when it has found the nodes, which takes longer than a call waits on a busy machine. */
async function isConnected({ store }: RedisUnderTest): Promise<void> {
  await eventually(() => store.check());
  await eventually(() => Promise.all(upTo(20).map((n) => store.get(`s${n}`))));
}

async function hear(sessionId: string, { live } = servers[0]): Promise<Doorbell[]> {
  const bells: Doorbell[] = [];
  await live.listen(sessionId, (doorbell) => void bells.push(doorbell));
  return bells;
}

/** Resolves when what is written rings; what was written before may have been missed. */
async function expectHearing(bells: Doorbell[], sessionId = 's'): Promise<void> {
  const written: LogEntry[] = [];
  await eventually(async () => {
    const { entries } = await servers[1].store.append({ sessionId, steps: [says('are you there?')] });
    written.push(...entries);
    await eventually(() => expect(entriesHeard(bells)).toContainEqual(expect.toBeOneOf(written)), {
      timeout: 300,
    });
  });
}

const channelsOf = async (node: RedisServer): Promise<readonly string[]> =>
  (await node.cli('PUBSUB', 'SHARDCHANNELS', `${prefix}:*`)).split('\n').filter((name) => name !== '');

/** How often each node did a command, that of scripts included. */
async function callsOf(command: string): Promise<readonly number[]> {
  const stats = await cluster.everywhere('INFO', 'commandstats');
  return stats.map((text) =>
    Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(text)?.[1] ?? 0),
  );
}

/** How many messages of sharded channels each node has sent to other nodes. */
async function shardMessages(): Promise<readonly number[]> {
  const infos = await cluster.everywhere('CLUSTER', 'INFO');
  return infos.map((text) => Number(/cluster_stats_messages_publishshard_sent:(\d+)/.exec(text)?.[1] ?? 0));
}

async function another(node: RedisServer): Promise<RedisServer> {
  const roles = await Promise.all(
    cluster.nodes.map(async (other) => [other, await other.cli('ROLE')] as const),
  );
  const found = roles.find(([other, role]) => other !== node && role.startsWith('master'));
  if (found === undefined) throw new Error('There is one master alone.');
  return found[0];
}

it('knows the slot of a key as Redis does', async () => {
  const keys = [
    '',
    'as:{s}',
    'as:{s}:log',
    '{}x',
    'a{}b{c}',
    '{{a}}',
    'x}{y}',
    'as:user:é🙂',
    'as:user:{ada',
  ];
  const slots = await Promise.all(keys.map((key) => cluster.cli(key, 'CLUSTER', 'KEYSLOT', key)));
  expect(keys.map((key) => String(slotOf(key)))).toEqual(slots);
});

describe('wake-ups', () => {
  it('reach the node of their session, and the servers that listen to it, and no other', async () => {
    const ids = upTo(1_000).map((n) => `s${n}`);
    const others = ids.filter((_id, n) => n % 4 === 0);
    const channels = ids.map((id) => `${prefix}:{${id}}`);
    await Promise.all(ids.map((id) => servers[0].store.create(newSession({ id, userId: `user of ${id}` }))));
    const heard = { one: 0, other: 0 };
    await Promise.all(ids.map((id) => servers[0].live.listen(id, () => void heard.one++)));
    await Promise.all(others.map((id) => servers[1].live.listen(id, () => void heard.other++)));
    const spread = await cluster.spreadOf(channels);
    for (const [index, node] of cluster.nodes.entries()) {
      expect((await channelsOf(node)).toSorted()).toEqual(spread[index]?.toSorted());
    }
    expect(spread.slice(0, 3).every((own) => own.length > 200)).toBe(true);
    await cluster.everywhere('CONFIG', 'RESETSTAT');
    const before = await shardMessages();
    Object.assign(heard, { one: 0, other: 0 });
    await Promise.all(ids.map((id) => servers[1].store.append({ sessionId: id, steps: [says('hello')] })));
    await eventually(() => expect(heard).toEqual({ one: 1_000, other: 250 }));
    // One for the session on its node, and one for the list of its user on that list's; replicas get them besides.
    const lists = await cluster.spreadOf(ids.map((id) => `${prefix}:user:user of ${id}`));
    const rung = spread.map((own, index) => own.length + (lists[index]?.length ?? 0));
    expect(await callsOf('spublish')).toEqual(rung);
    expect(await callsOf('publish')).toEqual(cluster.nodes.map(() => 0));
    const after = await shardMessages();
    expect(after.map((sent, index) => sent - (before[index] ?? 0))).toEqual(rung);
    expect(heard).toEqual({ one: 1_000, other: 250 });
  });

  it('leave no subscription behind', async () => {
    const ends = await Promise.all(
      upTo(30).map((n) => servers[0].live.listen(`s${n % 10}`, () => undefined)),
    );
    const all = async () => (await Promise.all(cluster.nodes.map(channelsOf))).flat();
    expect(await all()).toHaveLength(10);
    await Promise.all(ends.map((end) => end()));
    await eventually(async () => expect(await all()).toEqual([]));
  });

  it('ring look on the connection that was lost, and on no other', async () => {
    const ids = upTo(30).map((n) => `s${n}`);
    const looks = new Set<string>();
    await Promise.all(
      ids.map((id) =>
        servers[0].live.listen(id, (bell) => void (bell === 'look' && looks.add(`${prefix}:{${id}}`))),
      ),
    );
    const [lost = []] = await cluster.spreadOf(ids.map((id) => `${prefix}:{${id}}`));
    await cluster.nodes[0]?.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(() => expect([...looks].toSorted()).toEqual(lost.toSorted()));
  });
});

describe('a slot that moves', () => {
  it('is followed by writers and listeners, who notice nothing but the time', async () => {
    const [{ store }] = servers;
    await store.create(newSession());
    const bells = await hear('s');
    const key = `${prefix}:{s}`;
    const from = await cluster.ownerOf(key);
    const to = await another(from);
    const stop = new AbortController();
    let written = 0;
    const writing = (async () => {
      while (!stop.signal.aborted) {
        await store.append({ sessionId: 's', steps: [says(`${written}`)], once: once(`k${written}`) });
        written++;
        await store.get('s');
        await store.read('s', null, 10);
      }
    })();
    await eventually(() => expect(written).toBeGreaterThan(10));
    await cluster.move(key, to, async () => {
      expect(await from.cli('EXISTS', key)).not.toBe('');
    });
    const moved = written;
    await eventually(() => expect(written).toBeGreaterThan(moved + 10));
    stop.abort();
    await writing;
    expect((await cluster.ownerOf(key)).port).toBe(to.port);
    expect(textsOf(await itemsOf(store))).toEqual(upTo(written).map(String));
    await eventually(() => expect(bells).toContain('look'));
    await expectHearing(bells);
    expect(await channelsOf(from)).not.toContain(key);
    expect(await channelsOf(to)).toContain(key);
  });

  it('refuses writes for a while when it takes long, and has then done none of them', async () => {
    const hasty = openRedis({ url: cluster.url, prefix, patience: 250 });
    const { store } = hasty;
    await isConnected(hasty);
    await store.create(newSession());
    await store.startDraft(newDraft());
    const key = `${prefix}:{s}`;
    const to = await another(await cluster.ownerOf(key));
    const refused = { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } };
    await cluster.move(key, to, async () => {
      const writes = [
        store.append({ sessionId: 's', steps: [says('hello')], once: once('k') }),
        store.appendToDraft(draftText('Hi')),
        store.pop({ sessionId: 's' }),
        store.clear({ sessionId: 's' }),
        store.delete({ sessionId: 's' }),
      ];
      for (const outcome of await Promise.allSettled(writes)) expect(outcome).toMatchObject(refused);
    });
    const { session } = await store.append({ sessionId: 's', steps: [says('hello')], once: once('k') });
    expect(session.itemCount).toBe(1);
    expect(await store.drafts('s')).toMatchObject({ open: [{ id: 'd', text: '' }] });
    await hasty.close();
  });
});

describe('a list on another node than its sessions', () => {
  const ofAda = async (): Promise<readonly string[]> =>
    idsOf((await servers[1].store.list('ada', { count: 10, from: 'start' })).sessions);

  it('is told of a write later when it cannot be told at once, and the write is acknowledged', async () => {
    const [{ store }] = servers;
    const ids = upTo(12).map((n) => `s${n}`);
    const keys = ids.map((id) => `${prefix}:{${id}}`);
    const node = await cluster.ownerOf(`${prefix}:user:ada`);
    const own = (await cluster.spreadOf(keys))[cluster.nodes.indexOf(node)];
    const [one = '', other = ''] = ids.filter((id) => own?.includes(`${prefix}:{${id}}`) === false);
    for (const id of [one, other]) await store.create(newSession({ id }));
    expect(await ofAda()).toEqual([other, one]);
    const rung: unknown[] = [];
    await servers[1].live.listenToList('ada', (bell) => void rung.push(bell));
    await node.cli('CONFIG', 'SET', 'min-replicas-to-write', '5');
    await store.append({ sessionId: one, steps: [says('hello')] });
    await expect(store.create(newSession({ id: 'none' }))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect(rung).toEqual([]);
    await node.cli('CONFIG', 'SET', 'min-replicas-to-write', '0');
    await eventually(() => expect(rung).toEqual([{ sessionId: one }]));
    expect(await ofAda()).toEqual([one, other]);
    expect(await store.get('none')).toBeNull();
  });

  it('is put right where it is read, though nobody tells it', async () => {
    const [{ store }] = servers;
    await store.create(newSession({ id: 'a' }));
    const { updatedAt } = await store.create(newSession({ id: 'b' }));
    const list = `${prefix}:user:ada`;
    await cluster.cli(
      list,
      'ZADD',
      list,
      String(updatedAt + 5_000),
      'a',
      '1000',
      'gone',
      String(Date.now()),
      'soon',
    );
    expect(await ofAda()).toEqual(['b', 'a']);
    // What may be about to be made stays, and is not shown.
    expect((await cluster.cli(list, 'ZRANGE', list, '0', '-1')).split('\n')).toEqual(['a', 'b', 'soon']);
  });
});

describe('a master', () => {
  it('that is killed is followed by its replica, and the sessions of others go on', async () => {
    const [{ store }] = servers;
    const ids = upTo(12).map((n) => `s${n}`);
    for (const id of ids) await store.create(newSession({ id }));
    const owner = await cluster.ownerOf(`${prefix}:{s0}`);
    const index = cluster.nodes.indexOf(owner);
    const spread = await cluster.spreadOf(ids.map((id) => `${prefix}:{${id}}`));
    const elsewhere =
      spread.find((own, at) => at !== index && own.length > 0)?.[0]?.slice(prefix.length + 2, -1) ?? '';
    const bells = await hear('s0');
    const users = upTo(12).map((n) => `u${n}`);
    const lists = await cluster.spreadOf(users.map((userId) => `${prefix}:user:${userId}`));
    const [away, near] = [lists[index], lists.find((own, at) => at !== index && own.length > 0)].map(
      (own) => own?.[0]?.slice(`${prefix}:user:`.length) ?? '',
    );
    await owner.kill();
    const other = await untilWritten(store, {
      sessionId: elsewhere,
      steps: [says('hello')],
      once: once('k'),
    });
    expect(other.ms).toBeLessThan(1_000);
    const looked = servers[1].store.ends(['s0', elsewhere]);
    const signed = servers[1].store.listSignatures([away ?? '', near ?? '']);
    await expect(looked).resolves.toMatchObject([undefined, { entry: other.written.session.end }]);
    await expect(signed).resolves.toEqual([undefined, expect.any(String)]);
    const { ms, longest } = await untilWritten(store, {
      sessionId: 's0',
      steps: [says('hello')],
      once: once('k'),
    });
    expect(ms).toBeLessThan(NODE_TIMEOUT + 3_000);
    expect(longest).toBeLessThan(1_000);
    expect(textsOf(await itemsOf(store, 's0'))).toEqual(['hello']);
    await eventually(() => expect(bells).toContain('look'));
    await expectHearing(bells, 's0');
    await owner.restart();
    await eventually(async () => expect(await owner.cli('ROLE')).toContain('connected'));
  });

  it('that hangs is noticed, and left', async () => {
    const [{ store }] = servers;
    await store.create(newSession());
    const owner = await cluster.ownerOf(`${prefix}:{s}`);
    const bells = await hear('s');
    owner.pause();
    const { ms, longest } = await untilWritten(store, {
      sessionId: 's',
      steps: [says('hello')],
      once: once('k'),
    });
    owner.resume();
    expect(longest).toBeLessThan(2_000);
    expect(ms).toBeLessThan(NODE_TIMEOUT + 4_000);
    expect(textsOf(await itemsOf(store))).toEqual(['hello']);
    await eventually(() => expect(bells).toContain('look'));
    await expectHearing(bells);
  });
});

it('finds the Cluster by any of its nodes, and fails within a second where there is none', async () => {
  const last = cluster.nodes.at(-1)?.port ?? 0;
  const byReplica = openRedis({ url: `redis+cluster://127.0.0.1:1,127.0.0.1:${last}`, prefix });
  await byReplica.store.create(newSession());
  await byReplica.store.check();
  await byReplica.close();
  const nowhere = openRedis({ url: 'redis+cluster://127.0.0.1:1' });
  const begun = performance.now();
  const calls = [nowhere.store.get('s'), nowhere.live.listen('s', () => undefined), nowhere.store.check()];
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } });
  }
  expect(performance.now() - begun).toBeLessThan(1_200);
  await nowhere.close();
});
