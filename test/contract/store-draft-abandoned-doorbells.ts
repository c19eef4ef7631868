import { expect, vi } from 'vitest';
import { newSession, says } from '../support/samples.ts';
import { changed, changesUntilNow, entriesOf, modelOf } from './session-model.ts';
import { beginWith, DRAFT_IDLE_MS } from './store-draft-abandoned-items.ts';
import { append, logAfter, momentNow, type StoreTest } from './store-under-test.ts';

export function abandonedDoorbells(it: StoreTest): void {
  it('ring with the items of what was left, and with the end of what was dropped', async ({
    store,
    subject,
  }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    await beginWith(store, { text: 'Hello', reasoning: 'why' }, { agent: 'guide' });
    await beginWith(store, { text: ' ', reasoning: 'hm' }, { id: 'e' });
    await beginWith(store, {}, { id: 'f' });
    const [from, model] = [await momentNow(store), await modelOf(store)];
    const bells = await subject.heard('s');
    await subject.elapse(DRAFT_IDLE_MS);
    await store.get('s');
    const changes = await vi.waitFor(() => changesUntilNow(store, bells, from));
    expect(changed(model, changes)).toEqual(await modelOf(store));
    expect(entriesOf(changes)).toStrictEqual(await logAfter(store, 's', from.entry));
    const others = changes.filter((change) => change.kind !== 'entry');
    expect(others).toEqual(['e', 'f'].map((draftId) => ({ kind: 'draftEnded', draftId })));
  });

  it('lead on to those of the write that met the draft', async ({ store, subject }) => {
    await store.create(newSession());
    await beginWith(store, { text: 'Hello' });
    const [from, model] = [await momentNow(store), await modelOf(store)];
    const bells = await subject.heard('s');
    await subject.elapse(DRAFT_IDLE_MS);
    await append(store, 's', says('more'));
    const changes = await vi.waitFor(() => changesUntilNow(store, bells, from));
    expect(entriesOf(changes)).toHaveLength(2);
    expect(changed(model, changes)).toEqual(await modelOf(store));
  });

  it("ring the owner's list", async ({ store, subject }) => {
    await store.create(newSession());
    await beginWith(store, { text: 'Hello' });
    const bells = await subject.heardList('ada');
    await subject.elapse(DRAFT_IDLE_MS);
    await store.get('s');
    await vi.waitFor(() => expect(bells).toEqual([{ sessionId: 's' }]));
  });
}
