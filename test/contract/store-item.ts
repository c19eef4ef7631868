import { expect } from 'vitest';
import { agentStep, answers, newSession, says } from '../support/samples.ts';
import { FOREIGN_PLACES, withOtherMark } from './store-places.ts';
import { append, at, type StoreTest } from './store-under-test.ts';

export function items(it: StoreTest): void {
  it('gives any item as it was written', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('a'), agentStep('guide'), answers('b'));
    for (const entry of entries) expect(await store.item('s', entry.id)).toEqual(entry);
  });

  it('answers null for an entry that is no item', async ({ store }) => {
    const { born } = await store.create(newSession());
    const updated = await store.update({ sessionId: 's', title: 'Plans' });
    const cleared = await store.clear({ sessionId: 's' });
    for (const id of [born, updated.end, cleared.end]) expect(await store.item('s', id)).toBeNull();
  });

  it('answers null for an item that has been removed, and for its tombstone', async ({ store }) => {
    await store.create(newSession());
    const entry = at(await append(store, 's', says('a')), 0);
    const { session } = await store.pop({ sessionId: 's' });
    expect(await store.item('s', entry.id)).toBeNull();
    expect(await store.item('s', session.end)).toBeNull();
  });

  it('answers null for an item of another session, or of none', async ({ store }) => {
    await store.create(newSession());
    await store.create(newSession({ id: 'other' }));
    const entry = at(await append(store, 'other', says('a')), 0);
    expect(await store.item('s', entry.id)).toBeNull();
    expect(await store.item('none', entry.id)).toBeNull();
  });

  it('answers null for what it never gave', async ({ store }) => {
    await store.create(newSession());
    const entry = at(await append(store, 's', says('a')), 0);
    for (const id of [...FOREIGN_PLACES, withOtherMark(entry.id)])
      expect(await store.item('s', id)).toBeNull();
  });
}
