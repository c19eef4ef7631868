import { expect, it, vi } from 'vitest';
import {
  agentStep,
  answers,
  callItem,
  draftText,
  itemStep,
  newDraft,
  newSession,
  once,
  resultItem,
  says,
  upTo,
} from '../support/samples.ts';
import { openRedis, redisOfFile } from './redis-setup.ts';

const server = redisOfFile();

async function keys(pattern = '*'): Promise<readonly string[]> {
  const printed = await server.redis.cli('KEYS', pattern);
  return printed === '' ? [] : printed.split('\n').toSorted();
}

/** Writes to every kind of key that a session has. */
async function fill(id: string): Promise<void> {
  const { store } = server.opened;
  const steps = [says('one'), agentStep('guide'), answers('two'), itemStep(callItem('c', 'search'))];
  await store.append({ sessionId: id, steps, once: once('append') });
  await store.append({ sessionId: id, steps: [itemStep(resultItem('c')), says('three')] });
  await store.pop({ sessionId: id, once: once('pop') });
  await store.update({ sessionId: id, title: 'Plans', once: once('update') });
  for (const draftId of ['d', 'e']) await writeDraft(id, draftId);
}

/** Writes to every kind of key that a draft has. */
async function writeDraft(sessionId: string, draftId: string): Promise<void> {
  const { store } = server.opened;
  await store.startDraft(newDraft({ id: draftId }, { sessionId }));
  await store.appendToDraft(draftText('Hi', { sessionId, draftId }));
  await store.appendToDraft(draftText('why', { sessionId, draftId, channel: 'REASONING' }));
}

it('removes every key of a deleted session, but for the record of the deletion, and none of another', async () => {
  const ids = ['s', 's1', 'S', 's-', 'log', 'op'];
  for (const id of ids) {
    await server.opened.store.create(newSession({ id }));
    await fill(id);
  }
  const before = await keys();
  await server.opened.store.delete({ sessionId: 's', once: once('delete') });
  const others = before.filter((key) => !key.startsWith('as:{s}'));
  expect(await keys()).toEqual([...others, 'as:{s}:op:delete'].toSorted());
  expect(await server.redis.cli('ZSCORE', 'as:user:ada', 's')).toBe('');
});

it('lets all keys of a session expire in the same millisecond, and persist together', async () => {
  await server.opened.store.create(newSession({ expiresAfter: 100 }));
  await fill('s');
  const session = await server.opened.store.get('s');
  const own = (await keys('as:{s}*')).filter((key) => !key.includes(':op'));
  expect(own.filter((key) => key.startsWith('as:{s}:draft'))).toHaveLength(5);
  const times = await Promise.all(own.map((key) => server.redis.cli('PEXPIRETIME', key)));
  expect(new Set(times)).toEqual(new Set([String(session?.expiresAt)]));
  expect(session?.expiresAt).toBeGreaterThan((session?.updatedAt ?? 0) + 100_000);
  await server.opened.store.update({ sessionId: 's', expiresAfter: null });
  for (const key of own) expect(await server.redis.cli('PTTL', key)).toBe('-1');
});

it('lets no key of a draft stay when it ends, becomes items, or is dropped', async () => {
  const drafts = () => keys('as:{s}:draft*');
  await server.opened.store.create(newSession());
  await writeDraft('s', 'd');
  await writeDraft('s', 'e');
  expect(await drafts()).toEqual(
    ['d:reasoning', 'd:text', 'e:reasoning', 'e:text']
      .map((name) => `as:{s}:draft:${name}`)
      .concat('as:{s}:drafts'),
  );
  await server.opened.store.append({ sessionId: 's', steps: [], draft: { id: 'd' } });
  expect(await drafts()).toEqual(['as:{s}:draft:e:reasoning', 'as:{s}:draft:e:text', 'as:{s}:drafts']);
  await server.opened.store.append({ sessionId: 's', steps: [answers('Hi')], draft: { id: 'e', step: 0 } });
  expect(await drafts()).toEqual([]);
  await writeDraft('s', 'f');
  await server.opened.store.clear({ sessionId: 's' });
  expect(await drafts()).toEqual([]);
  await writeDraft('s', 'g');
  const impatient = openRedis({ url: server.redis.url, draftIdleMs: 1 });
  await server.redis.cli('HSET', 'as:{s}', 'idle', '1');
  await vi.waitFor(async () => {
    await impatient.store.append({ sessionId: 's', steps: [] });
    expect(await drafts()).toEqual([]);
  });
  await impatient.close();
});

