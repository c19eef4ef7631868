import { expect } from 'vitest';
import type { Append, AppendStep } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  draftText,
  itemStep,
  messageItem,
  newDraft,
  newSession,
  once,
  plainItem,
  rawsOf,
  says,
} from '../support/samples.ts';
import { beginDraft } from './store-draft-end.ts';
import { at, draftsNow, expectCode, itemsOf, logOf, type StoreTest } from './store-under-test.ts';

const ONCE = { sessionId: 's', once: once('k') };
const STEPS = [agentStep('guide'), itemStep(plainItem('{"type":"reasoning"}')), answers('Hi😀')];
const WRITE: Append = { ...ONCE, steps: STEPS, draft: { id: 'd', step: 2 } };

/** A step that a repeat cannot bring again. */
function remembered(raw: string): AppendStep {
  const item = messageItem('ASSISTANT', '', { raw, metadata: '{"a":"\\u0000"}' });
  return { kind: 'item', item, remembered: true };
}

/** The step as a repeat brings it, which no longer knows the text. */
function forgotten(step: AppendStep, raw = ''): AppendStep {
  return step.kind === 'item' ? { ...step, item: { ...step.item, raw } } : step;
}

export function endingDraftsOnce(it: StoreTest): void {
  it('answers a repeat with the first entries, and their draft, though it is gone', async ({ store }) => {
    await beginDraft(store);
    const first = await store.append(WRITE);
    expect(first.entries.map((entry) => entry.finishesDraft)).toEqual([undefined, undefined, 'd']);
    expect(await store.append(WRITE)).toStrictEqual(first);
    expect(await itemsOf(store)).toHaveLength(4);
    await store.clear({ sessionId: 's' });
    expect((await store.append(WRITE)).entries).toStrictEqual(first.entries);
  });

  it('recalls the entries with their draft', async ({ store }) => {
    await beginDraft(store);
    const { entries } = await store.append(WRITE);
    expect((await store.recall(ONCE))?.entries(STEPS)).toStrictEqual(entries);
  });

  it('answers a repeat when only the draft went, and takes no other draft', async ({ store }) => {
    await beginDraft(store);
    const write: Append = { ...ONCE, steps: [], draft: { id: 'd' } };
    const first = await store.append(write);
    await store.startDraft(newDraft({ id: 'e' }));
    expect(await store.append(write)).toEqual(first);
    expect((await draftsNow(store)).open).toMatchObject([{ id: 'e' }]);
    expect((await store.recall(ONCE))?.entries([])).toEqual([]);
  });

  it('leaves the key free when the draft was written to, or is not open', async ({ store }) => {
    await beginDraft(store);
    const moved = { id: 'd', step: 2, ifLengths: { text: 0, reasoning: 0 } };
    await expectCode(store.append({ ...WRITE, draft: moved, once: once('k', 'a') }), 'CONFLICT');
    await expectCode(store.append({ ...WRITE, draft: { id: 'none' }, once: once('k', 'b') }), 'NOT_FOUND');
    expect((await store.append({ ...WRITE, once: once('k', 'c') })).entries).toHaveLength(3);
  });

  it('refuses a key with another digest, and leaves the draft open', async ({ store }) => {
    await beginDraft(store);
    await store.append({ ...ONCE, steps: [says('two')] });
    await expectCode(store.append({ ...WRITE, once: once('k', 'other') }), 'CONFLICT');
    expect((await draftsNow(store)).open).toMatchObject([{ id: 'd', text: 'Hi😀' }]);
  });

  it('gives remembered texts back to a repeat that cannot bring them', async ({ store }) => {
    await beginDraft(store);
    const texts = ['{"t":"a\\u0000\\n\\t\\"b"}', `{"t":"\u2028 😀 ${'é'.repeat(5_000)}"}`];
    const steps = [remembered(texts[0] ?? ''), agentStep('guide'), says('own'), remembered(texts[1] ?? '')];
    const write: Append = { ...WRITE, steps, draft: { id: 'd', step: 3 } };
    const first = await store.append(write);
    expect(rawsOf(first.entries).filter((raw) => texts.includes(raw))).toEqual(texts);
    for (const raw of ['', '{"t":"other"}']) {
      const repeat = steps.map((step) => ('remembered' in step ? forgotten(step, raw) : step));
      expect(await store.append({ ...write, steps: repeat })).toStrictEqual(first);
      expect((await store.recall(ONCE))?.entries(repeat)).toStrictEqual(first.entries);
    }
    expect((await itemsOf(store)).slice(1)).toStrictEqual(first.entries);
  });

  it('recalls entries that are all remembered, or hand-offs, without any steps', async ({ store }) => {
    await beginDraft(store);
    const steps = [agentStep('guide'), remembered('{"t":"one"}'), remembered('{"t":"two"}')];
    const { entries } = await store.append({ ...WRITE, steps });
    expect((await store.recall(ONCE))?.entries([])).toStrictEqual(entries);
    await store.clear({ sessionId: 's' });
    expect((await store.recall(ONCE))?.entries([])).toStrictEqual(entries);
  });

  it('remembers nothing that a repeat brings itself', async ({ store }) => {
    await beginDraft(store);
    const steps = [remembered('{"t":"one"}'), answers('two')];
    await store.append({ ...WRITE, steps, draft: { id: 'd', step: 1 } });
    const repeat = [remembered('{"t":"1"}'), answers('2')];
    const entries = (await store.recall(ONCE))?.entries(repeat) ?? [];
    expect(rawsOf(entries)).toEqual(['{"t":"one"}', rawsOf([at(entries, 1)])[0]]);
    expect(at(entries, 1).item.raw).toContain('2');
  });

  it('keeps the draft of a popped entry in the answer to the pop', async ({ store }) => {
    await beginDraft(store);
    const { entries } = await store.append(WRITE);
    const write = { sessionId: 's', once: once('pop') };
    expect((await store.pop(write)).entry).toStrictEqual(at(entries, 2));
    expect((await store.pop(write)).entry).toStrictEqual(at(entries, 2));
    await expectCode(store.appendToDraft(draftText('x', { offset: 4 })), 'NOT_FOUND');
    expect(await logOf(store)).toHaveLength(5);
  });

  it('is not confused by the key of another session', async ({ store }) => {
    await beginDraft(store);
    await store.create(newSession({ id: 'other' }));
    await store.startDraft(newDraft({ id: 'e' }, { sessionId: 'other', once: once('k') }));
    expect((await store.append(WRITE)).entries).toHaveLength(3);
    expect((await draftsNow(store, 'other')).open).toHaveLength(1);
  });
}
