import { expect, vi } from 'vitest';
import type { Append } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  callItem,
  idsOf,
  itemStep,
  kindsOf,
  newSession,
  once,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { changesUntilNow, entriesOf } from './session-model.ts';
import { removedBy, replace } from './store-append-remove.ts';
import { pageOf } from './store-page.ts';
import {
  append,
  at,
  expectCode,
  itemsOf,
  logAfter,
  momentNow,
  sessionNow,
  type StoreTest,
} from './store-under-test.ts';

/** What others see of a write that removes: its conditions, cursors, doorbells and repeats. */
export function removingSeen(it: StoreTest): void {
  it('moves the end that a condition is held against', async ({ store }) => {
    await store.create(newSession());
    const [one, two] = await append(store, 's', says('one'), says('two'));
    if (!one || !two) throw new Error('Two entries were added.');
    await replace(store, [two]);
    for (const ifEnd of [one.id, two.id]) {
      await expectCode(store.append({ sessionId: 's', steps: [says('late')], ifEnd }), 'CONFLICT');
    }
    const { end } = await sessionNow(store);
    await store.append({ sessionId: 's', steps: [says('2')], ifEnd: end });
    expect(textsOf(await itemsOf(store))).toEqual(['one', '2']);
  });

  it('lets one of many that saw the same end win', async ({ store }) => {
    await store.create(newSession());
    const old = await append(store, 's', says('one'), says('two'));
    const { end } = await sessionNow(store);
    const results = await Promise.allSettled(
      upTo(20).map((n) => replace(store, old, { steps: [says(`${n}`)], ifEnd: end })),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await itemsOf(store)).toHaveLength(1);
  });

  it('keeps the place of a removed entry as a cursor, for reading and for paging', async ({ store }) => {
    await store.create(newSession());
    const old = await append(store, 's', says('a'), says('b'), agentStep('x'), says('d'));
    await replace(store, old.slice(1), { steps: [says('B')] });
    const rest = await logAfter(store, 's', at(old, -1).id);
    expect(kindsOf(rest)).toEqual(['removed', 'removed', 'removed', 'item']);
    for (const gone of idsOf(old.slice(1))) {
      expect(await logAfter(store, 's', gone)).toEqual(rest);
      expect(await pageOf(store, { after: gone })).toBe('< B');
      expect(await pageOf(store, { before: gone, from: 'end' })).toBe('a >');
      expect(await store.item('s', gone)).toBeNull();
    }
  });

  it('rings once, with the tombstones and what was added', async ({ store, subject }) => {
    await store.create(newSession());
    const old = await append(store, 's', says('one'), agentStep('a'), answers('two'));
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    await replace(store, old.slice(1), { steps: [agentStep('b'), answers('2')] });
    const log = await logAfter(store, 's', from.entry);
    await vi.waitFor(() => expect(bells).toHaveLength(1));
    expect(entriesOf(await changesUntilNow(store, bells, from))).toEqual(log);
  });

  it('rings in a chain that a reader can follow through many removals', async ({ store, subject }) => {
    await store.create(newSession());
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    let items = await append(store, 's', itemStep(callItem('a\tb\nc', 'search')), says('0'));
    for (const n of upTo(10))
      items = await replace(store, items.slice(-1), { steps: [says(`${n}`), agentStep(`${n}`)] });
    await vi.waitFor(() => expect(bells).toHaveLength(11));
    const heard = entriesOf(await changesUntilNow(store, bells, from));
    const gone = new Set(removedBy(heard));
    const log = await logAfter(store, 's', from.entry);
    expect(heard.filter((entry) => !gone.has(entry.id))).toEqual(log);
    expect(idsOf(heard)).toHaveLength(log.length + gone.size);
  });

  it('answers a repeat with what was added, and removes nothing again', async ({ store }) => {
    await store.create(newSession());
    const old = await append(store, 's', says('one'), agentStep('a'), answers('two'));
    const { end } = await sessionNow(store);
    const write: Append = {
      sessionId: 's',
      steps: [says('1'), agentStep('a'), answers('2')],
      remove: idsOf(old.toReversed()),
      ifEnd: end,
      once: once('k'),
    };
    const first = await store.append(write);
    expect(textsOf(first.entries)).toEqual(['1', 'null > a', '2']);
    expect(await store.append(write)).toEqual(first);
    await append(store, 's', says('3'));
    expect((await store.append(write)).entries).toEqual(first.entries);
    expect(textsOf(await itemsOf(store))).toEqual(['1', 'null > a', '2', '3']);
  });

  it('leaves the key free when what is to go is not the end', async ({ store }) => {
    await store.create(newSession());
    const [first] = await append(store, 's', says('one'), says('two'));
    const write = { sessionId: 's', steps: [], remove: first ? [first.id] : [], once: once('k', 'a') };
    await expectCode(store.append(write), 'CONFLICT');
    await store.append({ sessionId: 's', steps: [says('three')], once: once('k', 'b') });
    expect(await itemsOf(store)).toHaveLength(3);
  });
}
