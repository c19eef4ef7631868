import { expect } from 'vitest';
import { agentStep, callItem, itemStep, newSession, once, says, textsOf } from '../support/samples.ts';
import { append, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

/** Ids that are equal to a store that ignores case, takes `_` for a wildcard or an id for the beginning of another. */
const LOOK_ALIKES = [
  'a',
  'A',
  'a-',
  'a_',
  'ab',
  'aB',
  'a-log',
  'a_log',
  'log',
  '0',
  '00',
  '-',
  '_',
  'a'.repeat(128),
];

export function isolation(it: StoreTest): void {
  it('gives sessions with look-alike ids their own items', async ({ store }) => {
    for (const id of LOOK_ALIKES) await store.create(newSession({ id, userId: `user-${id}` }));
    for (const id of LOOK_ALIKES) {
      await append(store, id, agentStep(`agent ${id}`), says(`to ${id}`), itemStep(callItem('c', id)));
    }
    for (const id of LOOK_ALIKES) {
      expect(textsOf((await itemsOf(store, id)).slice(0, 2))).toEqual([`null > agent ${id}`, `to ${id}`]);
      expect(await sessionNow(store, id)).toMatchObject({ id, userId: `user-${id}`, itemCount: 3 });
    }
  });

  for (const doomed of ['a', 'a_', 'A', '_']) {
    it(`leaves the look-alikes of ${doomed} as they are when it is cleared or deleted`, async ({ store }) => {
      for (const id of LOOK_ALIKES) {
        await store.create(newSession({ id }));
        await store.append({ sessionId: id, steps: [says(`to ${id}`)], once: once('k', id) });
      }
      const others = LOOK_ALIKES.filter((id) => id !== doomed);
      const before = await Promise.all(others.map((id) => Promise.all([store.get(id), logOf(store, id)])));
      await store.clear({ sessionId: doomed });
      await store.delete({ sessionId: doomed });
      const after = await Promise.all(others.map((id) => Promise.all([store.get(id), logOf(store, id)])));
      expect(after).toEqual(before);
      const { sessions } = await store.list('ada', { count: 100, from: 'start' });
      expect(sessions.map((session) => session.id).toSorted()).toEqual(others.toSorted());
    });
  }

  it('gives users with look-alike names their own lists', async ({ store }) => {
    const users = [
      'ada',
      'Ada',
      'ada ',
      'ad',
      'ad_',
      'ad%',
      'ad*',
      'ada:1',
      'ada\u0000',
      'ada\u0000a',
      'ädä',
      'a\u0308da\u0308',
    ];
    for (const [n, userId] of users.entries()) await store.create(newSession({ id: `s${n}`, userId }));
    for (const [n, userId] of users.entries()) {
      const { sessions } = await store.list(userId, { count: 10, from: 'start' });
      expect(sessions.map((session) => session.id)).toEqual([`s${n}`]);
    }
  });
}
