import { expect } from 'vitest';
import { kindsOf, newSession, upTo } from '../support/samples.ts';
import { expectCode, logOf, type StoreTest } from './store-under-test.ts';

export function creating(it: StoreTest): void {
  it('makes a session under the given id with what was given', async ({ store }) => {
    const given = { title: 'Plans', metadata: { topic: 'sea' }, expiresAfter: 60 };
    const session = await store.create(newSession({ id: 'trip_1-A', ...given }));
    expect(session).toMatchObject({ id: 'trip_1-A', userId: 'ada', ...given });
  });

  it('begins with no items, no agents, and the time of creation as that of the last write', async ({
    store,
  }) => {
    const session = await store.create(newSession());
    expect(session).toMatchObject({ messageCount: 0, itemCount: 0, currentAgent: null, agentsUsed: [] });
    expect(session.updatedAt).toBe(session.createdAt);
  });

  it('begins the log with one created entry, which is both its birth and its end', async ({ store }) => {
    const session = await store.create(newSession());
    const log = await logOf(store);
    expect(log).toEqual([{ kind: 'created', id: session.born, prev: null, at: session.createdAt }]);
    expect(session.end).toBe(session.born);
  });

  it('gives back the session that it made', async ({ store }) => {
    const session = await store.create(newSession({ title: 'Plans' }));
    expect(await store.get('s')).toEqual(session);
  });

  it('answers null for a session that does not exist', async ({ store }) => {
    expect(await store.get('s')).toBeNull();
  });

  it('refuses an id that exists', async ({ store }) => {
    const session = await store.create(newSession());
    await expectCode(store.create(newSession({ title: 'Other' })), 'CONFLICT');
    expect(await store.get('s')).toEqual(session);
  });

  it('returns the session that exists, unchanged, when asked to', async ({ store }) => {
    const session = await store.create(newSession({ title: 'First' }));
    const again = await store.create(newSession({ title: 'Second', ifExists: 'RETURN' }));
    expect(again).toEqual(session);
    expect(kindsOf(await logOf(store))).toEqual(['created']);
  });

  it("refuses to return another owner's session", async ({ store }) => {
    await store.create(newSession({ userId: 'ada' }));
    await expectCode(store.create(newSession({ userId: 'bob', ifExists: 'RETURN' })), 'CONFLICT');
  });

  it('makes one session when many ask for the same id at once', async ({ store }) => {
    const asked = upTo(50).map(() => store.create(newSession({ ifExists: 'RETURN' })));
    const births = new Set((await Promise.all(asked)).map((session) => session.born));
    expect(births.size).toBe(1);
    expect(kindsOf(await logOf(store))).toEqual(['created']);
  });

  it('lets the first of many win when none may return what exists', async ({ store }) => {
    const results = await Promise.allSettled(upTo(20).map(() => store.create(newSession())));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });
}
