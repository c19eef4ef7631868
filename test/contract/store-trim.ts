import { expect } from 'vitest';
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
  upTo,
} from '../support/samples.ts';
import { append, at, expectCode, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

/** A session that keeps so many items, of which each of those texts was one, written one by one. */
export async function trimmedSession(
  store: SessionStore,
  maxItems: number,
  texts: readonly string[] = [],
): Promise<void> {
  await store.create(newSession({ maxItems }));
  for (const text of texts) await append(store, 's', says(text));
}

export async function textsNow(store: SessionStore): Promise<readonly string[]> {
  return textsOf(await itemsOf(store));
}

export function trimming(it: StoreTest): void {
  it('keeps the newest items, and as many as it may', async ({ store }) => {
    await trimmedSession(store, 3);
    const seen = [];
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      const { session } = await store.append({ sessionId: 's', steps: [says(text)] });
      seen.push((await textsNow(store)).join(''));
      expect(session.itemCount).toBe(at(seen, -1).length);
      expect(await sessionNow(store)).toEqual(session);
    }
    expect(await sessionNow(store)).toMatchObject({ isTrimmed: true });
    expect(seen).toEqual(['a', 'ab', 'abc', 'bcd', 'cde', 'def', 'efg']);
  });

  it('begins the log with the oldest item that is kept, and leaves no entry for what went', async ({
    store,
  }) => {
    await trimmedSession(store, 2, ['a', 'b']);
    await store.update({ sessionId: 's', title: 'Plans' });
    const log = await logOf(store);
    const added = await append(store, 's', says('c'), says('d'), says('e'));
    expect(await logOf(store)).toEqual(added);
    await append(store, 's', says('f'));
    expect((await logOf(store)).map(({ kind }) => kind)).toEqual(['item', 'item']);
    expect(added[0]?.prev).toBe(log.at(-1)?.id);
  });

  it('never takes what the same write added, and takes it with the next', async ({ store }) => {
    await trimmedSession(store, 2, ['a', 'b']);
    const { session } = await store.append({ sessionId: 's', steps: upTo(5).map((n) => says(`${n}`)) });
    expect(session).toMatchObject({ itemCount: 5, messageCount: 5 });
    expect(await textsNow(store)).toEqual(['0', '1', '2', '3', '4']);
    await store.update({ sessionId: 's', title: 'Plans' });
    expect(await textsNow(store)).toEqual(['3', '4']);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 2, messageCount: 2 });
  });

  it('counts messages and items that are kept, hand-offs and tool calls among them', async ({ store }) => {
    await trimmedSession(store, 4);
    await append(store, 's', says('a'), agentStep('guide'), itemStep(callItem('c', 'search')));
    await append(store, 's', itemStep(resultItem('c')), answers('b'));
    expect(await sessionNow(store)).toMatchObject({ itemCount: 4, messageCount: 1 });
    await append(store, 's', says('d'));
    expect(await sessionNow(store)).toMatchObject({ itemCount: 4, messageCount: 2 });
    const { end } = await sessionNow(store);
    const roles = ['USER', 'ASSISTANT'] as const;
    const page = await store.page('s', { count: 10, from: 'end', upTo: end, roles });
    expect([textsOf(page.entries), page.hasPrevious]).toEqual([['b', 'd'], false]);
  });

  it('keeps the agents, though the hand-offs went', async ({ store }) => {
    await trimmedSession(store, 2);
    await append(store, 's', agentStep('a'), answers('one'));
    await append(store, 's', agentStep('b'), answers('two'), answers('three'));
    await append(store, 's', answers('four'));
    expect(await textsNow(store)).toEqual(['three', 'four']);
    expect(await sessionNow(store)).toMatchObject({ currentAgent: 'b', agentsUsed: ['a', 'b'] });
    expect(at(await append(store, 's', says('five')), 0).item.agent).toBe('b');
    await append(store, 's', agentStep('c'), answers('six'));
    await store.pop({ sessionId: 's' });
    expect(await sessionNow(store)).toMatchObject({ currentAgent: 'c', itemCount: 1 });
    expect(await store.pop({ sessionId: 's' })).toMatchObject({ entry: null });
  });

  it('pops what is kept, and nothing that went', async ({ store }) => {
    await trimmedSession(store, 2, ['a', 'b', 'c']);
    const popped = [];
    for (const _ of upTo(3)) popped.push((await store.pop({ sessionId: 's' })).entry);
    expect(textsOf(popped.filter((entry) => entry !== null))).toEqual(['c', 'b']);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 0, messageCount: 0 });
    await append(store, 's', says('d'), says('e'), says('f'));
    await append(store, 's', says('g'));
    expect(await textsNow(store)).toEqual(['f', 'g']);
  });

  it('replaces the end of what is kept', async ({ store }) => {
    await trimmedSession(store, 3, ['a', 'b', 'c', 'd']);
    const { end } = await sessionNow(store);
    const remove = idsOf((await itemsOf(store)).toReversed());
    const write = { sessionId: 's', ifEnd: end, remove: remove.slice(0, 2) };
    await store.append({ ...write, steps: [says('x'), says('y'), says('z')] });
    expect(await textsNow(store)).toEqual(['x', 'y', 'z']);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 3, messageCount: 3 });
  });

  it('is no update, and moves no condition but that on items', async ({ store }) => {
    await trimmedSession(store, 2, ['a', 'b', 'c']);
    const { end } = await sessionNow(store);
    await store.append({ sessionId: 's', ifEnd: end, steps: [says('d')] });
    await expectCode(store.append({ sessionId: 's', ifEnd: end, steps: [says('e')] }), 'CONFLICT');
  });

  it('answers the repeat of a write whose items went since', async ({ store }) => {
    await trimmedSession(store, 1);
    const write = { sessionId: 's', steps: [says('a'), says('b')], once: once('k') };
    const { entries } = await store.append(write);
    await append(store, 's', says('c'));
    await append(store, 's', says('d'));
    expect((await store.append(write)).entries).toEqual(entries);
    expect(await textsNow(store)).toEqual(['d']);
    expect(await store.item('s', at(entries, 0).id)).toBeNull();
  });

  it('forgets the tools of calls that went, but not of a later call with the same id', async ({ store }) => {
    await trimmedSession(store, 2);
    await append(store, 's', itemStep(callItem('gone', 'search')), itemStep(callItem('c', 'search')));
    await append(store, 's', itemStep(callItem('c', 'find')));
    await append(store, 's', says('a'));
    const [known] = await append(store, 's', itemStep(resultItem('c')));
    const [unknown] = await append(store, 's', itemStep(resultItem('gone')));
    expect([known?.item.toolName, unknown?.item.toolName]).toEqual(['find', null]);
  });

  it('forgets with a clear what was trimmed', async ({ store }) => {
    await trimmedSession(store, 2, ['a', 'b', 'c']);
    const [before] = await itemsOf(store);
    expect(await store.clear({ sessionId: 's' })).toMatchObject({ isTrimmed: false });
    expect(await store.read('s', at([before], 0)?.id ?? null, 10)).toMatchObject({ state: 'ok' });
    for (const text of ['d', 'e', 'f']) await append(store, 's', says(text));
    expect(await textsNow(store)).toEqual(['e', 'f']);
  });
}

