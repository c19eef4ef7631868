import { expect } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { answers, newSession, says, upTo } from '../support/samples.ts';
import { pageOf } from './store-page.ts';
import { FOREIGN_PLACES, withOtherMark } from './store-places.ts';
import { append, at, expectCode, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

async function expectGone(store: SessionStore, place: EntryId): Promise<void> {
  for (const from of ['start', 'end'] as const) {
    await expectCode(pageOf(store, { from, after: place }), 'CURSOR_EXPIRED');
    await expectCode(pageOf(store, { from, before: place, roles: ['USER'] }), 'CURSOR_EXPIRED');
  }
}

export function pagingAround(it: StoreTest): void {
  it('goes on around an entry that is no item', async ({ store }) => {
    const { born } = await store.create(newSession());
    await append(store, 's', says('a'));
    const { end } = await store.update({ sessionId: 's', title: 'Plans' });
    await append(store, 's', answers('b'));
    expect(await pageOf(store, { after: born })).toBe('a b');
    expect(await pageOf(store, { after: end })).toBe('< b');
    expect(await pageOf(store, { before: end, from: 'end' })).toBe('a >');
    expect(await pageOf(store, { before: end, from: 'end', roles: ['ASSISTANT'] })).toBe('>');
  });

  it('goes on around the place of an entry that has been removed', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('a'), says('b'), says('c'));
    for (const _ of upTo(2)) await store.pop({ sessionId: 's' });
    await append(store, 's', says('d'));
    for (const gone of [at(entries, 1).id, at(entries, 2).id]) {
      expect(await pageOf(store, { after: gone })).toBe('< d');
      expect(await pageOf(store, { before: gone, from: 'end' })).toBe('a >');
    }
  });

  it('goes on around a tombstone', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'), says('b'));
    await store.pop({ sessionId: 's' });
    const tombstone = (await sessionNow(store)).end;
    await append(store, 's', says('c'));
    expect(await pageOf(store, { after: tombstone })).toBe('< c');
    expect(await pageOf(store, { before: tombstone, from: 'end' })).toBe('a >');
  });

  it('begins at the start after a place that a clear removed', async ({ store }) => {
    const { born } = await store.create(newSession());
    const entries = await append(store, 's', says('a'), says('b'));
    await store.clear({ sessionId: 's' });
    await append(store, 's', says('c'), says('d'));
    const cleared = at(await logOf(store), 0).id;
    for (const place of [born, at(entries, 0).id, at(entries, 1).id, cleared]) {
      expect(await pageOf(store, { after: place, count: 1 })).toBe('c >');
      expect(await pageOf(store, { before: place, from: 'end' })).toBe('>');
    }
  });

  it('refuses a place of another session', async ({ store }) => {
    await store.create(newSession());
    await store.create(newSession({ id: 'other' }));
    await append(store, 's', says('a'));
    const foreign = at(await append(store, 'other', says('x')), 0).id;
    await append(store, 's', says('b'));
    await expectGone(store, foreign);
  });

  it('refuses a place of an earlier session under the same id', async ({ store }) => {
    const { born } = await store.create(newSession());
    const entry = at(await append(store, 's', says('a')), 0);
    await store.delete({ sessionId: 's' });
    await store.create(newSession());
    await append(store, 's', says('b'));
    await expectGone(store, born);
    await expectGone(store, entry.id);
  });

  it('refuses a place that holds another entry than the one that is meant', async ({ store }) => {
    await store.create(newSession());
    const entry = at(await append(store, 's', says('a')), 0);
    await expectGone(store, withOtherMark(entry.id));
  });

  for (const place of FOREIGN_PLACES) {
    it(`refuses ${place}, which it never gave`, async ({ store }) => {
      await store.create(newSession());
      await append(store, 's', says('a'));
      await expectGone(store, place);
    });
  }
}
