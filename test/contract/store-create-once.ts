import { expect } from 'vitest';
import { newSession, once, says, upTo } from '../support/samples.ts';
import { append, expectCode, type StoreTest } from './store-under-test.ts';

export function creatingOnce(it: StoreTest): void {
  it('finds the session of the first call, though each call brings a new id', async ({ store }) => {
    const first = await store.create(newSession({ id: 'one', once: once('k') }));
    const again = await store.create(newSession({ id: 'two', once: once('k') }));
    expect(again).toEqual(first);
    expect(await store.get('two')).toBeNull();
  });

  it('finds the same session when the call names its id itself', async ({ store }) => {
    const first = await store.create(newSession({ once: once('k') }));
    expect(await store.create(newSession({ once: once('k') }))).toEqual(first);
  });

  it('answers a repeat with the session as it is now', async ({ store }) => {
    await store.create(newSession({ id: 'one', once: once('k') }));
    await append(store, 'one', says('hello'));
    const again = await store.create(newSession({ id: 'two', once: once('k') }));
    expect(again).toMatchObject({ id: 'one', messageCount: 1 });
  });

  it('refuses the key with another digest', async ({ store }) => {
    await store.create(newSession({ id: 'one', once: once('k', 'a') }));
    await expectCode(store.create(newSession({ id: 'two', once: once('k', 'b') })), 'CONFLICT');
    expect(await store.get('two')).toBeNull();
  });

  it('reports a session that has been deleted since, and does not make it again', async ({ store }) => {
    await store.create(newSession({ id: 'one', once: once('k') }));
    await store.delete({ sessionId: 'one' });
    await expectCode(store.create(newSession({ id: 'two', once: once('k') })), 'NOT_FOUND');
    expect(await store.get('one')).toBeNull();
    expect(await store.get('two')).toBeNull();
  });

  it('keeps the keys of owners apart', async ({ store }) => {
    await store.create(newSession({ id: 'one', userId: 'ada', once: once('k') }));
    const other = await store.create(newSession({ id: 'two', userId: 'bob', once: once('k', 'other') }));
    expect(other).toMatchObject({ id: 'two', userId: 'bob' });
  });

  it('keeps different keys of one owner apart', async ({ store }) => {
    await store.create(newSession({ id: 'one', once: once('k') }));
    expect(await store.create(newSession({ id: 'two', once: once('l') }))).toMatchObject({ id: 'two' });
  });

  it('refuses an id that another call made, key or no key', async ({ store }) => {
    await store.create(newSession());
    await expectCode(store.create(newSession({ once: once('k') })), 'CONFLICT');
  });

  it('returns a session that another call made when asked to, also when repeated', async ({ store }) => {
    const made = await store.create(newSession());
    const asking = newSession({ ifExists: 'RETURN', once: once('k') });
    expect(await store.create(asking)).toEqual(made);
    expect(await store.create(asking)).toEqual(made);
  });

  it('reports a session that it returned and that has been deleted since', async ({ store }) => {
    await store.create(newSession());
    const asking = newSession({ ifExists: 'RETURN', once: once('k') });
    await store.create(asking);
    await store.delete({ sessionId: 's' });
    await expectCode(store.create(asking), 'NOT_FOUND');
    expect(await store.get('s')).toBeNull();
  });

  it('reports a session that has been made again since by another call', async ({ store }) => {
    for (const ifExists of ['FAIL', 'RETURN'] as const) {
      await store.create(newSession({ ifExists, once: once(ifExists) }));
      await store.delete({ sessionId: 's' });
      const again = await store.create(newSession());
      await expectCode(store.create(newSession({ ifExists, once: once(ifExists) })), 'NOT_FOUND');
      expect(await store.get('s')).toEqual(again);
      await store.delete({ sessionId: 's' });
    }
  });

  it('leaves the key free when the id exists', async ({ store }) => {
    await store.create(newSession());
    await expectCode(store.create(newSession({ once: once('k', 'a') })), 'CONFLICT');
    const other = await store.create(newSession({ id: 'other', once: once('k', 'b') }));
    expect(other).toMatchObject({ id: 'other' });
    await expectCode(store.create(newSession({ once: once('k', 'a') })), 'CONFLICT');
    expect(await store.create(newSession({ id: 'third', once: once('k', 'b') }))).toEqual(other);
  });

  it('makes the session after all when the key is repeated and the id has become free', async ({ store }) => {
    await store.create(newSession({ userId: 'bob' }));
    await expectCode(store.create(newSession({ once: once('k') })), 'CONFLICT');
    await store.delete({ sessionId: 's' });
    expect(await store.create(newSession({ once: once('k') }))).toMatchObject({ id: 's', userId: 'ada' });
  });

  it('makes one session when fifty calls with one key come at once', async ({ store }) => {
    const asked = upTo(50).map((n) => store.create(newSession({ id: `s${n}`, once: once('k') })));
    const made = await Promise.all(asked);
    expect(new Set(made.map((session) => session.id)).size).toBe(1);
    expect(new Set(made.map((session) => session.born)).size).toBe(1);
    const list = await store.list('ada', { count: 100, from: 'start' });
    expect(list.sessions).toHaveLength(1);
  });
}
