import { expect } from 'vitest';
import { agentStep, newSession, once, says } from '../support/samples.ts';
import { append, expectCode, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

export function expiring(it: StoreTest): void {
  it('takes an expired session from every call', async ({ store, subject }) => {
    const { end } = await store.create(newSession({ expiresAfter: 1 }));
    const [entry] = await append(store, 's', says('one'));
    await subject.elapse(1100);
    expect(await store.get('s')).toBeNull();
    expect(await store.read('s', end, 10)).toBeNull();
    expect(await store.ends(['s'])).toEqual([null]);
    expect(entry && (await store.item('s', entry.id))).toBeNull();
    expect((await store.list('ada', { count: 10, from: 'start' })).sessions).toEqual([]);
    await expectCode(store.page('s', { count: 10, from: 'start', upTo: end }), 'NOT_FOUND');
    await expectCode(store.append({ sessionId: 's', steps: [says('two')] }), 'NOT_FOUND');
    await expectCode(store.update({ sessionId: 's', expiresAfter: null }), 'NOT_FOUND');
    await expectCode(store.pop({ sessionId: 's' }), 'NOT_FOUND');
    await expectCode(store.clear({ sessionId: 's' }), 'NOT_FOUND');
    expect(await store.delete({ sessionId: 's' })).toBe(false);
  });

  it('lets the id of an expired session be used again, with nothing left of the old one', async ({
    store,
    subject,
  }) => {
    const old = await store.create(newSession({ title: 'Old', expiresAfter: 1, once: once('new') }));
    await store.append({ sessionId: 's', steps: [agentStep('a'), says('one')], once: once('k', 'old') });
    await subject.elapse(1100);
    await expectCode(store.create(newSession({ once: once('new') })), 'NOT_FOUND');
    const session = await store.create(newSession({ userId: 'bob' }));
    expect(session).toMatchObject({ title: null, itemCount: 0, currentAgent: null, expiresAfter: null });
    await store.append({ sessionId: 's', steps: [says('two')], once: once('k', 'new') });
    expect(await itemsOf(store)).toHaveLength(1);
    expect(await logOf(store)).toHaveLength(2);
    expect(await store.read('s', old.end, 10)).toMatchObject({ state: 'expired' });
    expect((await store.list('ada', { count: 10, from: 'start' })).sessions).toEqual([]);
    expect((await store.list('bob', { count: 10, from: 'start' })).sessions).toHaveLength(1);
  });

  it('counts from the last write', async ({ store, subject }) => {
    await store.create(newSession({ expiresAfter: 1 }));
    const writes = [
      () => store.append({ sessionId: 's', steps: [says('one')] }),
      () => store.update({ sessionId: 's', title: 'Plans' }),
      () => store.pop({ sessionId: 's' }),
      () => store.clear({ sessionId: 's' }),
    ];
    for (const write of writes) {
      await subject.elapse(600);
      await write();
    }
    await subject.elapse(600);
    const session = await sessionNow(store);
    expect(session.expiresAt).toBe(session.updatedAt + 1000);
    await subject.elapse(600);
    expect(await store.get('s')).toBeNull();
  });

  it('does not count reading, nor writing what changes nothing', async ({ store, subject }) => {
    await store.create(newSession({ expiresAfter: 1 }));
    await append(store, 's', agentStep('a'));
    await subject.elapse(600);
    await append(store, 's', agentStep('a'));
    await store.pop({ sessionId: 's' });
    await store.create(newSession({ ifExists: 'RETURN' }));
    expect(await logOf(store)).toHaveLength(2);
    await subject.elapse(600);
    expect(await store.get('s')).toBeNull();
  });

  it('keeps a session for ever when it has no expiry, or has it no longer', async ({ store, subject }) => {
    await store.create(newSession({ id: 'never' }));
    await store.create(newSession({ id: 'no-longer', expiresAfter: 1 }));
    await append(store, 'no-longer', says('one'));
    await store.update({ sessionId: 'no-longer', expiresAfter: null });
    await subject.elapse(1500);
    expect(await store.get('never')).not.toBeNull();
    expect(await sessionNow(store, 'no-longer')).toMatchObject({
      itemCount: 1,
      expiresAfter: null,
      expiresAt: null,
    });
    expect(await itemsOf(store, 'no-longer')).toHaveLength(1);
  });

  it('begins to count when an expiry is set', async ({ store, subject }) => {
    await store.create(newSession());
    await subject.elapse(600);
    await store.update({ sessionId: 's', expiresAfter: 1 });
    await subject.elapse(600);
    expect(await store.get('s')).not.toBeNull();
    await subject.elapse(600);
    expect(await store.get('s')).toBeNull();
  });
}
