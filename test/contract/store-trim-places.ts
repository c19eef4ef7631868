import { expect } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { agentStep, answers, idsOf, newSession, says, textsOf, upTo } from '../support/samples.ts';
import { changesUntilNow, entriesOf } from './session-model.ts';
import { withOtherMark } from './store-places.ts';
import { textsNow, trimmedSession } from './store-trim.ts';
import {
  append,
  at,
  expectCode,
  fork,
  itemsOf,
  logAfter,
  logOf,
  momentNow,
  sessionNow,
  type StoreTest,
} from './store-under-test.ts';

async function stateAfter(store: SessionStore, place: Parameters<SessionStore['read']>[1]) {
  return (await store.read('s', place, 10))?.state;
}

export function trimmedPlaces(it: StoreTest): void {
  it('lets a reader at the end meet every new item once, also those of a write that takes all others', async ({
    store,
  }) => {
    await trimmedSession(store, 2, ['a', 'b', 'c']);
    const { end } = await sessionNow(store);
    const added = await append(store, 's', ...upTo(5).map((n) => says(`${n}`)));
    expect(await logAfter(store, 's', end)).toEqual(added);
  });

  it('lets a reader at the end meet the tombstones and items of a write that replaces and takes', async ({
    store,
  }) => {
    await trimmedSession(store, 2, ['a', 'b', 'c']);
    const { end } = await sessionNow(store);
    const remove = idsOf((await itemsOf(store)).toReversed());
    await store.append({ sessionId: 's', ifEnd: end, remove, steps: [says('x'), says('y')] });
    const kinds = (await logAfter(store, 's', end)).map(({ kind }) => kind);
    expect(kinds).toEqual(['removed', 'removed', 'item', 'item']);
    for (const id of remove) expect(await logAfter(store, 's', id)).toEqual(await logAfter(store, 's', end));
  });

  it('rings with what came, as always', async ({ store, subject }) => {
    await trimmedSession(store, 2, ['a', 'b']);
    const bells = await subject.heard('s');
    const first = await momentNow(store);
    const added = [
      ...(await append(store, 's', says('c'))),
      ...(await append(store, 's', says('d'), says('e'), says('f'))),
      ...(await append(store, 's', says('g'))),
    ];
    await expect.poll(() => bells.length).toBe(3);
    expect(entriesOf(await changesUntilNow(store, bells, first))).toEqual(added);
  });

  it('says expired after what was trimmed, but where the log begins', async ({ store }) => {
    const { born } = await store.create(newSession({ maxItems: 2 }));
    const entries = [];
    for (const text of ['a', 'b', 'c', 'd', 'e']) entries.push(...(await append(store, 's', says(text))));
    const states = [];
    for (const id of [born, ...idsOf(entries)]) states.push(await stateAfter(store, id));
    expect(states).toEqual(['expired', 'expired', 'expired', 'ok', 'ok', 'ok']);
    expect(textsOf(await logAfter(store, 's', at(entries, 2).id))).toEqual(['d', 'e']);
    expect(textsOf(await logOf(store))).toEqual(['d', 'e']);
    expect(await stateAfter(store, withOtherMark(at(entries, 2).id))).toBe('diverged');
    expect(await stateAfter(store, withOtherMark(at(entries, 3).id))).toBe('diverged');
  });

  it('knows the place of what was popped, as long as nothing before it was missed', async ({ store }) => {
    await trimmedSession(store, 3, ['a', 'b', 'c', 'd']);
    const items = await itemsOf(store);
    for (const _ of upTo(3)) await store.pop({ sessionId: 's' });
    const log = await logOf(store);
    expect(log.map(({ kind }) => kind)).toEqual(['removed', 'removed', 'removed']);
    for (const id of [...idsOf(items), at(items, 0).prev])
      expect(await logAfter(store, 's', id)).toEqual(log);
    const added = await append(store, 's', says('e'));
    for (const id of [...idsOf(items), at(items, 0).prev])
      expect(await logAfter(store, 's', id)).toEqual([...log, ...added]);
    await append(store, 's', says('f'), says('g'), says('h'), says('i'));
    for (const id of idsOf(items)) expect(await stateAfter(store, id)).toBe('expired');
  });

  it('refuses places that were trimmed to pages and forks', async ({ store }) => {
    await trimmedSession(store, 2, ['a', 'b']);
    const gone = idsOf(await itemsOf(store));
    await append(store, 's', says('c'));
    await append(store, 's', says('d'));
    const { end } = await sessionNow(store);
    for (const id of gone) {
      const request = { count: 10, from: 'start', upTo: end } as const;
      await expectCode(store.page('s', { ...request, after: id }), 'CURSOR_EXPIRED');
      await expectCode(store.page('s', { ...request, before: id }), 'CURSOR_EXPIRED');
      await expectCode(fork(store, { upTo: id }), 'CURSOR_EXPIRED');
      await expectCode(store.append({ sessionId: 's', ifEnd: id, steps: [says('x')] }), 'CONFLICT');
      expect(await store.item('s', id)).toBeNull();
    }
  });

  it('ends the pages of a snapshot where it ended, of what is kept of it', async ({ store }) => {
    await trimmedSession(store, 3, ['a', 'b', 'c']);
    const { end } = await sessionNow(store);
    await append(store, 's', says('d'));
    const page = await store.page('s', { count: 2, from: 'start', upTo: end });
    expect([textsOf(page.entries), page.hasNext, page.hasPrevious]).toEqual([['b', 'c'], false, false]);
    await append(store, 's', says('e'), says('f'), says('g'), says('h'));
    expect(await store.page('s', { count: 2, from: 'end', upTo: end })).toEqual({
      entries: [],
      hasNext: false,
      hasPrevious: false,
    });
  });
}

export function forkingTrimmed(it: StoreTest): void {
  it('copies what is kept, with the limit and the agents that were current over it', async ({ store }) => {
    await trimmedSession(store, 2);
    await append(store, 's', agentStep('a'), answers('one'));
    await append(store, 's', agentStep('b'), answers('two'), answers('three'));
    await append(store, 's', answers('four'));
    await append(store, 's', agentStep('c'));
    expect(await textsNow(store)).toEqual(['four', 'b > c']);
    const forked = await fork(store);
    expect(forked).toMatchObject({ maxItems: 2, itemCount: 2, currentAgent: 'c', agentsUsed: ['b', 'c'] });
    const earlier = await fork(store, { newId: 'g', upTo: at(await itemsOf(store), 0).id });
    expect(earlier).toMatchObject({ itemCount: 1, currentAgent: 'b', agentsUsed: ['b'] });
    expect(await store.get('g')).toEqual(earlier);
    await append(store, 'f', says('five'));
    expect(textsOf(await itemsOf(store, 'f'))).toEqual(['b > c', 'five']);
    expect(await textsNow(store)).toEqual(['four', 'b > c']);
  });

  it('copies the agent alone when all that was kept was popped', async ({ store }) => {
    await trimmedSession(store, 1);
    await append(store, 's', agentStep('a'), answers('one'));
    await append(store, 's', answers('two'));
    await store.pop({ sessionId: 's' });
    expect(await fork(store)).toMatchObject({ itemCount: 0, currentAgent: 'a', agentsUsed: ['a'] });
    expect(await sessionNow(store, 'f')).toMatchObject({ itemCount: 0, currentAgent: 'a' });
  });
}