it('takes no draft over from keys that were left under its id', async () => {
  const { store } = server.opened;
  await store.create(newSession({ id: 'source' }));
  const makings = [() => store.create(newSession()), () => store.fork({ sourceId: 'source', newId: 's' })];
  for (const make of makings) {
    await store.create(newSession());
    await writeDraft('s', 'd');
    await server.redis.cli('DEL', 'as:{s}');
    await make();
    expect(await keys('as:{s}:draft*')).toEqual([]);
    expect(await store.drafts('s')).toEqual({ revision: '', open: [] });
    await store.delete({ sessionId: 's' });
  }
});

it('keeps records of idempotent writes for a day', async () => {
  await server.opened.store.create({ ...newSession(), once: once('create') });
  await fill('s');
  const records = await keys('*:op:*');
  expect(records).toHaveLength(3);
  for (const key of [...records, 'as:{s}:ops', 'as:key:ada:create']) {
    expect(Number(await server.redis.cli('TTL', key))).toBeGreaterThan(86_000);
    expect(Number(await server.redis.cli('TTL', key))).toBeLessThanOrEqual(86_400);
  }
});

it('keeps what is written once, once: no record repeats an item', async () => {
  await server.opened.store.create(newSession());
  await server.opened.store.append({ sessionId: 's', steps: [says('x'.repeat(10_000))], once: once('k') });
  expect(Number(await server.redis.cli('STRLEN', 'as:{s}:op:k'))).toBeLessThan(200);
});

it('keeps the reservations of owners apart whose names run into their keys', async () => {
  const first = await server.opened.store.create({
    ...newSession({ id: 'a', userId: 'x:y' }),
    once: once('z'),
  });
  const second = await server.opened.store.create({
    ...newSession({ id: 'b', userId: 'x' }),
    once: once('y:z'),
  });
  expect([first.id, second.id]).toEqual(['a', 'b']);
});

it('finishes a creation that a crash left after its reservation', async () => {
  await server.redis.cli('SET', 'as:key:ada:k', JSON.stringify(['digest', 'reserved', null]));
  const session = await server.opened.store.create({ ...newSession({ id: 'fresh' }), once: once('k') });
  expect(session.id).toBe('reserved');
  expect(await server.opened.store.get('fresh')).toBeNull();
});

it('uses its prefix for every key and channel', async () => {
  const other = openRedis({ url: server.redis.url, prefix: 'other' });
  const bells: unknown[] = [];
  await other.live.listen('s', (bell) => void bells.push(bell));
  await other.store.create({ ...newSession(), once: once('k') });
  await vi.waitFor(() => expect(bells).toEqual(['look']));
  expect(await server.opened.store.get('s')).toBeNull();
  for (const key of await keys()) expect(key).toMatch(/^other:/);
  await other.close();
});

it('gives a session that is made again at once later places than the one before', async () => {
  for (const _round of upTo(100)) {
    const { session } = await server.opened.store
      .create(newSession())
      .then(() => server.opened.store.append({ sessionId: 's', steps: [says('one'), says('two')] }));
    await server.opened.store.delete({ sessionId: 's' });
    await server.opened.store.create(newSession());
    expect(await server.opened.store.read('s', session.end, 10)).toMatchObject({ state: 'expired' });
    await server.opened.store.delete({ sessionId: 's' });
  }
});
