import { expect } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { ItemEntry, LogEntry } from '../../src/core/log.ts';
import type { Append, SessionStore } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  callItem,
  idsOf,
  itemStep,
  kindsOf,
  messageItem,
  newSession,
  plainItem,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { pageOf } from './store-page.ts';
import { withOtherMark } from './store-places.ts';
import {
  append,
  at,
  expectCode,
  itemsOf,
  logAfter,
  logOf,
  sessionNow,
  type StoreTest,
} from './store-under-test.ts';

/** Removes the items, which are in log order, and runs the steps, if nothing came since. */
export async function replace(
  store: SessionStore,
  items: readonly ItemEntry[],
  given: Partial<Append> = {},
): Promise<readonly ItemEntry[]> {
  const { end } = await sessionNow(store);
  const remove = idsOf(items.toReversed());
  return (await store.append({ sessionId: 's', steps: [], remove, ifEnd: end, ...given })).entries;
}

async function refused(store: SessionStore, remove: readonly EntryId[]): Promise<void> {
  const before = await sessionNow(store);
  const log = await logOf(store);
  const write = { sessionId: 's', steps: [agentStep('late'), says('late')], remove, ifEnd: before.end };
  const conflict = { code: 'CONFLICT', details: { current: before.end } };
  await expect(store.append(write)).rejects.toMatchObject(conflict);
  expect(await store.get('s')).toEqual(before);
  expect(await logOf(store)).toEqual(log);
}

export function removedBy(entries: readonly LogEntry[]): readonly EntryId[] {
  return entries.flatMap((entry) => (entry.kind === 'removed' ? entry.removed : []));
}

