import { expect } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { agentStep, answers, idsOf, newSession, says } from '../support/samples.ts';
import { append, type StoreTest, type StoreUnderTest } from './store-under-test.ts';

async function idsListed(store: SessionStore, userId = 'ada'): Promise<readonly string[]> {
  return idsOf((await store.list(userId, { count: 100, from: 'start' })).sessions);
}

/** Sessions `a`, `b`, `c` of ada, made in this order at different times. */
async function threeSessions({ store, elapse }: StoreUnderTest): Promise<void> {
  for (const id of ['a', 'b', 'c']) {
    await store.create(newSession({ id }));
    await elapse(3);
  }
}

export function listing(it: StoreTest): void {
  it('is empty for a user without sessions', async ({ store }) => {
    const page = await store.list('ada', { count: 10, from: 'start' });
    expect(page).toEqual({ sessions: [], hasNext: false, hasPrevious: false });
  });

  it('gives the sessions as they are, the most recently active first', async ({ store, subject }) => {
    await threeSessions(subject);
    const { sessions } = await store.list('ada', { count: 10, from: 'start' });
    expect(sessions).toEqual([await store.get('c'), await store.get('b'), await store.get('a')]);
  });

  it('brings a session to the front with every kind of write', async ({ store, subject }) => {
    await threeSessions(subject);
    const writes = [
      (sessionId: string) => store.append({ sessionId, steps: [agentStep('guide'), says('one')] }),
      (sessionId: string) => store.append({ sessionId, steps: [agentStep('scribe')] }),
      (sessionId: string) => store.update({ sessionId, title: 'Plans' }),
      (sessionId: string) => store.pop({ sessionId }),
      (sessionId: string) => store.clear({ sessionId }),
    ];
    for (const write of writes) {
      await write('a');
      expect(await idsListed(store)).toEqual(['a', 'c', 'b']);
      await subject.elapse(3);
      for (const id of ['b', 'c']) {
        await append(store, id, says('again'), answers('yes'));
        await subject.elapse(3);
      }
      expect(await idsListed(store)).toEqual(['c', 'b', 'a']);
    }
  });

  it('leaves a session where it is when a write changed nothing', async ({ store, subject }) => {
    await threeSessions(subject);
    await store.append({ sessionId: 'a', steps: [] });
    await store.pop({ sessionId: 'a' });
    await store.create(newSession({ id: 'a', ifExists: 'RETURN' }));
    expect(await idsListed(store)).toEqual(['c', 'b', 'a']);
  });

  it('holds no sessions of others, and none that are deleted', async ({ store, subject }) => {
    await threeSessions(subject);
    await store.create(newSession({ id: 'd', userId: 'bob' }));
    await store.delete({ sessionId: 'b' });
    expect(await idsListed(store)).toEqual(['c', 'a']);
    expect(await idsListed(store, 'bob')).toEqual(['d']);
  });

  it('holds a session that was made again, once, for its new owner', async ({ store, subject }) => {
    await threeSessions(subject);
    await store.delete({ sessionId: 'a' });
    await store.create(newSession({ id: 'a', userId: 'bob' }));
    await store.delete({ sessionId: 'b' });
    await store.create(newSession({ id: 'b' }));
    expect(await idsListed(store)).toEqual(['b', 'c']);
    expect(await idsListed(store, 'bob')).toEqual(['a']);
  });
}