export function limiting(it: StoreTest): void {
  it('says how many items it keeps, from its making on', async ({ store }) => {
    expect(await store.create(newSession({ maxItems: 5 }))).toMatchObject({ maxItems: 5 });
    expect(await sessionNow(store)).toMatchObject({ maxItems: 5 });
    expect((await store.list('ada', { count: 1, from: 'start' })).sessions).toMatchObject([{ maxItems: 5 }]);
    expect(await store.create(newSession({ id: 'all' }))).toMatchObject({ maxItems: null });
  });

  it('changes how many, and leaves that when nothing is said', async ({ store }) => {
    await trimmedSession(store, 2, ['a', 'b', 'c']);
    expect(await store.update({ sessionId: 's', title: 'Plans' })).toMatchObject({ maxItems: 2 });
    expect(await store.update({ sessionId: 's', maxItems: 3 })).toMatchObject({ maxItems: 3 });
    for (const text of ['d', 'e']) await append(store, 's', says(text));
    expect(await textsNow(store)).toEqual(['c', 'd', 'e']);
    expect(await store.update({ sessionId: 's', maxItems: null })).toMatchObject({ maxItems: null });
    for (const text of ['f', 'g']) await append(store, 's', says(text));
    expect(await textsNow(store)).toEqual(['c', 'd', 'e', 'f', 'g']);
  });

  it('takes away at once what a lower limit makes too much, however much it is', async ({ store }) => {
    await store.create(newSession());
    for (const part of upTo(3)) await append(store, 's', ...upTo(1000).map((n) => says(`${part} ${n}`)));
    const { end } = await sessionNow(store);
    const updated = await store.update({ sessionId: 's', maxItems: 2 });
    expect(updated).toMatchObject({ itemCount: 2, messageCount: 2 });
    expect(await sessionNow(store)).toEqual(updated);
    expect(await textsNow(store)).toEqual(['2 998', '2 999']);
    await expectCode(store.append({ sessionId: 's', ifEnd: end, steps: [says('x')] }), 'CONFLICT');
    const log = await logOf(store);
    expect(log.map(({ kind }) => kind)).toEqual(['item', 'item', 'updated']);
    expect(await store.read('s', at(log, 0).prev, 10)).toMatchObject({ state: 'ok', entries: log });
  });
}
