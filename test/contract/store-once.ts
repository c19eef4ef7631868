import { expect } from 'vitest';
import type { Append } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  callItem,
  itemStep,
  newSession,
  once as key,
  plainItem,
  resultItem,
  says,
  upTo,
} from '../support/samples.ts';
import { append, expectCode, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

/** One of each: a message, a hand-off, an item with an agent, a call, its result, and another hand-off at the end. */
const WRITE: Append = {
  sessionId: 's',
  steps: [
    says('hello'),
    agentStep('guide'),
    answers('hi'),
    itemStep(plainItem('{"type":"reasoning"}', { agent: 'scribe', metadata: '{"a":1}' })),
    itemStep(callItem('c', 'search')),
    itemStep(resultItem('c')),
    agentStep('guide'),
    agentStep('closer'),
  ],
  once: key('k'),
};

export function once(it: StoreTest): void {
  it('answers a repeated append with the first result, and writes nothing', async ({ store }) => {
    await store.create(newSession());
    const first = await store.append(WRITE);
    expect(first.entries).toHaveLength(7);
    expect(await store.append(WRITE)).toEqual(first);
    expect(await logOf(store)).toHaveLength(8);
  });

  it('answers a repeated append with the session as it is now', async ({ store }) => {
    await store.create(newSession());
    await store.append(WRITE);
    await append(store, 's', says('more'));
    expect((await store.append(WRITE)).session).toEqual(await store.get('s'));
  });

  it('answers with the first entries also when they have been popped since', async ({ store }) => {
    await store.create(newSession());
    const first = await store.append(WRITE);
    for (const _ of upTo(5)) await store.pop({ sessionId: 's' });
    expect((await store.append(WRITE)).entries).toEqual(first.entries);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 0 });
  });

  it('answers with the first entries also when the session has been cleared since', async ({ store }) => {
    await store.create(newSession());
    const first = await store.append(WRITE);
    await store.clear({ sessionId: 's' });
    expect((await store.append(WRITE)).entries).toEqual(first.entries);
    expect(await itemsOf(store)).toEqual([]);
  });

  it('answers a repeat of a write that changed nothing with nothing, though it would change something now', async ({
    store,
  }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('guide'));
    const write: Append = { sessionId: 's', steps: [agentStep('guide')], once: key('k') };
    await store.append(write);
    await append(store, 's', agentStep('scribe'));
    expect((await store.append(write)).entries).toEqual([]);
    expect(await sessionNow(store)).toMatchObject({ currentAgent: 'scribe' });
  });

  it('refuses a key with another digest, whatever the operation', async ({ store }) => {
    await store.create(newSession());
    await store.append({ ...WRITE, once: key('k', 'a') });
    const before = await sessionNow(store);
    const other = { sessionId: 's', once: key('k', 'b') };
    await expectCode(store.append({ ...other, steps: [says('other')] }), 'CONFLICT');
    await expectCode(store.update({ ...other, title: 'other' }), 'CONFLICT');
    await expectCode(store.pop(other), 'CONFLICT');
    await expectCode(store.clear(other), 'CONFLICT');
    await expectCode(store.delete(other), 'CONFLICT');
    expect(await store.get('s')).toEqual(before);
  });

  it('writes once when fifty calls with one key come at once', async ({ store }) => {
    await store.create(newSession());
    const results = await Promise.all(upTo(50).map(() => store.append(WRITE)));
    for (const result of results) expect(result).toEqual(results[0]);
    expect(await itemsOf(store)).toHaveLength(7);
  });

  it('keeps different keys, and the same key in another session, apart', async ({ store }) => {
    await store.create(newSession());
    await store.create(newSession({ id: 'other' }));
    await store.append(WRITE);
    await store.append({ ...WRITE, once: key('l') });
    await store.append({ ...WRITE, sessionId: 'other', once: key('k', 'other') });
    expect(await itemsOf(store)).toHaveLength(7 + 7);
    expect(await itemsOf(store, 'other')).toHaveLength(7);
  });

  it('reports the session as gone when it has been deleted since', async ({ store }) => {
    await store.create(newSession());
    await store.append(WRITE);
    await store.delete({ sessionId: 's' });
    await expectCode(store.append(WRITE), 'NOT_FOUND');
  });

  it('writes anew under the old key in a session made again', async ({ store }) => {
    await store.create(newSession());
    const first = await store.append(WRITE);
    await store.delete({ sessionId: 's' });
    await store.create(newSession());
    const second = await store.append({ ...WRITE, once: key('k', 'another') });
    expect(second.entries).toHaveLength(7);
    expect(second.entries[0]?.id).not.toBe(first.entries[0]?.id);
  });

  it('answers no repeat to another owner', async ({ store }) => {
    await store.create(newSession());
    await store.append(WRITE);
    await expectCode(store.append({ ...WRITE, owner: 'bob' }), 'NOT_FOUND');
  });
}
