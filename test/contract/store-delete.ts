import { expect } from 'vitest';
import { agentStep, newSession, once, says, upTo } from '../support/samples.ts';
import { append, expectCode, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

export function deleting(it: StoreTest): void {
  it('removes the session from every call', async ({ store }) => {
    const { end } = await store.create(newSession());
    const [entry] = await append(store, 's', says('one'));
    expect(await store.delete({ sessionId: 's' })).toBe(true);
    expect(await store.get('s')).toBeNull();
    expect(await store.read('s', null, 10)).toBeNull();
    expect(await store.ends(['s'])).toEqual([null]);
    expect(entry && (await store.item('s', entry.id))).toBeNull();
    expect((await store.list('ada', { count: 10, from: 'start' })).sessions).toEqual([]);
    await expectCode(store.page('s', { count: 10, from: 'start', upTo: end }), 'NOT_FOUND');
    await expectCode(store.append({ sessionId: 's', steps: [says('two')] }), 'NOT_FOUND');
    await expectCode(store.update({ sessionId: 's', title: 'Other' }), 'NOT_FOUND');
    await expectCode(store.pop({ sessionId: 's' }), 'NOT_FOUND');
    await expectCode(store.clear({ sessionId: 's' }), 'NOT_FOUND');
  });

  it('answers false when there is nothing to delete', async ({ store }) => {
    expect(await store.delete({ sessionId: 's' })).toBe(false);
    await store.create(newSession());
    await store.delete({ sessionId: 's' });
    expect(await store.delete({ sessionId: 's' })).toBe(false);
  });

  it("answers false for another owner's session, and leaves it", async ({ store }) => {
    const session = await store.create(newSession({ userId: 'ada' }));
    expect(await store.delete({ sessionId: 's', owner: 'bob' })).toBe(false);
    expect(await store.get('s')).toEqual(session);
    expect(await store.delete({ sessionId: 's', owner: 'ada' })).toBe(true);
  });

  it('answers true again when the key is repeated', async ({ store }) => {
    await store.create(newSession());
    const write = { sessionId: 's', owner: 'ada', once: once('k') };
    expect(await store.delete(write)).toBe(true);
    expect(await store.delete(write)).toBe(true);
    expect(await store.delete({ ...write, once: once('l') })).toBe(false);
    expect(await store.delete({ ...write, owner: 'bob' })).toBe(false);
  });

  it('refuses its key with another digest', async ({ store }) => {
    await store.create(newSession());
    await store.delete({ sessionId: 's', once: once('k', 'a') });
    await expectCode(store.delete({ sessionId: 's', once: once('k', 'b') }), 'CONFLICT');
  });

  it('spares a session made again when the key of the first deletion is repeated', async ({ store }) => {
    const write = { sessionId: 's', once: once('k') };
    await store.create(newSession());
    await store.delete(write);
    const again = await store.create(newSession());
    expect(await store.delete(write)).toBe(true);
    expect(await store.get('s')).toEqual(again);
  });

  it('answers the repeat of a deletion though the session made again has been deleted too', async ({
    store,
  }) => {
    await store.create(newSession());
    await store.delete({ sessionId: 's', once: once('k') });
    await store.create(newSession());
    await store.delete({ sessionId: 's', once: once('l') });
    expect(await store.delete({ sessionId: 's', once: once('k') })).toBe(true);
    expect(await store.delete({ sessionId: 's', once: once('l') })).toBe(true);
  });

  it('refuses its key to writes to the session made again, and still spares it', async ({ store }) => {
    await store.create(newSession());
    await store.delete({ sessionId: 's', once: once('k', 'delete') });
    const again = await store.create(newSession());
    const write = { sessionId: 's', once: once('k', 'other') };
    await expectCode(store.append({ ...write, steps: [says('one')] }), 'CONFLICT');
    await expectCode(store.recall(write), 'CONFLICT');
    await expectCode(store.update({ ...write, title: 'Plans' }), 'CONFLICT');
    await expectCode(store.pop(write), 'CONFLICT');
    await expectCode(store.clear(write), 'CONFLICT');
    expect(await store.delete({ sessionId: 's', once: once('k', 'delete') })).toBe(true);
    expect(await store.get('s')).toEqual(again);
  });

  it('answers false again when the key is repeated, and spares a session made since', async ({ store }) => {
    for (const owner of ['ada', undefined]) {
      const write = { sessionId: 's', owner, once: once('k', 'delete') };
      expect(await store.delete(write)).toBe(false);
      const session = await store.create(newSession());
      expect(await store.delete(write)).toBe(false);
      await expectCode(store.delete({ ...write, once: once('k', 'other') }), 'CONFLICT');
      await expectCode(store.clear({ sessionId: 's', once: once('k', 'other') }), 'CONFLICT');
      expect(await store.get('s')).toEqual(session);
      await store.delete({ sessionId: 's' });
      expect(await store.delete(write)).toBe(false);
    }
  });

  it('answers a repeat with an owner, or without, as it answered the first call', async ({ store }) => {
    const anyone = { sessionId: 's', once: once('k') };
    const ada = { ...anyone, owner: 'ada' };
    for (const [first, repeat] of [
      [anyone, ada],
      [
        { ...ada, once: once('l') },
        { ...anyone, once: once('l') },
      ],
    ] as const) {
      await store.create(newSession());
      expect(await store.delete(first)).toBe(true);
      const again = await store.create(newSession());
      expect(await store.delete(repeat)).toBe(true);
      expect(await store.get('s')).toEqual(again);
      await store.delete({ sessionId: 's' });
    }
  });

  it("keeps the keys of one owner's deletions out of another's way", async ({ store }) => {
    await store.create(newSession({ userId: 'ada' }));
    await store.delete({ sessionId: 's', owner: 'ada', once: once('k', 'ada') });
    await store.delete({ sessionId: 't', owner: 'ada', once: once('k', 'ada') });
    for (const id of ['s', 't']) {
      await store.create(newSession({ id, userId: 'bob' }));
      const write = { sessionId: id, owner: 'bob', once: once('k', 'bob'), steps: [says('one')] };
      expect((await store.append(write)).entries).toHaveLength(1);
      expect((await store.append(write)).session).toMatchObject({ itemCount: 1 });
    }
  });

  it('keeps nothing under a key that asked to delete the session of another', async ({ store }) => {
    await store.create(newSession({ userId: 'ada' }));
    const hello = { sessionId: 's', steps: [says('one')], once: once('k', 'ada') };
    expect(await store.delete({ sessionId: 's', owner: 'bob', once: once('k', 'bob') })).toBe(false);
    const { entries } = await store.append(hello);
    expect(await store.delete({ sessionId: 's', owner: 'bob', once: once('k', 'bob') })).toBe(false);
    expect((await store.append(hello)).entries).toEqual(entries);
  });

  it('is true for one of many at once', async ({ store }) => {
    await store.create(newSession());
    const answers = await Promise.all(upTo(20).map(() => store.delete({ sessionId: 's' })));
    expect(answers.filter((answer) => answer)).toHaveLength(1);
  });

  it('leaves nothing behind that a session made again could see', async ({ store }) => {
    const first = await store.create(newSession({ title: 'Plans', metadata: { a: 1 }, expiresAfter: 60 }));
    await append(store, 's', agentStep('a'), says('one'));
    await store.delete({ sessionId: 's' });
    const second = await store.create(newSession());
    expect(second).toMatchObject({ title: null, metadata: {}, expiresAfter: null, currentAgent: null });
    expect(second).toMatchObject({ agentsUsed: [], itemCount: 0, messageCount: 0 });
    expect(second.born).not.toBe(first.born);
    expect(await logOf(store)).toHaveLength(1);
    expect(await itemsOf(store)).toEqual([]);
  });

  it('lets the id be used by another owner', async ({ store }) => {
    await store.create(newSession({ userId: 'ada' }));
    await store.delete({ sessionId: 's' });
    await store.create(newSession({ userId: 'bob' }));
    expect(await sessionNow(store)).toMatchObject({ userId: 'bob' });
    expect((await store.list('ada', { count: 10, from: 'start' })).sessions).toEqual([]);
    expect((await store.list('bob', { count: 10, from: 'start' })).sessions).toHaveLength(1);
  });
}
