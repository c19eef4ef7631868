import { expect } from 'vitest';
import { DraftMovedError } from '../../src/core/errors.ts';
import type { SessionStore } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  draftText,
  idsOf,
  itemStep,
  newDraft,
  newSession,
  once,
  plainItem,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import {
  append,
  at,
  draftsNow,
  expectCode,
  itemsOf,
  logAfter,
  logOf,
  sessionNow,
  type StoreTest,
} from './store-under-test.ts';

/** Session `s` with a message and the draft `d`, in which both channels have text: 4 and 5 UTF-16 units. */
export async function beginDraft(store: SessionStore): Promise<void> {
  await store.create(newSession());
  await append(store, 's', says('one'));
  await store.startDraft(newDraft());
  await store.appendToDraft(draftText('Hi😀'));
  await store.appendToDraft(draftText('think', { channel: 'REASONING' }));
}

const THOUGHT = itemStep(plainItem('{"type":"reasoning"}'));

export function endingDrafts(it: StoreTest): void {
  it('names the draft in the entry of the step that finishes it, and in no other', async ({ store }) => {
    await beginDraft(store);
    const { end } = await sessionNow(store);
    const steps = [agentStep('guide'), THOUGHT, answers('Hi😀'), says('thanks')];
    const { entries, session } = await store.append({ sessionId: 's', steps, draft: { id: 'd', step: 2 } });
    expect(entries.map((entry) => entry.finishesDraft)).toEqual([undefined, undefined, 'd', undefined]);
    expect(entries.map((entry) => 'finishesDraft' in entry)).toEqual([false, false, true, false]);
    expect(await logAfter(store, 's', end)).toStrictEqual(entries);
    expect((await itemsOf(store)).slice(1)).toStrictEqual(entries);
    for (const entry of entries) expect(await store.item('s', entry.id)).toStrictEqual(entry);
    expect(session).toEqual(await sessionNow(store));
    expect(session).toMatchObject({ itemCount: 5, messageCount: 3, currentAgent: 'guide' });
    expect(await draftsNow(store)).toMatchObject({ open: [] });
  });

  it('counts the steps, not the entries that they make', async ({ store }) => {
    await beginDraft(store);
    await append(store, 's', agentStep('guide'));
    const steps = [agentStep('guide'), answers('Hi'), answers('again')];
    const { entries } = await store.append({ sessionId: 's', steps, draft: { id: 'd', step: 1 } });
    expect(entries.map((entry) => entry.finishesDraft)).toEqual(['d', undefined]);
  });

  it('lets a draft become no item, though others are added', async ({ store }) => {
    await beginDraft(store);
    const { entries } = await store.append({ sessionId: 's', steps: [answers('no')], draft: { id: 'd' } });
    expect('finishesDraft' in at(entries, 0)).toBe(false);
    expect(await logOf(store)).toHaveLength(3);
    expect(await draftsNow(store)).toMatchObject({ open: [] });
  });

  it('takes the draft alone when there are no steps, or they change nothing', async ({ store, subject }) => {
    await beginDraft(store);
    await append(store, 's', agentStep('guide'));
    await store.startDraft(newDraft({ id: 'e' }));
    const before = [await sessionNow(store), await logOf(store)];
    await subject.elapse(5);
    for (const [id, steps] of [
      ['d', []],
      ['e', [agentStep('guide')]],
    ] as const) {
      const { entries, session } = await store.append({ sessionId: 's', steps, draft: { id } });
      expect(entries).toEqual([]);
      expect(session).toEqual(before[0]);
      expect(idsOf((await draftsNow(store)).open)).not.toContain(id);
    }
    expect([await sessionNow(store), await logOf(store)]).toEqual(before);
  });

  it('leaves the other drafts open', async ({ store }) => {
    await beginDraft(store);
    await store.startDraft(newDraft({ id: 'e' }));
    await store.appendToDraft(draftText('two', { draftId: 'e' }));
    await store.append({ sessionId: 's', steps: [answers('Hi')], draft: { id: 'd', step: 0 } });
    expect((await draftsNow(store)).open).toMatchObject([{ id: 'e', text: 'two', reasoning: '' }]);
    await store.appendToDraft(draftText('!', { draftId: 'e', offset: 3 }));
    expect((await draftsNow(store)).open).toMatchObject([{ text: 'two!' }]);
  });

  it('refuses when the draft has other lengths, and writes nothing', async ({ store }) => {
    await beginDraft(store);
    const before = [await sessionNow(store), await logOf(store), await draftsNow(store)];
    const write = { sessionId: 's', steps: [answers('Hi')], once: once('k', 'a') };
    for (const ifLengths of [
      { text: 3, reasoning: 5 },
      { text: 6, reasoning: 5 },
      { text: 4, reasoning: 0 },
      { text: 5, reasoning: 4 },
    ]) {
      const ending = store.append({ ...write, draft: { id: 'd', step: 0, ifLengths } });
      await expect(ending).rejects.toBeInstanceOf(DraftMovedError);
    }
    expect([await sessionNow(store), await logOf(store), await draftsNow(store)]).toEqual(before);
    const ifLengths = { text: 4, reasoning: 5 };
    await store.append({ ...write, draft: { id: 'd', step: 0, ifLengths }, once: once('k', 'b') });
    expect(textsOf(await itemsOf(store))).toEqual(['one', 'Hi']);
  });

  it('ends an empty draft that is still empty', async ({ store }) => {
    await store.create(newSession());
    await store.startDraft(newDraft());
    const draft = { id: 'd', ifLengths: { text: 0, reasoning: 0 } };
    await store.append({ sessionId: 's', steps: [], draft });
    expect((await draftsNow(store)).open).toEqual([]);
  });

  it('reports a draft that is not open, and writes nothing', async ({ store }) => {
    await beginDraft(store);
    await store.create(newSession({ id: 'other' }));
    await store.startDraft(newDraft({ id: 'e' }, { sessionId: 'other' }));
    const end = (id: string): Promise<unknown> =>
      store.append({ sessionId: 's', steps: [agentStep('a'), answers('late')], draft: { id, step: 1 } });
    await store.append({ sessionId: 's', steps: [answers('Hi')], draft: { id: 'd', step: 0 } });
    const before = [await sessionNow(store), await logOf(store), await draftsNow(store)];
    for (const id of ['d', 'e', 'none']) await expectCode(end(id), 'NOT_FOUND');
    await expectCode(store.append({ sessionId: 's', steps: [], draft: { id: 'd' } }), 'NOT_FOUND');
    expect([await sessionNow(store), await logOf(store), await draftsNow(store)]).toEqual(before);
    expect((await draftsNow(store, 'other')).open).toHaveLength(1);
    await expectCode(store.appendToDraft(draftText('more', { offset: 4 })), 'NOT_FOUND');
  });

  it('leaves the draft open when a condition refuses the write, or the owner', async ({ store }) => {
    await store.create(newSession());
    const { end } = await sessionNow(store);
    await append(store, 's', says('one'));
    await store.startDraft(newDraft());
    const before = [await sessionNow(store), await logOf(store), await draftsNow(store)];
    const write = { sessionId: 's', steps: [answers('Hi')], draft: { id: 'd', step: 0 } };
    await expectCode(store.append({ ...write, ifEnd: end }), 'CONFLICT');
    await expectCode(store.append({ ...write, ifAgent: 'guide' }), 'CONFLICT');
    await expectCode(store.append({ ...write, owner: 'bob' }), 'NOT_FOUND');
    expect([await sessionNow(store), await logOf(store), await draftsNow(store)]).toEqual(before);
  });

  it('does not move the end that a condition is held against when only the draft goes', async ({ store }) => {
    await beginDraft(store);
    const { end } = await sessionNow(store);
    await store.append({ sessionId: 's', steps: [], draft: { id: 'd' }, ifEnd: end });
    await store.append({ sessionId: 's', steps: [says('two')], ifEnd: end });
    expect(textsOf(await itemsOf(store))).toEqual(['one', 'two']);
  });

  it('removes entries and ends a draft in one write', async ({ store }) => {
    await beginDraft(store);
    const [one] = await itemsOf(store);
    const { end } = await sessionNow(store);
    const remove = one ? [one.id] : [];
    const write = { sessionId: 's', steps: [says('1'), answers('Hi')], remove, ifEnd: end };
    const { entries } = await store.append({ ...write, draft: { id: 'd', step: 1 } });
    expect(entries.map((entry) => entry.finishesDraft)).toEqual([undefined, 'd']);
    expect(textsOf(await itemsOf(store))).toEqual(['1', 'Hi']);
  });

  it('lets one of many at once end it', async ({ store }) => {
    await beginDraft(store);
    const results = await Promise.allSettled(
      upTo(20).map((n) =>
        store.append({ sessionId: 's', steps: [answers(`${n}`)], draft: { id: 'd', step: 0 } }),
      ),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'NOT_FOUND' });
    expect(await itemsOf(store)).toHaveLength(2);
  });

  it('loses nothing that was written at once with an end that names the lengths', async ({ store }) => {
    await beginDraft(store);
    const writing = upTo(20).map((n) =>
      store.appendToDraft(draftText('!'.repeat(n + 1), { offset: 4 })).then(
        () => n + 1,
        () => 0,
      ),
    );
    const draft = { id: 'd', step: 0, ifLengths: { text: 4, reasoning: 5 } };
    const [ended] = await Promise.allSettled([
      store.append({ sessionId: 's', steps: [answers('Hi')], draft }),
      ...writing,
    ]);
    const longest = Math.max(...(await Promise.all(writing)));
    if (ended.status === 'fulfilled') expect(longest).toBe(0);
    else expect((await draftsNow(store)).open).toMatchObject([{ text: `Hi😀${'!'.repeat(longest)}` }]);
  });
}
