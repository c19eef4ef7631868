import { expect, vi } from 'vitest';
import type { ErasedSession } from '../../src/core/erased.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { agentStep, answers, draftText, newDraft, newSession, once, says } from '../support/samples.ts';
import { append, expectCode, sessionNow, type StoreTest } from './store-under-test.ts';

/** Everything that a session can have. */
async function fill(store: SessionStore, id: string, userId: string): Promise<void> {
  await store.create(newSession({ id, userId, once: once(`create ${id}`) }));
  await store.append({
    sessionId: id,
    steps: [says('one'), agentStep('guide'), answers('two')],
    once: once('k'),
  });
  await store.startDraft(newDraft({}, { sessionId: id }));
  await store.appendToDraft(draftText('Hi', { sessionId: id }));
}

/** What an erasure has told of, by id, and its number of other records. */
async function erase(store: SessionStore, userId = 'ada') {
  const erased: ErasedSession[] = [];
  const { records, remains } = await store.erase(userId, (session) => void erased.push(session));
  expect(remains).not.toHaveLength(0);
  return { erased: erased.toSorted((a, b) => (a.id < b.id ? -1 : 1)), records };
}

export function erasing(it: StoreTest): void {
  it('removes all sessions of a user, and tells of each', async ({ store }) => {
    for (const id of ['s', 't', 'u']) await fill(store, id, 'ada');
    expect(await erase(store)).toEqual({
      erased: ['s', 't', 'u'].map((id) => ({ id, items: 3 })),
      records: 3,
    });
    for (const id of ['s', 't', 'u']) {
      expect(await store.get(id)).toBeNull();
      expect(await store.read(id, null, 10)).toBeNull();
      expect(await store.drafts(id)).toBeNull();
    }
    expect((await store.list('ada', { count: 10, from: 'start' })).sessions).toEqual([]);
    expect(await erase(store)).toEqual({ erased: [], records: 0 });
  });

  it('leaves what is of others, whatever they are called', async ({ store }) => {
    const others = ['Ada', 'ada ', 'ad', 'adal', 'ada:1', '"ada"', 'a%64a', '*'];
    await fill(store, 's', 'ada');
    for (const [index, userId] of others.entries()) await fill(store, `o${index}`, userId);
    expect((await erase(store)).erased).toEqual([{ id: 's', items: 3 }]);
    for (const [index, userId] of others.entries()) {
      expect(await sessionNow(store, `o${index}`)).toMatchObject({ userId, itemCount: 3 });
      const again = newSession({ id: 'x', userId, once: once(`create o${index}`) });
      expect((await store.create(again)).id).toBe(`o${index}`);
    }
    for (const [index, userId] of others.entries()) {
      expect((await erase(store, userId)).erased).toEqual([{ id: `o${index}`, items: 3 }]);
    }
  });

  it('forgets the keys of the user, and the deletions that are remembered', async ({ store }) => {
    await store.create(newSession({ once: once('new') }));
    await append(store, 's', says('one'));
    await store.delete({ sessionId: 's', owner: 'ada', once: once('gone') });
    await store.delete({ sessionId: 'never', owner: 'ada', once: once('gone') });
    await store.create(newSession({ id: 'b', userId: 'bob' }));
    await store.delete({ sessionId: 'b', owner: 'bob', once: once('gone') });
    expect(await erase(store)).toEqual({ erased: [], records: 3 });
    expect(await store.create(newSession({ once: once('new', 'other') }))).toMatchObject({ id: 's' });
    await store.create(newSession({ id: 'b', userId: 'bob' }));
    // Of others it is remembered: a repeat does not delete what was made since.
    expect(await store.delete({ sessionId: 'b', owner: 'bob', once: once('gone') })).toBe(true);
    expect(await store.get('b')).not.toBeNull();
  });

  it('removes what a restore has left unfinished', async ({ store }) => {
    const at = Date.UTC(2020, 0, 1);
    const wanted = newSession({ id: 'r' });
    const restored = { ...wanted, currentAgent: null, agentsUsed: [], createdAt: at, updatedAt: at };
    let erased: unknown;
    async function* cutOff() {
      yield [];
      erased = await erase(store);
      yield [];
    }
    await expectCode(store.restore(restored, cutOff()), 'STORE_UNAVAILABLE');
    expect(erased).toEqual({ erased: [], records: 1 });
    expect(await store.get('r')).toBeNull();
  });

  it('rings for who watches the sessions, and the list', async ({ store, subject }) => {
    await fill(store, 's', 'ada');
    const bells = await subject.heard('s');
    const listBells = await subject.heardList('ada');
    await erase(store);
    await vi.waitFor(() => expect([bells, listBells]).toEqual([['look'], [{ sessionId: 's' }]]));
  });

  it('lets the ids be used again, by anybody', async ({ store }) => {
    await fill(store, 's', 'ada');
    await erase(store);
    await store.create(newSession({ userId: 'bob' }));
    await append(store, 's', says('new'));
    expect((await erase(store)).erased).toEqual([]);
    expect(await sessionNow(store)).toMatchObject({ userId: 'bob', itemCount: 1 });
  });
}
