import { expect } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { SessionStore } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  callItem,
  idsOf,
  itemStep,
  newSession,
  once,
  resultItem,
  says,
  textsOf,
} from '../support/samples.ts';
import { FOREIGN_PLACES, withOtherMark } from './store-places.ts';
import { append, at, expectCode, fork, itemsOf, sessionNow, type StoreTest } from './store-under-test.ts';

/** What a fork up to that entry says, in a session that is thrown away. */
async function forkedTexts(store: SessionStore, upTo: EntryId): Promise<string> {
  await fork(store, { newId: 'sample', upTo });
  const texts = textsOf(await itemsOf(store, 'sample'));
  await store.delete({ sessionId: 'sample' });
  return texts.join(' ');
}

export function forkingUpTo(it: StoreTest): void {
  it('ends the copy with the item that is named', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('a'), answers('b'), says('c'));
    expect(await forkedTexts(store, at(entries, 0).id)).toBe('a');
    expect(await forkedTexts(store, at(entries, 1).id)).toBe('a b');
    expect(await forkedTexts(store, at(entries, 2).id)).toBe('a b c');
  });

  it('counts what was copied, and no more', async ({ store }) => {
    await store.create(newSession());
    const steps = [says('a'), agentStep('x'), answers('b'), agentStep('y'), answers('c'), says('d')];
    const entries = await append(store, 's', ...steps);
    const counted = { itemCount: 3, messageCount: 2, currentAgent: 'x', agentsUsed: ['x'] };
    expect(await fork(store, { upTo: at(entries, 2).id })).toMatchObject(counted);
    expect(await sessionNow(store, 'f')).toMatchObject(counted);
  });

  it('includes a hand-off that is named, whose agent is then the current one', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', agentStep('x'), says('a'), agentStep('y'), answers('b'));
    const session = await fork(store, { upTo: at(entries, 2).id });
    expect(session).toMatchObject({ currentAgent: 'y', agentsUsed: ['x', 'y'], itemCount: 3 });
    const before = await fork(store, { newId: 'g', upTo: at(entries, 1).id });
    expect(before).toMatchObject({ currentAgent: 'x', agentsUsed: ['x'], itemCount: 2 });
  });

  it('copies nothing up to the entry with which the log began', async ({ store }) => {
    const { born } = await store.create(newSession());
    await append(store, 's', says('a'));
    expect(await forkedTexts(store, born)).toBe('');
  });

  it('copies what stands before an entry that is no item', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'));
    const renamed = await store.update({ sessionId: 's', title: 'Plans' });
    await append(store, 's', says('b'));
    const { session: popped } = await store.pop({ sessionId: 's' });
    await append(store, 's', says('c'));
    expect(await forkedTexts(store, renamed.end)).toBe('a');
    expect(await forkedTexts(store, popped.end)).toBe('a');
  });

  it('copies what is left before the place of an entry that has been removed', async ({ store }) => {
    await store.create(newSession());
    const [a, ...gone] = await append(store, 's', says('a'), says('b'), agentStep('x'), says('c'));
    const remove = idsOf(gone.toReversed());
    await store.append({ sessionId: 's', steps: [says('B'), says('C')], remove });
    expect(a && (await forkedTexts(store, a.id))).toBe('a');
    for (const place of remove) expect(await forkedTexts(store, place)).toBe('a');
  });

  it('copies nothing up to a place that a clear removed', async ({ store }) => {
    const { born } = await store.create(newSession());
    const [a, b] = await append(store, 's', says('a'), says('b'));
    await store.clear({ sessionId: 's' });
    await append(store, 's', says('c'));
    for (const place of [born, a?.id, b?.id]) {
      expect(place && (await forkedTexts(store, place))).toBe('');
    }
  });

  it('refuses a place that the log does not know, and makes nothing', async ({ store }) => {
    await store.create(newSession({ id: 'other' }));
    const earlier = await store.create(newSession());
    await store.delete({ sessionId: 's' });
    await store.create(newSession());
    const [a] = await append(store, 's', says('a'));
    const [foreign] = await append(store, 'other', says('x'));
    if (!a || !foreign) throw new Error('Two entries were added.');
    await append(store, 's', says('b'));
    for (const upTo of [...FOREIGN_PLACES, earlier.born, foreign.id, withOtherMark(a.id)]) {
      await expectCode(fork(store, { upTo }), 'CURSOR_EXPIRED');
      await expectCode(fork(store, { upTo, owner: 'ada', once: once('k', upTo) }), 'CURSOR_EXPIRED');
    }
    expect(await store.get('f')).toBeNull();
    expect(await fork(store, { once: once('k', 'free') })).toMatchObject({ itemCount: 2 });
  });

  it('finds the tools of the calls that were copied, and of no other', async ({ store }) => {
    await store.create(newSession());
    const calls = [callItem('c1', 'search'), callItem('c1', 'fetch'), callItem('c2', 'write')];
    const entries = await append(store, 's', ...calls.map(itemStep));
    const tools: (string | null | undefined)[] = [];
    for (const { id } of entries) {
      await fork(store, { upTo: id });
      const results = await append(store, 'f', itemStep(resultItem('c1')), itemStep(resultItem('c2')));
      tools.push(...results.map((entry) => entry.item.toolName));
      await store.delete({ sessionId: 'f' });
    }
    expect(tools).toEqual(['search', null, 'fetch', null, 'fetch', 'write']);
  });

  it('finds them also in a fork of the fork', async ({ store }) => {
    await store.create(newSession());
    await append(
      store,
      's',
      says('a'),
      itemStep(callItem('c1', 'search')),
      itemStep(callItem('c2', 'fetch')),
    );
    await fork(store);
    const [, call] = await itemsOf(store, 'f');
    await fork(store, { sourceId: 'f', newId: 'g', ...(call && { upTo: call.id }) });
    const results = await append(store, 'g', itemStep(resultItem('c1')), itemStep(resultItem('c2')));
    expect(results.map((entry) => entry.item.toolName)).toEqual(['search', null]);
  });
}
