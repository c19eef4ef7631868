import { expect } from 'vitest';
import { newSession, once, says, upTo } from '../support/samples.ts';
import { append, at, expectCode, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

export function updating(it: StoreTest): void {
  it('changes what is given and leaves what is absent', async ({ store }) => {
    await store.create(newSession({ title: 'Plans', metadata: { a: 1 }, expiresAfter: 60 }));
    expect(await store.update({ sessionId: 's', title: 'Other' })).toMatchObject({
      title: 'Other',
      metadata: { a: 1 },
      expiresAfter: 60,
    });
    expect(await store.update({ sessionId: 's', expiresAfter: 90 })).toMatchObject({
      title: 'Other',
      metadata: { a: 1 },
      expiresAfter: 90,
    });
  });

  it('clears what is given as null', async ({ store }) => {
    await store.create(newSession({ title: 'Plans', expiresAfter: 60 }));
    await store.update({ sessionId: 's', title: null, expiresAfter: null });
    expect(await sessionNow(store)).toMatchObject({ title: null, expiresAfter: null });
  });

  it('asks for the new metadata with the present one', async ({ store }) => {
    await store.create(newSession({ metadata: { a: 1, b: [] } }));
    const session = await store.update({ sessionId: 's', metadata: (current) => ({ ...current, c: {} }) });
    expect(session.metadata).toEqual({ a: 1, b: [], c: {} });
    expect(await store.get('s')).toEqual(session);
  });

  it('changes nothing, and passes the error on, when the metadata function throws', async ({ store }) => {
    const before = await store.create(newSession());
    const fault = new RangeError('too large');
    const refused = store.update({
      sessionId: 's',
      title: 'Other',
      metadata: () => {
        throw fault;
      },
      once: once('k', 'a'),
    });
    await expect(refused).rejects.toBe(fault);
    expect(await store.get('s')).toEqual(before);
    await store.update({ sessionId: 's', title: 'Later', once: once('k', 'b') });
    expect(await sessionNow(store)).toMatchObject({ title: 'Later' });
  });

  it('loses no change when many update at once', async ({ store }) => {
    await store.create(newSession());
    await Promise.all(
      upTo(20).map((n) => store.update({ sessionId: 's', metadata: (now) => ({ ...now, [`k${n}`]: n }) })),
    );
    const { metadata } = await sessionNow(store);
    expect(Object.keys(metadata)).toHaveLength(20);
  });

  it('adds one updated entry, which counts as activity and not as an item', async ({ store, subject }) => {
    const created = await store.create(newSession());
    await subject.elapse(5);
    const session = await store.update({ sessionId: 's', title: 'Other' });
    expect(at(await logOf(store), -1)).toEqual({
      kind: 'updated',
      id: session.end,
      prev: created.end,
      at: session.updatedAt,
    });
    expect(session.updatedAt).toBeGreaterThan(created.updatedAt);
    expect(session).toMatchObject({ itemCount: 0, messageCount: 0, createdAt: created.createdAt });
  });

  it('leaves the items and the agents as they are', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const before = await sessionNow(store);
    const after = await store.update({ sessionId: 's', title: 'Other' });
    expect(after).toEqual({ ...before, title: 'Other', end: after.end, updatedAt: after.updatedAt });
  });

  it('happens once under one key', async ({ store }) => {
    await store.create(newSession({ metadata: { n: 0 } }));
    const write = { sessionId: 's', metadata: () => ({ n: 1 }), once: once('k') };
    const first = await store.update(write);
    expect(await store.update(write)).toEqual(first);
    const other = await store.update({ sessionId: 's', metadata: () => ({ n: 2 }) });
    expect(await store.update(write)).toEqual(other);
    expect(await logOf(store)).toHaveLength(3);
  });

  it('answers a repeat, or refuses it, without asking for the metadata again', async ({ store }) => {
    await store.create(newSession());
    const write = { sessionId: 's', metadata: () => ({ n: 1 }), once: once('k', 'a') };
    const first = await store.update(write);
    const metadata = (): never => {
      throw new RangeError('too large');
    };
    expect(await store.update({ ...write, metadata })).toEqual(first);
    await expectCode(store.update({ ...write, metadata, once: once('k', 'b') }), 'CONFLICT');
    await expectCode(store.update({ sessionId: 's', owner: 'bob', metadata }), 'NOT_FOUND');
  });

  it('reports a session that does not exist, or is of another owner', async ({ store }) => {
    const before = await store.create(newSession());
    await expectCode(store.update({ sessionId: 'none', title: 'Other' }), 'NOT_FOUND');
    await expectCode(store.update({ sessionId: 's', owner: 'bob', title: 'Other' }), 'NOT_FOUND');
    expect(await store.get('s')).toEqual(before);
    expect(await store.update({ sessionId: 's', owner: 'ada', title: 'Own' })).toMatchObject({
      title: 'Own',
    });
  });
}
