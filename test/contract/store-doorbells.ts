import { expect, vi } from 'vitest';
import { agentStep, answers, newSession, once, says, textsOf } from '../support/samples.ts';
import { changesOf, changesUntilNow, entriesHeard, entriesOf } from './session-model.ts';
import { append, at, logAfter, logOf, momentNow, sessionNow, type StoreTest } from './store-under-test.ts';

export function doorbells(it: StoreTest): void {
  it('ring with the entries of each write, in the order of the log', async ({ store, subject }) => {
    const { end } = await store.create(newSession());
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    const written = await append(store, 's', says('one'), agentStep('guide'), answers('two 😀\u2028'));
    await store.update({ sessionId: 's', title: 'Plans' });
    await append(store, 's', says('three'));
    await vi.waitFor(() => expect(bells).toHaveLength(3));
    const changes = await changesUntilNow(store, bells, from);
    const entries = entriesOf(changes);
    expect(entries).toHaveLength(changes.length);
    expect(entries.slice(0, 3)).toEqual(written);
    expect(entries).toEqual(await logAfter(store, 's', end));
  });

  it('ring with the tombstones of a pop, and with the clear', async ({ store, subject }) => {
    await store.create(newSession());
    await append(store, 's', says('one'), says('two'), agentStep('guide'));
    const { end } = await sessionNow(store);
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    await store.pop({ sessionId: 's' });
    const tombstones = await logAfter(store, 's', end);
    const { end: cleared } = await store.clear({ sessionId: 's' });
    await vi.waitFor(() => expect(bells).toHaveLength(2));
    const entries = entriesOf(await changesUntilNow(store, bells, from));
    expect(entries.slice(0, 2)).toEqual(tombstones);
    expect(at(entries, -1)).toMatchObject({ kind: 'cleared', id: cleared });
    expect(await logOf(store)).toEqual(entries.slice(-1));
  });

  it('ring when the session is deleted, and when it is made again', async ({ store, subject }) => {
    await store.create(newSession());
    const bells = await subject.heard('s');
    await store.delete({ sessionId: 's' });
    await vi.waitFor(() => expect(bells).toEqual(['look']));
    await store.create(newSession());
    await vi.waitFor(() => expect(bells.length).toBeGreaterThan(1));
  });

  it('ring for the sessions that were written to, and for no other', async ({ store, subject }) => {
    for (const id of ['s', 's1', 'S']) await store.create(newSession({ id }));
    const bells = await subject.heard('s');
    await append(store, 's1', says('not here'));
    await append(store, 'S', says('nor here'));
    await append(store, 's', says('here'));
    await vi.waitFor(() => expect(bells).not.toHaveLength(0));
    expect(textsOf(entriesHeard(bells))).toEqual(['here']);
  });

  it('ring after the write can be read', async ({ store, subject }) => {
    const { end } = await store.create(newSession());
    const bells = await subject.heard('s');
    const writes = Array.from({ length: 20 }, (_, n) => append(store, 's', says(`${n}`)));
    await vi.waitFor(() => expect(bells).not.toHaveLength(0));
    const heard = entriesHeard(bells);
    const log = await logAfter(store, 's', end);
    expect(log.slice(0, heard.length)).toEqual(heard);
    await Promise.all(writes);
  });

  it('name for many writers at once a chain without a gap', async ({ store, subject }) => {
    const { end } = await store.create(newSession());
    const from = await momentNow(store);
    const bells = await subject.heard('s');
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => append(store, 's', says(`${n}`), answers(`${n}`))),
    );
    await vi.waitFor(() => expect(bells).toHaveLength(30));
    expect(entriesOf(changesOf(bells, from))).toEqual(await logAfter(store, 's', end));
  });

  it('never ring with an entry that a refused or repeated write would have made', async ({
    store,
    subject,
  }) => {
    const { end } = await store.create(newSession());
    await store.append({ sessionId: 's', steps: [says('one')], once: once('k') });
    const bells = await subject.heard('s');
    await store.append({ sessionId: 's', steps: [says('one')], once: once('k') });
    await store.append({ sessionId: 's', steps: [says('late')], ifEnd: end }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'CONFLICT' });
    });
    await append(store, 's', says('two'));
    await vi.waitFor(() => expect(bells).not.toHaveLength(0));
    expect(textsOf(entriesHeard(bells))).toEqual(['two']);
  });
}
