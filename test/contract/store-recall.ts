import { expect } from 'vitest';
import type { Append } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  callItem,
  idsOf,
  itemStep,
  newSession,
  once as key,
  resultItem,
  says,
  upTo,
} from '../support/samples.ts';
import { append, expectCode, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

const STEPS = [
  says('hello'),
  agentStep('guide'),
  answers('hi'),
  itemStep(callItem('c', 'search')),
  itemStep(resultItem('c')),
  agentStep('closer'),
];
const ONCE = { sessionId: 's', once: key('k') };
const WRITE: Append = { ...ONCE, steps: STEPS, note: 'matched 3 of 5; "quoted" \u2028 😀' };

export function recalling(it: StoreTest): void {
  it('gives nothing when there was no append with that key', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    expect(await store.recall(ONCE)).toBeNull();
    await store.append({ ...WRITE, once: key('l') });
    expect(await store.recall(ONCE)).toBeNull();
  });

  it('gives the note, the session as it is now, and the entries of the first call', async ({ store }) => {
    await store.create(newSession());
    const { entries } = await store.append(WRITE);
    expect(entries).toHaveLength(6);
    await append(store, 's', says('more'));
    const recalled = await store.recall(ONCE);
    expect(recalled).toMatchObject({ note: WRITE.note, session: await sessionNow(store) });
    expect(recalled?.entries(STEPS)).toEqual(entries);
  });

  it('gives the entries though they have been removed since', async ({ store }) => {
    await store.create(newSession());
    const { entries } = await store.append(WRITE);
    await store.clear({ sessionId: 's' });
    expect((await store.recall(ONCE))?.entries(STEPS)).toEqual(entries);
    expect(await itemsOf(store)).toEqual([]);
  });

  it('gives the entries that were added, and not the tombstones', async ({ store }) => {
    await store.create(newSession());
    const old = await append(store, 's', says('one'), agentStep('guide'));
    const { entries } = await store.append({ ...WRITE, remove: idsOf(old.toReversed()) });
    expect((await store.recall(ONCE))?.entries(STEPS)).toEqual(entries);
    expect(entries).toHaveLength(6);
  });

  it('gives an empty note when there was none', async ({ store }) => {
    await store.create(newSession());
    await store.append({ ...ONCE, steps: STEPS });
    expect(await store.recall(ONCE)).toMatchObject({ note: '' });
  });

  it('gives no entries and the note of a write that changed nothing', async ({ store }) => {
    await store.create(newSession());
    await store.append({ ...ONCE, steps: [], note: 'nothing new' });
    const recalled = await store.recall(ONCE);
    expect(recalled).toMatchObject({ note: 'nothing new' });
    expect(recalled?.entries([])).toEqual([]);
  });

  it('keeps a note of 256 characters', async ({ store }) => {
    await store.create(newSession());
    const note = '☃'.repeat(256);
    await store.append({ ...WRITE, note });
    expect(await store.recall(ONCE)).toMatchObject({ note });
  });

  it('changes nothing, also when there is nothing to recall', async ({ store }) => {
    await store.create(newSession());
    await store.append(WRITE);
    const before = [await sessionNow(store), await logOf(store)];
    for (const name of ['k', 'l']) await store.recall({ ...ONCE, once: key(name) });
    expect([await sessionNow(store), await logOf(store)]).toEqual(before);
    expect((await store.append({ ...WRITE, once: key('l', 'other') })).entries).toHaveLength(6);
  });

  it('gives what one of many at once has written', async ({ store }) => {
    await store.create(newSession());
    const results = await Promise.all(upTo(20).map(() => store.append(WRITE)));
    const recalled = await Promise.all(upTo(20).map(() => store.recall(ONCE)));
    for (const one of recalled) expect(one?.entries(STEPS)).toEqual(results[0]?.entries);
  });

  it('refuses a repeat with another note: its steps are not those of the first call', async ({ store }) => {
    await store.create(newSession());
    await store.append(WRITE);
    await expectCode(store.append({ ...WRITE, steps: [], note: 'matched all' }), 'CONFLICT');
    expect((await store.append(WRITE)).entries).toHaveLength(6);
  });

  it('refuses the key with another digest', async ({ store }) => {
    await store.create(newSession());
    await store.append(WRITE);
    await expectCode(store.recall({ ...ONCE, once: key('k', 'other') }), 'CONFLICT');
  });

  it('reports a session that does not exist, or is of another owner', async ({ store }) => {
    await store.create(newSession());
    await store.append(WRITE);
    await expectCode(store.recall({ ...ONCE, sessionId: 'none' }), 'NOT_FOUND');
    await expectCode(store.recall({ ...ONCE, owner: 'bob' }), 'NOT_FOUND');
    expect(await store.recall({ ...ONCE, owner: 'ada' })).not.toBeNull();
    await store.delete({ sessionId: 's' });
    await expectCode(store.recall(ONCE), 'NOT_FOUND');
  });

  it('knows nothing of an earlier session under the same id', async ({ store }) => {
    await store.create(newSession());
    await store.append(WRITE);
    await store.delete({ sessionId: 's' });
    await store.create(newSession());
    expect(await store.recall(ONCE)).toBeNull();
  });

  it('knows nothing of a session that has expired', async ({ store, subject }) => {
    await store.create(newSession({ expiresAfter: 1 }));
    await store.append(WRITE);
    await subject.elapse(1100);
    await expectCode(store.recall(ONCE), 'NOT_FOUND');
  });
}
