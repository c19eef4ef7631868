import { expect } from 'vitest';
import {
  agentStep,
  answers,
  idsOf,
  itemStep,
  kindsOf,
  messageItem,
  newSession,
  says,
  upTo,
} from '../support/samples.ts';
import { append, at, logAfter, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

export function reading(it: StoreTest): void {
  it('gives every kind of entry, oldest first', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'), agentStep('guide'), answers('b'));
    await store.update({ sessionId: 's', title: 'Plans' });
    await store.pop({ sessionId: 's' });
    const kinds = kindsOf(await logOf(store));
    expect(kinds).toEqual(['created', 'item', 'item', 'updated', 'removed']);
  });

  it('says where the log was born and where it ends', async ({ store }) => {
    const { born } = await store.create(newSession());
    await append(store, 's', says('a'), says('b'));
    const { end } = await sessionNow(store);
    expect(await store.read('s', null, 1)).toMatchObject({ state: 'ok', born, end });
    expect(await store.read('s', end, 10)).toEqual({
      state: 'ok',
      born,
      end,
      entries: [],
      drafts: { revision: '', open: [] },
    });
    await store.clear({ sessionId: 's' });
    expect(await store.read('s', null, 1)).toMatchObject({ born, end: (await sessionNow(store)).end });
  });

  it('gives the same entries that the write answered with', async ({ store }) => {
    const { end } = await store.create(newSession());
    const entries = await append(store, 's', says('a'), agentStep('guide'), answers('b'));
    expect(await logAfter(store, 's', end)).toEqual(entries);
  });

  it('gives at most as many as asked for, and goes on from there', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', ...upTo(9).map((n) => says(`${n}`)));
    const log = await logOf(store);
    const first = await store.read('s', null, 4);
    expect(first).toMatchObject({ state: 'ok', end: at(log, -1).id, entries: log.slice(0, 4) });
    const second = await store.read('s', at(log, 3).id, 4);
    expect(second).toMatchObject({ state: 'ok', end: at(log, -1).id, entries: log.slice(4, 8) });
    const third = await store.read('s', at(log, 7).id, 4);
    expect(third).toMatchObject({ state: 'ok', end: at(log, -1).id, entries: log.slice(8) });
  });

  it('gives fewer than asked for when they pass 96 KiB, and goes on from there', async ({ store }) => {
    await store.create(newSession());
    // With its metadata a quarter of that, in UTF-8.
    const { length } = messageItem('USER', '').raw + '{}';
    const quarter = says('é'.repeat((24 * 1024 - length) / 2));
    await append(store, 's', ...upTo(10).map(() => quarter));
    const log = await logOf(store);
    const first = await store.read('s', null, 100);
    expect(first).toMatchObject({ state: 'ok', entries: log.slice(0, 6), end: at(log, -1).id });
    const second = await store.read('s', at(log, 5).id, 2);
    expect(second).toMatchObject({ state: 'ok', entries: log.slice(6, 8) });
  });

  it('counts the metadata of items to that, and gives one entry however large', async ({ store }) => {
    const { end } = await store.create(newSession());
    const metadata = JSON.stringify({ text: 'x'.repeat(70 * 1024) });
    const large = itemStep(messageItem('USER', 'y'.repeat(2 * 1024 * 1024)));
    const annotated = itemStep(messageItem('USER', 'z', { metadata }));
    const entries = await append(store, 's', large, annotated, annotated, annotated);
    expect(await store.read('s', end, 100)).toMatchObject({ entries: entries.slice(0, 1) });
    const after = await store.read('s', at(entries, 0).id, 100);
    expect(after).toMatchObject({ state: 'ok', entries: entries.slice(1, 3) });
  });

  it('names in each entry the one that was last when it was written, removed or not', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('a'), says('b'));
    await store.pop({ sessionId: 's' });
    await append(store, 's', says('c'));
    const log = await logOf(store);
    expect(kindsOf(log)).toEqual(['created', 'item', 'removed', 'item']);
    const prevs = log.map((entry) => entry.prev);
    expect(prevs).toEqual([null, at(log, 0).id, at(entries, 1).id, at(log, 2).id]);
  });

  it('gives no two entries the same identity, and one write one time', async ({ store }) => {
    await store.create(newSession());
    for (const n of upTo(20)) await append(store, 's', says(`${n}`), answers(`${n}`));
    const log = await logOf(store);
    expect(new Set(idsOf(log)).size).toBe(41);
    const times = log.map((entry) => entry.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('reads a long log in parts without a gap or a repeat', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', ...upTo(1500).map((n) => says(`${n}`)));
    const log = await logOf(store);
    const parts = [];
    let after = null;
    for (;;) {
      const read = await store.read('s', after, 400);
      if (read?.state !== 'ok' || read.entries.length === 0) break;
      parts.push(...read.entries);
      after = at(read.entries, -1).id;
    }
    expect(parts).toEqual(log);
  });

  it('answers null when the session does not exist', async ({ store }) => {
    const { end } = await store.create(newSession());
    expect(await store.read('none', null, 10)).toBeNull();
    expect(await store.read('none', end, 10)).toBeNull();
  });
}
