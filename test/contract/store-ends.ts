import { expect } from 'vitest';
import { newDraft, newSession, says, upTo } from '../support/samples.ts';
import { append, draftsNow, momentNow, sessionNow, type StoreTest } from './store-under-test.ts';

export function ends(it: StoreTest): void {
  it('names the state of each session, in the order asked, repeats included', async ({ store }) => {
    for (const id of ['a', 'b', 'c']) await store.create(newSession({ id }));
    await append(store, 'b', says('hello'));
    await store.update({ sessionId: 'c', title: 'Plans' });
    await store.startDraft(newDraft({}, { sessionId: 'a' }));
    const of = async (sessionId: string) => ({
      entry: (await sessionNow(store, sessionId)).end,
      drafts: (await draftsNow(store, sessionId)).revision,
    });
    const expected = [await of('c'), await of('a'), await of('b'), await of('a')];
    expect(await store.ends(['c', 'a', 'b', 'a'])).toEqual(expected);
  });

  it('answers null for sessions that do not exist', async ({ store }) => {
    const { end } = await store.create(newSession());
    expect(await store.ends(['none', 's', 'gone'])).toEqual([null, { entry: end, drafts: '' }, null]);
    expect(await store.ends([])).toEqual([]);
  });

  it('follows every write', async ({ store }) => {
    await store.create(newSession());
    const steps = [
      () => store.append({ sessionId: 's', steps: [says('a')] }),
      () => store.update({ sessionId: 's', title: 'Plans' }),
      () => store.pop({ sessionId: 's' }),
      () => store.clear({ sessionId: 's' }),
    ];
    const seen = new Set([(await momentNow(store)).entry]);
    for (const step of steps) {
      await step();
      const { entry } = await momentNow(store);
      expect(entry).toBe((await sessionNow(store)).end);
      seen.add(entry);
    }
    expect(seen.size).toBe(steps.length + 1);
  });

  it('takes many at once', async ({ store }) => {
    const ids = upTo(300).map((n) => `s${n}`);
    const sessions = await Promise.all(ids.map((id) => store.create(newSession({ id }))));
    expect(await store.ends(ids)).toEqual(sessions.map(({ end }) => ({ entry: end, drafts: '' })));
  });
}
