import { expect } from 'vitest';
import { agentStep, answers, newSession, once, says, textsOf } from '../support/samples.ts';
import { append, expectCode, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

export function clearing(it: StoreTest): void {
  it('empties the log down to one cleared entry', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'), agentStep('a'), answers('two'));
    await store.pop({ sessionId: 's' });
    const { end } = await sessionNow(store);
    const session = await store.clear({ sessionId: 's' });
    expect(await logOf(store)).toEqual([
      { kind: 'cleared', id: session.end, prev: end, at: session.updatedAt },
    ]);
    expect(await itemsOf(store)).toEqual([]);
  });

  it('forgets counts and agents, and keeps the rest of the session', async ({ store }) => {
    const kept = { title: 'Plans', metadata: { a: [] }, expiresAfter: 60 };
    const created = await store.create(newSession(kept));
    await append(store, 's', agentStep('a'), answers('one'));
    const session = await store.clear({ sessionId: 's' });
    const forgotten = { itemCount: 0, messageCount: 0, currentAgent: null, agentsUsed: [] };
    const { end, updatedAt } = session;
    const expiresAt = updatedAt + 60_000;
    expect(session).toEqual({ ...created, ...forgotten, end, updatedAt, expiresAt });
    expect(await store.get('s')).toEqual(session);
  });

  it('counts rightly afterwards, and hands off from nobody', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('a'), answers('one'));
    await store.clear({ sessionId: 's' });
    const entries = await append(store, 's', agentStep('a'), answers('two'));
    expect(textsOf(entries)).toEqual(['null > a', 'two']);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 2, messageCount: 1, agentsUsed: ['a'] });
    expect(await itemsOf(store)).toEqual(entries);
  });

  it('clears an empty session, and a cleared one, as well', async ({ store }) => {
    await store.create(newSession());
    const first = await store.clear({ sessionId: 's' });
    const second = await store.clear({ sessionId: 's' });
    expect(await logOf(store)).toEqual([
      { kind: 'cleared', id: second.end, prev: first.end, at: second.updatedAt },
    ]);
  });

  it('leaves nothing to pop', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const session = await store.clear({ sessionId: 's' });
    expect(await store.pop({ sessionId: 's' })).toEqual({ entry: null, session });
  });

  it('touches no other session', async ({ store }) => {
    await store.create(newSession());
    await store.create(newSession({ id: 's1' }));
    await append(store, 's1', says('one'));
    const other = await sessionNow(store, 's1');
    await store.clear({ sessionId: 's' });
    expect(await store.get('s1')).toEqual(other);
    expect(textsOf(await itemsOf(store, 's1'))).toEqual(['one']);
  });

  it('happens once under one key', async ({ store }) => {
    await store.create(newSession());
    const write = { sessionId: 's', once: once('k') };
    const first = await store.clear(write);
    expect(await store.clear(write)).toEqual(first);
    await append(store, 's', says('one'));
    expect(await store.clear(write)).toEqual(await store.get('s'));
    expect(textsOf(await itemsOf(store))).toEqual(['one']);
  });

  it('reports a session that does not exist, or is of another owner', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    await expectCode(store.clear({ sessionId: 'none' }), 'NOT_FOUND');
    await expectCode(store.clear({ sessionId: 's', owner: 'bob' }), 'NOT_FOUND');
    expect(await itemsOf(store)).toHaveLength(1);
  });
}
