import { expect } from 'vitest';
import { agentStep, newSession, once, says, textsOf, upTo } from '../support/samples.ts';
import { append, expectCode, fork, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

export function forkingOnce(it: StoreTest): void {
  it('finds the session of the first call, though each call brings a new id', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const first = await fork(store, { newId: 'a', once: once('k') });
    expect(await fork(store, { newId: 'b', once: once('k') })).toEqual(first);
    expect(await fork(store, { newId: 'a', once: once('k') })).toEqual(first);
    expect(await store.get('b')).toBeNull();
  });

  it('answers a repeat with the session as it is now, and copies nothing again', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    await fork(store, { newId: 'a', once: once('k') });
    await append(store, 'a', says('two'));
    await append(store, 's', says('three'));
    const again = await fork(store, { newId: 'b', once: once('k') });
    expect(again).toEqual(await store.get('a'));
    expect(textsOf(await itemsOf(store, 'a'))).toEqual(['one', 'two']);
  });

  it('refuses the key with another digest, and one that a creation used', async ({ store }) => {
    await store.create(newSession({ once: once('made', 'creation') }));
    await fork(store, { newId: 'a', once: once('k', 'a') });
    await expectCode(fork(store, { newId: 'b', once: once('k', 'b') }), 'CONFLICT');
    await expectCode(fork(store, { newId: 'b', once: once('made', 'b') }), 'CONFLICT');
    await expectCode(store.create(newSession({ id: 'b', once: once('k', 'b') })), 'CONFLICT');
    expect(await store.get('b')).toBeNull();
  });

  it('reports a session that has been deleted since, and does not make it again', async ({ store }) => {
    await store.create(newSession());
    await fork(store, { newId: 'a', once: once('k') });
    await store.delete({ sessionId: 'a' });
    for (const newId of ['a', 'b']) await expectCode(fork(store, { newId, once: once('k') }), 'NOT_FOUND');
    expect(await store.get('a')).toBeNull();
    expect(await store.get('b')).toBeNull();
  });

  it('reports a session that has been made again since by another call', async ({ store }) => {
    await store.create(newSession());
    await fork(store, { once: once('k') });
    await store.delete({ sessionId: 'f' });
    const again = await store.create(newSession({ id: 'f' }));
    await expectCode(fork(store, { once: once('k') }), 'NOT_FOUND');
    expect(await store.get('f')).toEqual(again);
  });

  it('leaves the key free when the new id exists', async ({ store }) => {
    await store.create(newSession());
    await expectCode(fork(store, { newId: 's', once: once('k', 'a') }), 'CONFLICT');
    const made = await fork(store, { once: once('k', 'b') });
    expect(made).toMatchObject({ id: 'f' });
    expect(await fork(store, { newId: 'g', once: once('k', 'b') })).toEqual(made);
  });

  it('answers a repeat though the source has been cleared since', async ({ store }) => {
    await store.create(newSession());
    const [one] = await append(store, 's', says('one'));
    const wanted = { ...(one && { upTo: one.id }), once: once('k') };
    const first = await fork(store, wanted);
    await store.clear({ sessionId: 's' });
    expect(await fork(store, wanted)).toEqual(first);
  });

  it('answers a repeat though the source has been deleted, or made again, to its owner', async ({
    store,
  }) => {
    await store.create(newSession());
    const [one] = await append(store, 's', says('one'));
    const wanted = { owner: 'ada', ...(one && { upTo: one.id }), once: once('k') };
    const first = await fork(store, wanted);
    await store.delete({ sessionId: 's' });
    expect(await fork(store, wanted)).toEqual(first);
    await store.create(newSession());
    expect(await fork(store, wanted)).toEqual(first);
    expect(await fork(store, { ...wanted, owner: undefined })).toEqual(first);
    await expectCode(fork(store, { ...wanted, owner: 'bob' }), 'NOT_FOUND');
  });

  it('keeps the keys of owners apart: a key belongs to the owner of the source', async ({ store }) => {
    await store.create(newSession({ userId: 'ada' }));
    await store.create(newSession({ id: 't', userId: 'bob' }));
    await fork(store, { newId: 'a', once: once('k', 'ada') });
    const other = await fork(store, { sourceId: 't', newId: 'b', once: once('k', 'bob') });
    expect(other).toMatchObject({ id: 'b', userId: 'bob' });
  });

  it('leaves the key free when the source does not exist, or is of another owner', async ({ store }) => {
    await expectCode(fork(store, { owner: 'ada', once: once('k', 'none') }), 'NOT_FOUND');
    await store.create(newSession({ userId: 'bob' }));
    await expectCode(fork(store, { owner: 'ada', once: once('k', 'foreign') }), 'NOT_FOUND');
    await store.create(newSession({ id: 't' }));
    expect(await fork(store, { sourceId: 't', once: once('k', 'free') })).toMatchObject({ id: 'f' });
  });

  it('refuses an id that another call made, key or no key', async ({ store }) => {
    await store.create(newSession());
    await store.create(newSession({ id: 'f' }));
    await expectCode(fork(store, { once: once('k') }), 'CONFLICT');
  });

  it('makes one session when twenty calls with one key come at once', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('a'), ...upTo(50).map((n) => says(`${n}`)));
    const made = await Promise.all(upTo(20).map((n) => fork(store, { newId: `f${n}`, once: once('k') })));
    for (const session of made) expect(session).toEqual(made[0]);
    const { sessions } = await store.list('ada', { count: 100, from: 'start' });
    expect(sessions).toHaveLength(2);
    const id = made[0]?.id ?? '';
    expect(await itemsOf(store, id)).toHaveLength(51);
    expect(await logOf(store, id)).toHaveLength(52);
  });

  it('lets one of many with one new id win when they have no key', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', ...upTo(50).map((n) => says(`${n}`)));
    const results = await Promise.allSettled(upTo(10).map(() => fork(store)));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(9);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'CONFLICT' });
    expect(await sessionNow(store, 'f')).toMatchObject({ itemCount: 50, messageCount: 50 });
  });
}
