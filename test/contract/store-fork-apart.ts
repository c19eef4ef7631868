import { expect } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  callItem,
  idsOf,
  itemStep,
  newSession,
  once,
  resultItem,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { contentOf } from './store-fork.ts';
import { append, at, fork, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

const LOOK_ALIKES = ['f', 'F', 'f_', 'f-', 'ff', 'f-log', 'fork', 's-fork', 'S', 'ss', '0'];

/** Two sessions of which one is a fork of the other, and all that can be read of each. */
async function related(store: SessionStore): Promise<(id: string) => Promise<readonly unknown[]>> {
  await store.create(newSession());
  const steps = [says('one'), agentStep('a'), itemStep(callItem('c', 'search')), answers('two')];
  await store.append({ sessionId: 's', steps, once: once('k') });
  await fork(store);
  return (id) => Promise.all([store.get(id), logOf(store, id), itemsOf(store, id)]);
}

export function forkingApart(it: StoreTest): void {
  for (const [written, other] of [
    ['s', 'f'],
    ['f', 's'],
  ] as const) {
    const which = written === 's' ? 'a fork as it is when its source' : 'a source as it is when its fork';

    it(`leaves ${which} is written to, cleared or deleted`, async ({ store }) => {
      const state = await related(store);
      const before = await state(other);
      const items = await itemsOf(store, written);
      const writes = [
        () => append(store, written, says('three'), agentStep('b'), itemStep(callItem('c', 'fetch'))),
        () => store.update({ sessionId: written, title: 'Other', metadata: () => ({ a: 1 }) }),
        () => store.pop({ sessionId: written }),
        () => store.pop({ sessionId: written }),
        () => store.append({ sessionId: written, steps: [], remove: idsOf(items.toReversed()) }),
        () => store.clear({ sessionId: written }),
        () => store.delete({ sessionId: written }),
      ];
      for (const write of writes) {
        await write();
        expect(await state(other)).toEqual(before);
      }
      const [result] = await append(store, other, itemStep(resultItem('c')));
      expect(result?.item.toolName).toBe('search');
    });
  }

  it('makes no key of the source one of the fork', async ({ store }) => {
    await related(store);
    const write = { sessionId: 'f', steps: [says('three')], once: once('k', 'another') };
    expect((await store.append(write)).entries).toHaveLength(1);
  });

  it('knows no place of the source in the fork, and none of the fork in the source', async ({ store }) => {
    await related(store);
    for (const [from, to] of [
      ['s', 'f'],
      ['f', 's'],
    ] as const) {
      for (const { id } of await logOf(store, from)) {
        expect((await store.read(to, id, 10))?.state).not.toBe('ok');
        expect(await store.item(to, id)).toBeNull();
      }
    }
  });

  it('says expired after the places of an earlier session under the id of the fork', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const old = await store.create(newSession({ id: 'f' }));
    const entries = await append(store, 'f', says('old'), says('older'));
    await store.delete({ sessionId: 'f' });
    await append(store, 's', says('two'));
    await fork(store);
    const places = [old.born, ...idsOf(entries)];
    for (const place of places) expect(await store.read('f', place, 10)).toMatchObject({ state: 'expired' });
    await store.clear({ sessionId: 'f' });
    for (const place of places) expect(await store.read('f', place, 10)).toMatchObject({ state: 'expired' });
  });

  it('says expired after the places of an earlier fork of the same source', async ({ store }) => {
    await related(store);
    const places = idsOf(await logOf(store, 'f'));
    await store.delete({ sessionId: 'f' });
    await fork(store);
    for (const place of places) expect(await store.read('f', place, 10)).toMatchObject({ state: 'expired' });
  });

  it('goes on after the place of every copy, also when it was removed or cleared', async ({ store }) => {
    await related(store);
    const log = await logOf(store, 'f');
    for (const [n, entry] of log.entries()) {
      expect(await store.read('f', entry.id, 10)).toMatchObject({ state: 'ok', entries: log.slice(n + 1) });
    }
    await store.pop({ sessionId: 'f' });
    expect(await store.read('f', at(log, -1).id, 10)).toMatchObject({
      state: 'ok',
      entries: [{ kind: 'removed' }],
    });
    await store.clear({ sessionId: 'f' });
    for (const { id } of log) {
      expect(await store.read('f', id, 10)).toMatchObject({ state: 'ok', entries: [{ kind: 'cleared' }] });
    }
  });

  it('forks into ids that look alike, each on its own', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('a'), says('one'), itemStep(callItem('c', 'search')));
    for (const newId of LOOK_ALIKES) await fork(store, { newId });
    for (const id of LOOK_ALIKES) await append(store, id, says(`to ${id}`));
    await store.clear({ sessionId: 'f' });
    await store.delete({ sessionId: 'f_' });
    for (const id of LOOK_ALIKES.filter((other) => other !== 'f' && other !== 'f_')) {
      expect(textsOf(await itemsOf(store, id)).at(-1)).toBe(`to ${id}`);
      expect(await sessionNow(store, id)).toMatchObject({ id, itemCount: 4, messageCount: 2 });
    }
  });

  it('counts the expiry of a fork from the moment when it was forked', async ({ store, subject }) => {
    await store.create(newSession({ expiresAfter: 1 }));
    const [one] = await append(store, 's', says('one'));
    await subject.elapse(600);
    await append(store, 's', says('two'));
    await subject.elapse(600);
    const session = await fork(store, one && { upTo: one.id });
    expect(session).toMatchObject({ expiresAfter: 1, itemCount: 1 });
    expect(session.expiresAt).toBe(session.updatedAt + 1000);
    await subject.elapse(600);
    expect(await store.get('s')).toBeNull();
    expect(await itemsOf(store, 'f')).toHaveLength(1);
    await append(store, 'f', says('three'));
    await subject.elapse(600);
    expect(await itemsOf(store, 'f')).toHaveLength(2);
    await subject.elapse(600);
    expect(await store.get('f')).toBeNull();
    expect((await store.list('ada', { count: 10, from: 'start' })).sessions).toEqual([]);
  });

  it('forks into the id of an expired session, with nothing left of the old one', async ({
    store,
    subject,
  }) => {
    await store.create(newSession({ id: 'f', expiresAfter: 1, userId: 'bob', title: 'Old' }));
    await append(store, 'f', says('old'), itemStep(callItem('old', 'search')));
    await store.create(newSession());
    await append(store, 's', agentStep('a'));
    await subject.elapse(1100);
    const session = await fork(store);
    expect(session).toMatchObject({ userId: 'ada', title: null, expiresAfter: null, messageCount: 0 });
    expect(textsOf(await itemsOf(store, 'f'))).toEqual(['null > a']);
    const [result] = await append(store, 'f', itemStep(resultItem('old')));
    expect(result?.item.toolName).toBeNull();
    await subject.elapse(1100);
    expect(await itemsOf(store, 'f')).toHaveLength(2);
    expect((await store.list('bob', { count: 10, from: 'start' })).sessions).toEqual([]);
  });

  it('does not fork what has expired', async ({ store, subject }) => {
    await store.create(newSession({ expiresAfter: 1 }));
    await subject.elapse(1100);
    await expect(fork(store)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('copies a state that the source had while others wrote to it', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', ...upTo(40).map((n) => says(`${n}`)));
    const writes = upTo(10).flatMap((n) => [
      append(store, 's', says(`more ${n}`), answers(`re ${n}`)),
      store.pop({ sessionId: 's' }),
      store.pop({ sessionId: 's' }),
    ]);
    const forks = await Promise.all(upTo(5).map((n) => fork(store, { newId: `f${n}` })));
    await Promise.all(writes);
    for (const { id, itemCount } of forks) {
      const items = await itemsOf(store, id);
      expect(items).toHaveLength(itemCount);
      expect(textsOf(items.slice(0, 20))).toEqual(upTo(20).map((n) => `${n}`));
    }
    expect(contentOf((await itemsOf(store)).slice(0, 20))).toEqual(
      contentOf((await itemsOf(store, 'f0')).slice(0, 20)),
    );
  });
}
