import { expect } from 'vitest';
import type { StartDraft, SessionStore } from '../../src/core/store.ts';
import {
  ABANDONED,
  agentStep,
  draftText,
  newDraft,
  newSession,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { append, draftsNow, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

/** Milliseconds: short enough to wait for, long enough for a slow machine to do something before they are over. */
export const DRAFT_IDLE_MS = 400;

/** Draft `d` of session `s` with these texts. */
export async function beginWith(
  store: SessionStore,
  texts: { readonly text?: string; readonly reasoning?: string },
  draft: Partial<StartDraft['draft']> = {},
): Promise<void> {
  const { id } = await store.startDraft(newDraft(draft));
  if (texts.text) await store.appendToDraft(draftText(texts.text, { draftId: id }));
  if (texts.reasoning)
    await store.appendToDraft(draftText(texts.reasoning, { draftId: id, channel: 'REASONING' }));
}

export function abandonedDrafts(it: StoreTest): void {
  it('makes items of the given form of what was written, to the letter', async ({ store, subject }) => {
    await store.create(newSession());
    const text = ' a\u0000"\\/\b\f\n\r\t\u001f\u007f\u2028\ufeff😀é ';
    const reasoning = `${text.toUpperCase()}</>`;
    const form = { ...ABANDONED, dialect: 'RESPONSES' } as const;
    await store.startDraft(newDraft({ role: 'DEVELOPER', agent: 'a\n"b"' }, { abandoned: form }));
    await store.appendToDraft(draftText(text.slice(0, 4)));
    await store.appendToDraft(draftText(text.slice(4), { offset: 4 }));
    await store.appendToDraft(draftText(reasoning, { channel: 'REASONING' }));
    await subject.elapse(DRAFT_IDLE_MS);
    const { end, updatedAt } = await sessionNow(store);
    const [thought, message, ...others] = await itemsOf(store);
    const item = { dialect: 'RESPONSES', agent: 'a\n"b"', metadata: '{}', derived: false } as const;
    const rest = { ...item, status: 'INTERRUPTED', toolName: null, handoff: false } as const;
    const { head, tail } = form.message;
    expect(message).toStrictEqual({
      id: end,
      prev: thought?.id,
      at: updatedAt,
      kind: 'item',
      item: { ...rest, role: 'DEVELOPER', raw: head + JSON.stringify(text) + tail },
      finishesDraft: 'd',
    });
    const raw = form.reasoning.head + JSON.stringify(reasoning) + form.reasoning.tail;
    expect(thought?.item).toStrictEqual({ ...rest, role: null, raw });
    expect(thought && 'finishesDraft' in thought).toBe(false);
    expect(others).toEqual([]);
    for (const entry of [thought, message]) expect(entry && (await store.item('s', entry.id))).toEqual(entry);
  });

  it("makes an assistant's agent the current one, with a hand-off if it was not", async ({
    store,
    subject,
  }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('scribe'));
    await beginWith(store, { text: 'one', reasoning: 'why' }, { agent: 'guide' });
    await subject.elapse(DRAFT_IDLE_MS);
    expect(await sessionNow(store)).toMatchObject({
      currentAgent: 'guide',
      agentsUsed: ['scribe', 'guide'],
      itemCount: 4,
      messageCount: 1,
    });
    await beginWith(store, { text: 'two' }, { id: 'e', agent: 'guide' });
    await subject.elapse(DRAFT_IDLE_MS);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 5, messageCount: 2 });
    const items = await itemsOf(store);
    expect(textsOf(items)).toEqual(['null > scribe', 'scribe > guide', 'why', 'one', 'two']);
    expect(items.map((entry) => entry.item.handoff)).toEqual([true, true, false, false, false]);
    expect(items.map((entry) => entry.item.agent)).toEqual(['scribe', ...upTo(4).map(() => 'guide')]);
    expect(items.map((entry) => entry.finishesDraft ?? '')).toEqual(['', '', '', 'd', 'e']);
  });

  it('lets the agent of any other draft only sign it, and the current one where there is none', async ({
    store,
    subject,
  }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('guide'));
    await beginWith(store, { text: 'one' }, { role: 'USER', agent: 'scribe' });
    await beginWith(store, { text: 'two', reasoning: 'why' }, { id: 'e' });
    await subject.elapse(DRAFT_IDLE_MS);
    expect(await sessionNow(store)).toMatchObject({ currentAgent: 'guide', agentsUsed: ['guide'] });
    const items = (await itemsOf(store)).slice(1);
    expect(textsOf(items)).toEqual(['one', 'why', 'two']);
    expect(items.map(({ item }) => [item.role, item.agent])).toEqual([
      ['USER', 'scribe'],
      [null, 'guide'],
      ['ASSISTANT', 'guide'],
    ]);
  });

  it('drops texts of nothing but white space, each for itself', async ({ store, subject }) => {
    await store.create(newSession());
    const blank = ' \t\n\v\f\r\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
    expect(blank.trim()).toBe('');
    await beginWith(store, { text: blank, reasoning: 'why' }, { agent: 'guide' });
    await beginWith(store, { text: 'said', reasoning: blank }, { id: 'e' });
    await beginWith(store, { text: `${blank}\u200b`, reasoning: '\u0000' }, { id: 'f' });
    await subject.elapse(DRAFT_IDLE_MS);
    await store.get('s');
    const items = await itemsOf(store);
    expect(textsOf(items)).toEqual(['null > guide', 'why', 'said', '\u0000', `${blank}\u200b`]);
    expect(items.map((entry) => entry.finishesDraft ?? '')).toEqual(['', '', 'e', '', 'f']);
    expect((await draftsNow(store)).open).toEqual([]);
  });

  it('writes no entry of a draft without a word', async ({ store, subject }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const before = [await sessionNow(store), await logOf(store)];
    await beginWith(store, {}, { agent: 'guide' });
    await beginWith(store, { text: ' \u3000', reasoning: '\n' }, { id: 'e', agent: 'guide' });
    const { revision } = await draftsNow(store);
    await subject.elapse(DRAFT_IDLE_MS);
    expect([await sessionNow(store), await logOf(store)]).toEqual(before);
    const after = await draftsNow(store);
    expect(after.open).toEqual([]);
    expect(after.revision).not.toBe(revision);
  });
}
