import { expect } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { answers, draftText, newDraft, newSession, once, says } from '../support/samples.ts';
import { append, at, draftsNow, logOf, momentNow, sessionNow, type StoreTest } from './store-under-test.ts';

/** Tries a write that must be refused. */
async function refused(write: Promise<unknown>): Promise<void> {
  await expect(write).rejects.toMatchObject({ code: expect.stringMatching(/^(CONFLICT|NOT_FOUND)$/) });
}

/** Writes after each of which the drafts are others, in this order. */
const CHANGES: readonly ((store: SessionStore) => Promise<unknown>)[] = [
  (store) => store.startDraft(newDraft({}, { once: once('k') })),
  (store) => store.appendToDraft(draftText('one')),
  (store) => store.appendToDraft(draftText('ne two', { offset: 1 })),
  (store) => store.appendToDraft(draftText('why', { channel: 'REASONING' })),
  (store) => store.startDraft(newDraft({ id: 'e' })),
  (store) => store.startDraft(newDraft({ id: 'f' })),
  (store) => store.append({ sessionId: 's', steps: [answers('one two')], draft: { id: 'd', step: 0 } }),
  (store) => store.append({ sessionId: 's', steps: [], draft: { id: 'e' } }),
  (store) => store.clear({ sessionId: 's' }),
  (store) => store.startDraft(newDraft({ id: 'g' })),
];

/** Calls that leave the drafts as they are, while `d` has the text `one` and `e` is open. */
const OTHERS: readonly ((store: SessionStore) => Promise<unknown>)[] = [
  (store) => append(store, 's', says('hello')),
  (store) => store.update({ sessionId: 's', title: 'Plans' }),
  (store) => store.pop({ sessionId: 's' }),
  (store) => store.append({ sessionId: 's', steps: [] }),
  (store) => store.appendToDraft(draftText('one')),
  (store) => store.appendToDraft(draftText('ne', { offset: 1 })),
  (store) => store.startDraft(newDraft({}, { once: once('k') })),
  (store) => refused(store.appendToDraft(draftText('x'))),
  (store) => refused(store.appendToDraft(draftText('x', { offset: 4 }))),
  (store) => refused(store.startDraft(newDraft({ id: 'x' }, { most: 2 }))),
  (store) => refused(store.append({ sessionId: 's', steps: [], draft: { id: 'x' } })),
  (store) => refused(store.append({ sessionId: 's', steps: [], draft: { id: 'd' }, ifAgent: 'x' })),
  (store) => store.get('s'),
  (store) => store.read('s', null, 10),
];

export function readingDrafts(it: StoreTest): void {
  it('gives the drafts with a read that reaches the end, and with no other', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'), says('b'));
    await store.startDraft(newDraft({ agent: 'guide' }));
    await store.appendToDraft(draftText('Hi\u0000😀'));
    await store.appendToDraft(draftText('why', { channel: 'REASONING' }));
    const drafts = await draftsNow(store);
    expect(drafts.open).toMatchObject([{ id: 'd', agent: 'guide', text: 'Hi\u0000😀', reasoning: 'why' }]);
    const log = await logOf(store);
    expect(log).toHaveLength(3);
    for (const limit of [1, 2]) expect(await store.read('s', null, limit)).toMatchObject({ drafts: null });
    expect(await store.read('s', null, 3)).toMatchObject({ entries: log, drafts });
    expect(await store.read('s', at(log, 0).id, 1)).toMatchObject({ drafts: null });
    expect(await store.read('s', at(log, 1).id, 1)).toMatchObject({ entries: log.slice(2), drafts });
    expect(await store.read('s', at(log, 2).id, 1)).toMatchObject({ entries: [], drafts });
  });

  it('gives no drafts with a read that stops at its bytes, nor where the place is not known', async ({
    store,
  }) => {
    const old = await store.create(newSession());
    await store.delete({ sessionId: 's' });
    await store.create(newSession());
    const large = says('x'.repeat(60 * 1024));
    await append(store, 's', large, large, says('last'));
    await store.startDraft(newDraft());
    expect(await store.read('s', null, 100)).toMatchObject({ drafts: null });
    const expired = await store.read('s', old.born, 100);
    expect(expired).toMatchObject({ state: 'expired' });
    expect(expired && 'drafts' in expired).toBe(false);
  });

  it('gives in a session without drafts that there are none', async ({ store }) => {
    const { end } = await store.create(newSession());
    const none = { revision: '', open: [] };
    expect(await store.read('s', null, 10)).toMatchObject({ drafts: none });
    expect(await store.read('s', end, 10)).toMatchObject({ drafts: none });
  });

  it('has another revision after each change of the drafts, which `ends` names too', async ({ store }) => {
    await store.create(newSession());
    const revisions = [(await draftsNow(store)).revision];
    for (const change of CHANGES) {
      await change(store);
      const drafts = await draftsNow(store);
      expect(await store.read('s', null, 100)).toMatchObject({ drafts });
      const { end } = await sessionNow(store);
      expect(await store.ends(['s'])).toEqual([{ entry: end, drafts: drafts.revision }]);
      revisions.push(drafts.revision);
    }
    expect(new Set(revisions).size).toBe(CHANGES.length + 1);
    expect(revisions[0]).toBe('');
  });

  it('keeps its revision through all else', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('before'));
    await store.startDraft(newDraft({}, { once: once('k') }));
    await store.startDraft(newDraft({ id: 'e' }));
    await store.appendToDraft(draftText('one'));
    const drafts = await draftsNow(store);
    for (const other of OTHERS) {
      await other(store);
      expect(await draftsNow(store)).toEqual(drafts);
    }
  });

  it('keeps its revision when a clear meets no drafts', async ({ store }) => {
    await store.create(newSession());
    await store.clear({ sessionId: 's' });
    expect(await draftsNow(store)).toEqual({ revision: '', open: [] });
    await store.startDraft(newDraft());
    await store.append({ sessionId: 's', steps: [], draft: { id: 'd' } });
    const drafts = await draftsNow(store);
    await store.clear({ sessionId: 's' });
    expect(await draftsNow(store)).toEqual(drafts);
  });

  it('gives each state a moment of its own, and one state always the same', async ({ store }) => {
    await store.create(newSession());
    const seen = new Set([JSON.stringify(await momentNow(store))]);
    let states = 1;
    const writes = [
      ...CHANGES,
      (own: SessionStore) => append(own, 's', says('hello')),
      (own: SessionStore) => own.update({ sessionId: 's', title: 'Plans' }),
      (own: SessionStore) => own.pop({ sessionId: 's' }),
      (own: SessionStore) => own.delete({ sessionId: 's' }).then(() => own.create(newSession())),
      ...CHANGES,
    ];
    for (const write of writes) {
      await write(store);
      const moment = JSON.stringify(await momentNow(store));
      expect(JSON.stringify(await momentNow(store))).toBe(moment);
      seen.add(moment);
      states++;
    }
    expect(seen.size).toBe(states);
  });
}