export function removing(it: StoreTest): void {
  it('puts the steps in the place of the newest items', async ({ store }) => {
    await store.create(newSession());
    const [, ...old] = await append(store, 's', says('one'), says('two'), answers('three'));
    const entries = await replace(store, old, { steps: [says('2'), answers('3'), says('4')] });
    expect(textsOf(entries)).toEqual(['2', '3', '4']);
    expect(textsOf(await itemsOf(store))).toEqual(['one', '2', '3', '4']);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 4, messageCount: 4 });
  });

  it('leaves a tombstone of each, the newest first, and then what the steps add', async ({ store }) => {
    await store.create(newSession());
    const old = await append(store, 's', says('one'), agentStep('a'), answers('two'));
    const { end } = await sessionNow(store);
    const entries = await replace(store, old, { steps: [says('1'), answers('2')] });
    const written = await logAfter(store, 's', end);
    expect(kindsOf(written)).toEqual(['removed', 'removed', 'removed', 'item', 'item']);
    expect(removedBy(written)).toEqual(idsOf(old.toReversed()));
    expect(written.slice(3)).toEqual(entries);
    expect(written.map((entry) => entry.prev)).toEqual([end, ...idsOf(written.slice(0, -1))]);
  });

  it('removes without adding anything, and that is a write', async ({ store, subject }) => {
    const { end: born } = await store.create(newSession());
    const old = await append(store, 's', says('one'), says('two'));
    const before = await sessionNow(store);
    await subject.elapse(5);
    const { end } = before;
    const { session, entries } = await store.append({
      sessionId: 's',
      steps: [],
      remove: idsOf(old.toReversed()),
      ifEnd: end,
    });
    expect(entries).toEqual([]);
    expect(session).toEqual(await store.get('s'));
    expect(session).toMatchObject({ itemCount: 0, messageCount: 0 });
    expect(session.updatedAt).toBeGreaterThan(before.updatedAt);
    expect(kindsOf(await logAfter(store, 's', born))).toEqual(['removed', 'removed']);
  });

  it('takes an empty list of entries for none', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const before = await sessionNow(store);
    await replace(store, []);
    expect(await store.get('s')).toEqual(before);
  });

  it('counts what is left, whatever went', async ({ store }) => {
    await store.create(newSession());
    const others = [messageItem('SYSTEM', 'be kind'), callItem('c', 'search'), plainItem('{"type":"x"}')];
    const [, ...old] = await append(store, 's', says('one'), ...others.map(itemStep), answers('two'));
    await replace(store, old, { steps: [itemStep(messageItem('DEVELOPER', 'be brief')), answers('2')] });
    expect(await sessionNow(store)).toMatchObject({ itemCount: 3, messageCount: 2 });
    expect(await pageOf(store, { roles: ['SYSTEM'] })).toBe('');
    expect(await pageOf(store, { roles: ['DEVELOPER', 'ASSISTANT'] })).toBe('be brief 2');
  });

  it('makes the agent before the oldest removed hand-off the current one before the steps run', async ({
    store,
  }) => {
    await store.create(newSession());
    const steps = ['a', 'b', 'c'].flatMap((name) => [agentStep(name), answers(name)]);
    const old = await append(store, 's', ...steps);
    const added = await replace(store, old.slice(2), { steps: [answers('by a'), agentStep('c')] });
    expect(added.map((entry) => entry.item.agent)).toEqual(['a', 'c']);
    expect(textsOf(await itemsOf(store))).toEqual(['null > a', 'a', 'by a', 'a > c']);
    expect(await sessionNow(store)).toMatchObject({ currentAgent: 'c', agentsUsed: ['a', 'b', 'c'] });
  });

  it('leaves no current agent when the first hand-off goes', async ({ store }) => {
    await store.create(newSession());
    const old = await append(store, 's', agentStep('a'), agentStep('b'));
    await replace(store, old);
    expect(await sessionNow(store)).toMatchObject({ currentAgent: null, itemCount: 0 });
    expect(textsOf(await append(store, 's', agentStep('b')))).toEqual(['null > b']);
  });

  it('holds the expected agent against the one before the removal', async ({ store }) => {
    await store.create(newSession());
    const old = await append(store, 's', agentStep('a'), agentStep('b'));
    await expectCode(replace(store, old, { ifAgent: null }), 'CONFLICT');
    await replace(store, old, { ifAgent: 'b' });
    expect(await sessionNow(store)).toMatchObject({ currentAgent: null });
  });

  it('removes and adds nothing when items came since', async ({ store }) => {
    const { end } = await store.create(newSession());
    const old = await append(store, 's', says('one'), says('two'));
    const seen = at(old, -1).id;
    await append(store, 's', says('three'));
    const before = [await sessionNow(store), await logOf(store)];
    for (const ifEnd of [end, seen]) {
      await expectCode(replace(store, old, { ifEnd, steps: [says('late')] }), 'CONFLICT');
    }
    expect([await sessionNow(store), await logOf(store)]).toEqual(before);
  });

  it('removes though the title was changed since, and before', async ({ store }) => {
    await store.create(newSession());
    const one = await append(store, 's', says('one'));
    await store.update({ sessionId: 's', title: 'Plans' });
    const two = await append(store, 's', says('two'));
    await store.update({ sessionId: 's', title: 'Other' });
    await replace(store, [...one, ...two], { ifEnd: at(two, 0).id, steps: [says('1')] });
    expect(textsOf(await itemsOf(store))).toEqual(['1']);
  });

  it('refuses, before it writes, what is not the end of the log without a gap', async ({ store }) => {
    const { born } = await store.create(newSession());
    await store.create(newSession({ id: 'other' }));
    const [foreign] = await append(store, 'other', says('one'));
    const [a, b, c] = idsOf(await append(store, 's', says('a'), agentStep('x'), says('c')));
    const popped = at(await append(store, 's', says('d')), 0).id;
    const { session } = await store.pop({ sessionId: 's' });
    if (!a || !b || !c || !foreign) throw new Error('Four entries were added.');
    const wrong = [[a], [b, a], [c, a], [c, c], [b, c], [c, b, a, born], [popped], [c, popped], [foreign.id]];
    for (const remove of [...wrong, [session.end], [withOtherMark(c)], [c, withOtherMark(b)]]) {
      await refused(store, remove);
    }
  });

  it('goes on past what was removed before', async ({ store }) => {
    await store.create(newSession());
    const one = await append(store, 's', says('one'));
    for (const n of upTo(20)) {
      await append(store, 's', says(`${n}`));
      await store.pop({ sessionId: 's' });
    }
    const two = await append(store, 's', says('two'));
    await replace(store, [...one, ...two], { steps: [says('1')] });
    expect(textsOf(await itemsOf(store))).toEqual(['1']);
  });

  it('removes a thousand items, and the last of all', async ({ store }) => {
    await store.create(newSession());
    const old = await append(store, 's', ...upTo(1000).map((n) => says(`${n}`)));
    await replace(store, old, { steps: [says('summary')] });
    expect(textsOf(await itemsOf(store))).toEqual(['summary']);
    expect(await pageOf(store, { from: 'end', roles: ['USER'] })).toBe('summary');
    expect((await store.pop({ sessionId: 's' })).entry).not.toBeNull();
    expect(await sessionNow(store)).toMatchObject({ itemCount: 0, messageCount: 0 });
  });

  it('reports a session that does not exist, or is of another owner', async ({ store }) => {
    await store.create(newSession());
    const remove = idsOf(await append(store, 's', says('one')));
    await expectCode(store.append({ sessionId: 'none', steps: [], remove }), 'NOT_FOUND');
    await expectCode(store.append({ sessionId: 's', owner: 'bob', steps: [], remove }), 'NOT_FOUND');
    expect(await itemsOf(store)).toHaveLength(1);
  });
}
