import { expect, it, vi } from 'vitest';
import type { SessionPlace } from '../../src/core/store-reads.ts';
import { idsOf, newSession, says, upTo } from '../support/samples.ts';
import { redisOfFile } from './redis-setup.ts';

const server = redisOfFile();

/** Makes sessions whose last write was in one millisecond: as a test cannot write that fast, the stored time is set. */
async function createAtOnce(ids: readonly string[], time: number): Promise<void> {
  await Promise.all(ids.map((id) => server.opened.store.create(newSession({ id }))));
  await server.opened.ask(async (client) => {
    for (const id of ids) {
      await client.hset(`as:{${id}}`, 'last', `${time}-0.00000000`);
      await client.zadd('as:user:ada', time, id);
    }
  });
}

async function idsFrom(from: 'start' | 'end', count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let place: SessionPlace | undefined;
  for (;;) {
    const bound = from === 'start' ? { after: place } : { before: place };
    const page = await server.opened.store.list('ada', { count, from, ...bound });
    if (from === 'start') ids.push(...idsOf(page.sessions));
    else ids.unshift(...idsOf(page.sessions));
    const edge = from === 'start' ? page.sessions.at(-1) : page.sessions[0];
    if (edge === undefined || !(from === 'start' ? page.hasNext : page.hasPrevious)) return ids;
    place = { updatedAt: edge.updatedAt, id: edge.id };
  }
}

it('pages through a thousand sessions of one millisecond, from both ends', async () => {
  const ids = upTo(1_000).map((n) => `${n % 2 === 0 ? 'a' : 'B'}${n % 3 === 0 ? '_' : '-'}${n}`);
  await createAtOnce(ids, 1_700_000_000_000);
  const expected = ids.toSorted((a, b) => (a < b ? 1 : -1));
  expect(await idsFrom('start', 77)).toEqual(expected);
  expect(await idsFrom('end', 99)).toEqual(expected);
});

it('goes on after a session that has moved or gone since', async () => {
  await createAtOnce(['a', 'b', 'c', 'd', 'e'], 1_700_000_000_000);
  const after = { updatedAt: 1_700_000_000_000, id: 'c' };
  await server.opened.store.append({ sessionId: 'c', steps: [says('on top')] });
  expect(idsOf((await server.opened.store.list('ada', { count: 9, from: 'start', after })).sessions)).toEqual(
    ['b', 'a'],
  );
  await server.opened.store.delete({ sessionId: 'c' });
  expect(idsOf((await server.opened.store.list('ada', { count: 9, from: 'start', after })).sessions)).toEqual(
    ['b', 'a'],
  );
  const before = after;
  expect(idsOf((await server.opened.store.list('ada', { count: 9, from: 'end', before })).sessions)).toEqual([
    'e',
    'd',
  ]);
});

it('takes members out whose session is gone or is another user’s, and fills the page', async () => {
  await createAtOnce(['a', 'c', 'e'], 1_700_000_000_000);
  await server.opened.store.create(newSession({ id: 'd', userId: 'bob' }));
  await server.redis.cli(
    'ZADD',
    'as:user:ada',
    '1700000000000',
    'b',
    '1700000000000',
    'd',
    '1700000000001',
    'f',
  );
  const page = await server.opened.store.list('ada', { count: 2, from: 'start' });
  expect(page).toMatchObject({ sessions: [{ id: 'e' }, { id: 'c' }], hasNext: true, hasPrevious: false });
  await server.opened.store.list('ada', { count: 9, from: 'start' });
  expect(await server.redis.cli('ZCARD', 'as:user:ada')).toBe('3');
  expect(await server.redis.cli('ZCARD', 'as:user:bob')).toBe('1');
});

it('takes many members out a few at a time, so that no other call waits long', async () => {
  await createAtOnce(['a', 'b', 'c'], 1_700_000_000_000);
  const gone = upTo(900).flatMap((n) => ['1700000000001', `gone${n}`]);
  await server.redis.cli('ZADD', 'as:user:ada', ...gone);
  await server.redis.cli('CONFIG', 'RESETSTAT');
  const page = await server.opened.store.list('ada', { count: 2, from: 'start' });
  expect(page).toMatchObject({ sessions: [{ id: 'c' }, { id: 'b' }], hasNext: true, hasPrevious: false });
  expect(await server.redis.cli('ZCARD', 'as:user:ada')).toBe('3');
  const stats = await server.redis.cli('INFO', 'commandstats');
  const calls = [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)];
  expect(calls.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThanOrEqual(5);
});

it('puts members right whose time is old', async () => {
  await createAtOnce(['a', 'b', 'c'], 1_700_000_000_000);
  await server.redis.cli('ZADD', 'as:user:ada', '5', 'c', '1700000000009', 'a');
  const page = await server.opened.store.list('ada', { count: 2, from: 'start' });
  expect(page).toMatchObject({ sessions: [{ id: 'c' }, { id: 'b' }], hasNext: true });
  expect(await server.redis.cli('ZSCORE', 'as:user:ada', 'c')).toBe('1700000000000');
});

it('has no more pages when all that is left has expired', async () => {
  await createAtOnce(['b', 'c'], 1_700_000_000_000);
  await server.opened.store.create(newSession({ id: 'z', expiresAfter: 1 }));
  await server.redis.cli('ZADD', 'as:user:ada', '1', 'z');
  await vi.waitFor(async () => expect(await server.opened.store.get('z')).toBeNull(), { timeout: 5_000 });
  const page = await server.opened.store.list('ada', { count: 2, from: 'start' });
  expect(page).toMatchObject({ sessions: [{ id: 'c' }, { id: 'b' }], hasNext: false });
});

it('signs a list anew for each write, also when many were in one millisecond', async () => {
  const time = 1_700_000_000_000;
  const sign = async () => (await server.opened.store.listSignatures(['ada']))[0];
  const touch = (id: string, last: string) =>
    server.opened.ask(async (client) => {
      await client.hset(`as:{${id}}`, 'last', last);
      await client.zadd('as:user:ada', Number.parseInt(last, 10), id);
    });
  await createAtOnce(['a', 'b', 'c', 'd'], time);
  const signatures = [await sign()];
  const writes = [
    () => touch('a', `${time}-1.aaaaaaaa`),
    () => touch('a', `${time}-2.aaaaaaaa`),
    () => touch('c', `${time}-1.aaaaaaaa`),
    () => touch('b', `${time + 1}-0.aaaaaaaa`),
    () => touch('d', `${time + 1}-0.aaaaaaaa`),
    () => touch('a', `${time + 1}-0.aaaaaaaa`),
    () => server.opened.store.delete({ sessionId: 'c' }),
    () => server.opened.store.delete({ sessionId: 'a' }),
  ];
  for (const write of writes) {
    await write();
    signatures.push(await sign());
    expect(await sign()).toBe(signatures.at(-1));
  }
  expect(new Set(signatures).size).toBe(writes.length + 1);
});
