import { expect, vi } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { agentStep, answers, draftText, newDraft, newSession, once, says } from '../support/samples.ts';
import { append, fork, type StoreTest } from './store-under-test.ts';

/** Each changes the list of ada, in this order; then the session that it concerns. */
const CHANGES: readonly (readonly [string, string, (store: SessionStore) => Promise<unknown>])[] = [
  ['creation', 's', (store) => store.create(newSession())],
  ['append', 's', (store) => append(store, 's', says('one'), agentStep('guide'))],
  ['append of a hand-off', 's', (store) => append(store, 's', agentStep('scribe'))],
  ['update', 's', (store) => store.update({ sessionId: 's', title: 'Plans' })],
  ['fork', 'f', (store) => fork(store)],
  ['pop', 's', (store) => store.pop({ sessionId: 's' })],
  ['clear', 's', (store) => store.clear({ sessionId: 's' })],
  ['deletion', 's', (store) => store.delete({ sessionId: 's' })],
  ['creation under the id of another', 's', (store) => store.create(newSession())],
];

export function listDoorbells(it: StoreTest): void {
  it("ring the owner's list for every change, and nobody else's", async ({ store, subject }) => {
    await store.create(newSession({ id: 'other', userId: 'Ada' }));
    const bells = await subject.heardList('ada');
    const others = await Promise.all(['Ada', 'ada ', 'ad', 'bob', 's'].map((id) => subject.heardList(id)));
    const expected: { readonly sessionId: string }[] = [];
    for (const [what, sessionId, change] of CHANGES) {
      await change(store);
      expected.push({ sessionId });
      await vi.waitFor(() => expect([what, bells]).toEqual([what, expected]));
    }
    for (const other of others) expect(other).toEqual([]);
    await append(store, 'other', says('hello'));
    await vi.waitFor(() => expect(others[0]).toEqual([{ sessionId: 'other' }]));
    expect(bells).toHaveLength(CHANGES.length);
  });

  it('ring once for a fork or creation by key, whoever repeats it', async ({ store, subject }) => {
    const bells = await subject.heardList('ada');
    const write = newSession({ once: once('c') });
    await store.create(write);
    await store.create(write);
    await fork(store, { once: once('f') });
    await fork(store, { once: once('f') });
    await append(store, 's', says('one'));
    const expected = ['s', 'f', 's'].map((sessionId) => ({ sessionId }));
    await vi.waitFor(() => expect(bells).toEqual(expected));
  });

  it('never ring for drafts, nor for what changes nothing', async ({ store, subject }) => {
    await store.create(newSession());
    const written = { sessionId: 's', steps: [says('one')], once: once('k') };
    await store.append(written);
    const bells = await subject.heardList('ada');
    await store.startDraft(newDraft());
    await store.startDraft(newDraft({ id: 'e' }));
    await store.appendToDraft(draftText('Hi'));
    await store.append({ sessionId: 's', steps: [], draft: { id: 'e' } });
    await store.append(written);
    await append(store, 's');
    await store.create(newSession({ ifExists: 'RETURN' }));
    await store.delete({ sessionId: 's', owner: 'bob' });
    await store.append({ sessionId: 's', steps: [answers('Hi')], draft: { id: 'd', step: 0 } });
    await vi.waitFor(() => expect(bells).toEqual([{ sessionId: 's' }]));
  });

  it('name users to the letter', async ({ store, subject }) => {
    const users = ['ada', 'a b:"{}\\\n\u0000😀', 'ada*', 'ada?', '[a]da', 'ädä', 'a\u0308da\u0308'];
    const heard = await Promise.all(users.map((userId) => subject.heardList(userId)));
    for (const [n, userId] of users.entries()) await store.create(newSession({ id: `s${n}`, userId }));
    await vi.waitFor(() => expect(heard).toEqual(users.map((_, n) => [{ sessionId: `s${n}` }])));
  });

  it('can be missed: the signature of the list is another one after each change', async ({
    store,
    subject,
  }) => {
    const users = ['bob', 'ada', 'nobody', 'ada'];
    await store.create(newSession({ id: 'other', userId: 'bob' }));
    const seen = new Set<string | undefined>();
    const first = await store.listSignatures(users);
    expect(first).toHaveLength(4);
    seen.add(first[1]);
    for (const [, , change] of CHANGES) {
      await change(store);
      const signatures = await store.listSignatures(users);
      const [bob, ada, nobody, again] = signatures;
      expect(again).toBe(ada);
      expect([bob, nobody]).toEqual([first[0], first[2]]);
      expect(await store.listSignatures(users)).toEqual(signatures);
      seen.add(ada);
    }
    if (subject.losesDoorbells) expect(seen.size).toBe(CHANGES.length + 1);
    expect(await store.listSignatures([])).toEqual([]);
  });
}
