import { afterEach, describe, expect, it } from 'vitest';
import type { ListDoorbell, LiveFeed } from '../../src/core/live.ts';
import { sessionCursor } from '../../src/core/session-place.ts';
import { append, expectCode, fork, sessionNow } from '../contract/store-under-test.ts';
import { appendTo, finish, startDraft } from '../support/drafts.ts';
import { answers, newSession, says, upTo } from '../support/samples.ts';
import { eventually } from '../support/eventually.ts';
import { ADA, openList, type ListUnderTest, type ListWatch } from './watched-list.ts';
import type { FeedSettings } from './feed-under-test.ts';

const SERVICE = { kind: 'SERVICE', userId: null } as const;

/** All that is done by now was told by now: doorbells ring in this process. */
const told = (watch: ListWatch, changes: readonly string[]): Promise<void> =>
  eventually(() => expect(watch.told).toEqual(changes));

describe('a list that is watched', () => {
  const opened: ListUnderTest[] = [];
  const open = async (settings?: FeedSettings): Promise<ListUnderTest> => {
    const list = await openList(settings);
    opened.push(list);
    return list;
  };
  afterEach(async () => {
    for (const list of opened.splice(0)) await list.close();
  });

  it('tells what becomes of each session, as it is then', async () => {
    const { store, watch, elapse } = await open();
    const list = await watch();
    const expected: string[] = [];
    const after = async (write: Promise<unknown>, ...changes: string[]) => {
      await write;
      expected.push(...changes);
      await told(list, expected);
      elapse(1_000);
    };
    await after(store.create(newSession({ id: 'a', title: 'A' })), 'a: A');
    await after(store.update({ sessionId: 'a', title: 'B' }), 'a: B');
    await after(append(store, 'a', says('one')), 'a: B');
    await after(append(store, 's', says('one')), 's: null');
    await after(store.pop({ sessionId: 'a' }), 'a: B');
    await after(fork(store, { newId: 'f', title: 'F' }), 'f: F');
    await after(store.clear({ sessionId: 'a' }), 'a: B');
    await after(store.delete({ sessionId: 'a' }), 'a');
    await after(store.create(newSession({ id: 'a', title: 'again' })), 'a: again');
    expect(list.changes.map(({ session }) => session?.itemCount)).toEqual([
      0,
      0,
      1,
      1,
      0,
      1,
      0,
      undefined,
      0,
    ]);
    await list.stop();
  });

  it('says nothing of drafts, only of what becomes of them', async () => {
    const { store, watch } = await open();
    const list = await watch();
    await startDraft(store, 'd');
    await appendTo(store, 'd', 0, 'x');
    await startDraft(store, 'e');
    await store.append({ sessionId: 's', steps: [], draft: { id: 'e' } });
    await finish(store, 'd', answers('x'));
    await told(list, ['s: null']);
    expect(list.changes[0]?.session?.itemCount).toBe(1);
    await list.stop();
  });

  it('is a user’s own, and that of the user whom a service names', async () => {
    const { store, watch, watching } = await open();
    await expectCode(watching.list(ADA, 'bob', null), 'FORBIDDEN');
    await expectCode(watching.list(SERVICE, null, null), 'BAD_USER_INPUT');
    const lists = [await watch(), await watch(null, ADA, 'ada'), await watch(null, SERVICE, 'ada')];
    const bob = await watch(null, SERVICE, 'bob');
    await store.create(newSession({ id: 'b', userId: 'bob', title: 'secret' }));
    await store.create(newSession({ id: 'a', title: 'A' }));
    for (const list of lists) await told(list, ['a: A']);
    await told(bob, ['b: secret']);
    for (const list of [...lists, bob]) await list.stop();
  });

  it('never shows another’s session, though its bell rings here', async () => {
    let ring: (bell: ListDoorbell) => void = () => {};
    const live = (real: LiveFeed): LiveFeed => ({
      ...real,
      listenToList: (userId, own) => real.listenToList(userId, (ring = own)),
    });
    const { store, watch } = await open({ live });
    await store.create(newSession({ id: 'b', userId: 'bob', title: 'secret' }));
    const list = await watch();
    ring({ sessionId: 'b' });
    await store.create(newSession({ id: 'a', title: 'A' }));
    await told(list, ['a: A']);
    await list.stop();
  });

  it('says that a session is gone that another user has made anew under its id', async () => {
    const { store, watch, elapse } = await open();
    const list = await watch();
    await store.delete({ sessionId: 's' });
    await store.create(newSession({ userId: 'bob', title: 'secret' }));
    await told(list, ['s']);
    elapse(1_000);
    await append(store, 's', says('secret'));
    await store.create(newSession({ id: 'a', title: 'A' }));
    await told(list, ['s', 'a: A']);
    await list.stop();
  });

  it('tells of a session once a second at most, and of its last state in the end', async () => {
    const { store, watch, clock, elapse } = await open();
    const list = await watch();
    await append(store, 's', says('0'));
    await told(list, ['s: null']);
    for (const n of upTo(200)) {
      await append(store, 's', says(String(n)));
      if (n % 20 === 19) elapse(90);
    }
    await store.create(newSession({ id: 'a', title: 'A' }));
    await told(list, ['s: null', 'a: A']);
    elapse(99);
    clock.tick();
    await append(store, 's', says('last'));
    elapse(1);
    await told(list, ['s: null', 'a: A', 's: null']);
    expect(list.changes.at(-1)?.session).toEqual(await sessionNow(store));
    elapse(5_000);
    await store.update({ sessionId: 's', title: 'T' });
    await told(list, ['s: null', 'a: A', 's: null', 's: T']);
    await list.stop();
  });

  it('keeps to that pace also when it has to look at all of it', async () => {
    let ring: (bell: ListDoorbell) => void = () => {};
    const live = (real: LiveFeed): LiveFeed => ({
      ...real,
      listenToList: (userId, own) => real.listenToList(userId, (ring = own)),
    });
    const { store, watch, elapse } = await open({ live });
    const list = await watch();
    for (const n of upTo(20)) {
      await store.update({ sessionId: 's', title: String(n) });
      ring('look');
    }
    await store.create(newSession({ id: 'a', title: 'A' }));
    await told(list, ['s: 0', 'a: A']);
    elapse(1_000);
    await told(list, ['s: 0', 'a: A', 's: 19']);
    await list.stop();
  });

  it('tells first what was active since a place in it, the least recent first', async () => {
    const { store, watch, watching, elapse } = await open();
    for (const n of upTo(250)) {
      if (n % 3 === 0) elapse(1);
      await store.create(newSession({ id: `n${String(n).padStart(3, '0')}`, title: String(n) }));
    }
    const place = sessionCursor(await sessionNow(store, 'n020'));
    await append(store, 'n010', says('active again'));
    await store.delete({ sessionId: 'n100' });
    const ids = (await store.list('ada', { count: 1_000, from: 'start' })).sessions.map(({ id }) => id);
    const since = ids.slice(0, ids.indexOf('n018') + 1).toReversed();
    expect(since).toHaveLength(232);
    const list = await watch(place);
    await eventually(() => expect(list.changes.map(({ sessionId }) => sessionId)).toEqual(since));
    elapse(1);
    await store.update({ sessionId: 'n000', title: 'live' });
    await eventually(() => expect(list.told.at(-1)).toBe('n000: live'));
    expect(list.changes).toHaveLength(233);
    const newest = await watch(sessionCursor(await sessionNow(store, 'n000')));
    elapse(1_000);
    await store.update({ sessionId: 'n001', title: 'next' });
    await eventually(() => expect(newest.told.at(-1)).toBe('n001: next'));
    for (const bad of ['', 'x', '00', '~']) await expectCode(watching.list(ADA, null, bad), 'BAD_USER_INPUT');
    await list.stop();
    await newest.stop();
  });

  it('misses nothing that was active in the very millisecond of that place', async () => {
    const { store, watch, elapse } = await open();
    elapse(1);
    await store.create(newSession({ id: 'm', title: 'M' }));
    const place = sessionCursor(await sessionNow(store, 'm'));
    await store.create(newSession({ id: 'a', title: 'A' }));
    await store.create(newSession({ id: 'z', title: 'Z' }));
    const list = await watch(place);
    await eventually(() => expect(list.told.filter((change) => change !== 'm: M')).toEqual(['a: A', 'z: Z']));
    await list.stop();
  });

  it('tells what was not there yet when the place was taken, whatever was first in the list', async () => {
    const { store, watch } = await open();
    await store.delete({ sessionId: 's' });
    const list = await watch('0~0');
    await store.create(newSession({ id: 'a', title: 'A' }));
    await told(list, ['a: A']);
    await list.stop();
    const later = await watch('0~0');
    await told(later, ['a: A']);
    await later.stop();
  });

  it('says that a session is gone whose time has run out', async () => {
    const { store, watch, elapse } = await open();
    await store.create(newSession({ id: 'old', title: 'O', expiresAfter: 10 }));
    const list = await watch();
    await store.create(newSession({ id: 'new', title: 'N', expiresAfter: 20 }));
    await told(list, ['new: N']);
    elapse(10_000);
    await told(list, ['new: N', 'old']);
    elapse(9_999);
    // A draft keeps it alive.
    await store.startDraft({
      sessionId: 'new',
      draft: { id: 'd', role: 'USER', agent: null },
      abandoned: { dialect: 'AGENTS_JS', message: { head: '', tail: '' }, reasoning: { head: '', tail: '' } },
      most: 1,
    });
    elapse(1_000);
    await store.create(newSession({ id: 'a', title: 'A' }));
    await told(list, ['new: N', 'old', 'a: A']);
    elapse(30_000);
    await eventually(() => expect(list.told).toContain('new'));
    await list.stop();
  });
});
