import { expect } from 'vitest';
import {
  agentStep,
  answers,
  itemStep,
  kindsOf,
  newSession,
  once,
  plainItem,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { append, at, expectCode, itemsOf, logAfter, sessionNow, type StoreTest } from './store-under-test.ts';

export function popping(it: StoreTest): void {
  it('removes and returns the newest item', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('one'), answers('two'));
    const { entry, session } = await store.pop({ sessionId: 's' });
    expect(entry).toEqual(entries[1]);
    expect(textsOf(await itemsOf(store))).toEqual(['one']);
    expect(session).toEqual(await store.get('s'));
    expect(session).toMatchObject({ itemCount: 1, messageCount: 1 });
  });

  it('leaves a removed entry at the end of the log, which names what was there', async ({ store }) => {
    await store.create(newSession());
    const popped = at(await append(store, 's', says('one')), 0);
    const { session } = await store.pop({ sessionId: 's' });
    const tombstone = { kind: 'removed', id: session.end, prev: popped.id, at: session.updatedAt };
    expect(await logAfter(store, 's', popped.id)).toEqual([{ ...tombstone, removed: popped.id }]);
  });

  it('removes the hand-offs after it too, with tombstones newest first', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('one'), says('two'), agentStep('a'), agentStep('b'));
    const { entry, session } = await store.pop({ sessionId: 's' });
    expect(entry).toEqual(entries[1]);
    const tombstones = await logAfter(store, 's', at(entries, -1).id);
    const removed = tombstones.map((tombstone) => (tombstone.kind === 'removed' ? tombstone.removed : null));
    expect(removed).toEqual([entries[3]?.id, entries[2]?.id, entries[1]?.id]);
    expect(session).toMatchObject({ itemCount: 1, messageCount: 1 });
    expect(textsOf(await itemsOf(store))).toEqual(['one']);
  });

  it('makes the agent before those hand-offs the current one again', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('a'), answers('one'), agentStep('b'), agentStep('c'));
    const { session } = await store.pop({ sessionId: 's' });
    expect(session).toMatchObject({ currentAgent: 'a', agentsUsed: ['a', 'b', 'c'] });
    await append(store, 's', agentStep('b'), answers('two'));
    expect(textsOf(await itemsOf(store))).toEqual(['null > a', 'a > b', 'two']);
  });

  it('leaves no current agent when there was none before those hand-offs', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'), agentStep('a'));
    const { session } = await store.pop({ sessionId: 's' });
    expect(session).toMatchObject({ currentAgent: null, itemCount: 0, messageCount: 0 });
  });

  it('leaves the hand-off before the item, and so the current agent', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'), agentStep('a'), answers('two'));
    const { session } = await store.pop({ sessionId: 's' });
    expect(session).toMatchObject({ currentAgent: 'a', itemCount: 2, messageCount: 1 });
    expect(textsOf(await itemsOf(store))).toEqual(['one', 'null > a']);
  });

  it('pops one after the other, whatever stands between', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'), agentStep('a'));
    await store.update({ sessionId: 's', title: 'Plans' });
    await append(store, 's', itemStep(plainItem('{"type":"reasoning"}')), answers('two'));
    await store.update({ sessionId: 's', title: 'Other' });
    const popped = [];
    for (const _ of upTo(4)) popped.push((await store.pop({ sessionId: 's' })).entry);
    expect(popped.map((entry) => entry && textsOf([entry])[0])).toEqual([
      'two',
      '{"type":"reasoning"}',
      'one',
      null,
    ]);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 0, messageCount: 0, currentAgent: null });
  });

  it('writes nothing when there is nothing to pop', async ({ store, subject }) => {
    const before = await store.create(newSession());
    await subject.elapse(5);
    expect(await store.pop({ sessionId: 's' })).toEqual({ entry: null, session: before });
    expect(await store.get('s')).toEqual(before);
  });

  it('writes nothing when there are only hand-offs', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('a'), agentStep('b'));
    const before = await sessionNow(store);
    expect(await store.pop({ sessionId: 's' })).toEqual({ entry: null, session: before });
    expect(await store.get('s')).toEqual(before);
  });

  it('takes an item that a writer made look like a hand-off for an item', async ({ store }) => {
    await store.create(newSession());
    const lookAlike = plainItem('{"type":"handoff","from":null,"to":"a"}');
    const entries = await append(store, 's', says('one'), itemStep(lookAlike));
    const { entry, session } = await store.pop({ sessionId: 's' });
    expect(entry).toEqual(entries[1]);
    expect(entry?.item.handoff).toBe(false);
    expect(session).toMatchObject({ currentAgent: null, itemCount: 1 });
  });

  it('happens once under one key', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'), says('two 😀'), agentStep('a'));
    const write = { sessionId: 's', once: once('k') };
    const first = await store.pop(write);
    expect(await store.pop(write)).toEqual(first);
    await append(store, 's', says('three'));
    expect((await store.pop(write)).entry).toEqual(first.entry);
    expect(textsOf(await itemsOf(store))).toEqual(['one', 'three']);
  });

  it('gives each of many at once another item', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', ...upTo(10).map((n) => says(`${n}`)));
    const popped = await Promise.all(upTo(12).map(() => store.pop({ sessionId: 's' })));
    const ids = popped.flatMap(({ entry }) => (entry === null ? [] : [entry.id]));
    expect(new Set(ids).size).toBe(10);
    expect(await itemsOf(store)).toEqual([]);
    expect(kindsOf(await logAfter(store, 's', null))).toEqual(['created', ...upTo(10).map(() => 'removed')]);
  });

  it('reports a session that does not exist, or is of another owner', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    await expectCode(store.pop({ sessionId: 'none' }), 'NOT_FOUND');
    await expectCode(store.pop({ sessionId: 's', owner: 'bob' }), 'NOT_FOUND');
    expect(await itemsOf(store)).toHaveLength(1);
  });
}
