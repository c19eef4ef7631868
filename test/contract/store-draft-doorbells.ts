import { expect, vi } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { agentStep, answers, draftText, newDraft, newSession, once, says, upTo } from '../support/samples.ts';
import { changed, changesOf, changesUntilNow, modelOf } from './session-model.ts';
import { append, momentNow, sessionNow, type StoreTest } from './store-under-test.ts';

/** A session `s` whose drafts `d` (with a text) and `e` are open. */
async function begin(store: SessionStore): Promise<void> {
  await store.create(newSession());
  await store.startDraft(newDraft({ agent: 'guide' }, { once: once('k') }));
  await store.startDraft(newDraft({ id: 'e' }));
  await store.appendToDraft(draftText('Hi'));
}

export function draftDoorbells(it: StoreTest): void {
  it('ring with a draft that was started, and with each text that was added', async ({ store, subject }) => {
    await store.create(newSession());
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    const draft = await store.startDraft(newDraft({ agent: 'a "b"\n\t' }));
    await store.appendToDraft(draftText('a\u0000\n\t😀'));
    await store.appendToDraft(draftText('why', { channel: 'REASONING' }));
    await store.appendToDraft(draftText('\t😀\u2028"\\', { offset: 3 }));
    await vi.waitFor(() => expect(bells).toHaveLength(4));
    const appended = { kind: 'draftAppended', draftId: 'd' };
    expect(await changesUntilNow(store, bells, from)).toEqual([
      { kind: 'draftStarted', draft },
      { ...appended, channel: 'TEXT', offset: 0, text: 'a\u0000\n\t😀' },
      { ...appended, channel: 'REASONING', offset: 0, text: 'why' },
      { ...appended, channel: 'TEXT', offset: 6, text: '\u2028"\\' },
    ]);
  });

  it('ring with the entry that finishes a draft, which says so by itself', async ({ store, subject }) => {
    await begin(store);
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    const steps = [agentStep('guide'), answers('Hi')];
    const { entries } = await store.append({ sessionId: 's', steps, draft: { id: 'd', step: 1 } });
    await vi.waitFor(() => expect(bells).toHaveLength(1));
    const changes = entries.map((entry) => ({ kind: 'entry', entry }));
    expect(await changesUntilNow(store, bells, from)).toStrictEqual(changes);
  });

  it('ring with the end of a draft that becomes no item', async ({ store, subject }) => {
    await begin(store);
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    await store.append({ sessionId: 's', steps: [], draft: { id: 'd' } });
    await vi.waitFor(() => expect(bells).toHaveLength(1));
    const { entries } = await store.append({ sessionId: 's', steps: [answers('Hi')], draft: { id: 'e' } });
    await vi.waitFor(() => expect(bells).toHaveLength(2));
    const [first, ...others] = await changesUntilNow(store, bells, from);
    expect(first).toEqual({ kind: 'draftEnded', draftId: 'd' });
    expect(others).toHaveLength(2);
    expect(others).toContainEqual({ kind: 'entry', entry: entries[0] });
    expect(others).toContainEqual({ kind: 'draftEnded', draftId: 'e' });
  });

  it('ring with the end of every draft that a clear drops', async ({ store, subject }) => {
    await begin(store);
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    const { end: id, updatedAt: at } = await store.clear({ sessionId: 's' });
    await vi.waitFor(() => expect(bells).toHaveLength(1));
    const changes = await changesUntilNow(store, bells, from);
    expect(changes).toHaveLength(3);
    for (const draftId of ['d', 'e']) expect(changes).toContainEqual({ kind: 'draftEnded', draftId });
    expect(changes).toContainEqual({ kind: 'entry', entry: { kind: 'cleared', id, prev: from.entry, at } });
  });

  it('never ring for what was refused, repeated, or changed nothing', async ({ store, subject }) => {
    await begin(store);
    const from = await momentNow(store);
    const { end } = await sessionNow(store);
    const bells = await subject.heard('s');
    await store.startDraft(newDraft({}, { once: once('k') }));
    await store.appendToDraft(draftText('Hi'));
    for (const refused of [
      store.startDraft(newDraft({ id: 'x' }, { most: 2 })),
      store.appendToDraft(draftText('Ho')),
      store.appendToDraft(draftText('!', { offset: 3 })),
      store.appendToDraft(draftText('!', { offset: 2, mostBytes: 2 })),
      store.append({ sessionId: 's', steps: [says('x')], draft: { id: 'x' } }),
      store.append({ sessionId: 's', steps: [], draft: { id: 'd' }, ifAgent: 'x' }),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: expect.any(String) });
    }
    await store.append({ sessionId: 's', steps: [], ifEnd: end });
    await store.appendToDraft(draftText('!', { offset: 2 }));
    await vi.waitFor(() => expect(bells).not.toHaveLength(0));
    expect(await changesUntilNow(store, bells, from)).toHaveLength(1);
  });

  it('lead whoever makes their changes to what the store says', async ({ store, subject }) => {
    await begin(store);
    await append(store, 's', says('one'), agentStep('scribe'));
    const [from, model] = [await momentNow(store), await modelOf(store)];
    const bells = await subject.heard('s');
    const writes = [
      () => append(store, 's', says('two'), agentStep('guide')),
      () => store.startDraft(newDraft({ id: 'f', role: 'USER' })),
      () => store.appendToDraft(draftText(' there', { offset: 2 })),
      () => store.appendToDraft(draftText('re! 😀', { offset: 6 })),
      () => store.update({ sessionId: 's', title: 'Plans' }),
      () => store.appendToDraft(draftText('hm', { draftId: 'f', channel: 'REASONING' })),
      () => store.append({ sessionId: 's', steps: [answers('Hi there')], draft: { id: 'd', step: 0 } }),
      () => store.pop({ sessionId: 's' }),
      () => store.append({ sessionId: 's', steps: [says('no')], draft: { id: 'e' } }),
      () => store.startDraft(newDraft({ id: 'g' })),
      () => store.clear({ sessionId: 's' }),
      () => store.startDraft(newDraft({ id: 'h' })),
      () => store.appendToDraft(draftText('anew', { draftId: 'h' })),
    ];
    for (const [n, write] of writes.entries()) {
      await write();
      await vi.waitFor(() => expect(bells).toHaveLength(n + 1));
      const changes = await changesUntilNow(store, bells, from);
      expect(changed(model, changes)).toEqual(await modelOf(store));
    }
  });

  it('name for many writers at once a chain without a gap', async ({ store, subject }) => {
    await store.create(newSession());
    const [from, model] = [await momentNow(store), await modelOf(store)];
    const bells = await subject.heard('s');
    const writing = upTo(8).map(async (n) => {
      const draftId = `d${n}`;
      await store.startDraft(newDraft({ id: draftId }));
      for (const offset of upTo(3)) await store.appendToDraft(draftText(`${n}`, { draftId, offset }));
      await append(store, 's', says(`${n}`));
      await store.append({ sessionId: 's', steps: [answers(`${n}`)], draft: { id: draftId, step: 0 } });
    });
    await Promise.all(writing);
    await vi.waitFor(() => expect(bells).toHaveLength(8 * 6));
    expect(changed(model, changesOf(bells, from))).toEqual(await modelOf(store));
  });
}
