import { expect } from 'vitest';
import { handoffRaw } from '../../src/core/log.ts';
import type { RestoredItem, RestoredSession } from '../../src/core/restored.ts';
import {
  agentStep,
  answers,
  callItem,
  itemStep,
  messageItem,
  newSession,
  resultItem,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import {
  append,
  at,
  expectCode,
  fork,
  itemsOf,
  logOf,
  sessionNow,
  type StoreTest,
} from './store-under-test.ts';

const CREATED = Date.UTC(2020, 1, 2, 3, 4, 5, 678);

function session(given: Partial<RestoredSession> = {}): RestoredSession {
  return {
    ...{ id: 's', userId: 'ada', title: 'Plans', metadata: { a: [1] } },
    ...{ expiresAfter: null, maxItems: null, currentAgent: null, agentsUsed: [] },
    ...{ createdAt: CREATED, updatedAt: CREATED + 10_000 },
    ...given,
  };
}

/** A message that was written so many milliseconds after the session was made. */
function message(text: string, after: number, given: Partial<RestoredItem> = {}): RestoredItem {
  const { call: _call, resultOf: _resultOf, ...item } = messageItem('USER', text);
  return {
    item: { ...item, agent: null, toolName: null, handoff: false },
    at: CREATED + after,
    call: null,
    ...given,
  };
}

function handoff(from: string | null, to: string, after: number): RestoredItem {
  const { item } = message('', after);
  return {
    item: { ...item, raw: handoffRaw(from, to), role: null, agent: to, handoff: true },
    at: CREATED + after,
    call: null,
    from,
  };
}

async function* batches(
  ...given: readonly (readonly RestoredItem[])[]
): AsyncGenerator<readonly RestoredItem[]> {
  yield* given;
}

export function restoring(it: StoreTest): void {
  it('makes the session that it was, as old, and as long ago active', async ({ store }) => {
    const made = await store.restore(
      session({ maxItems: 5, currentAgent: 'b', agentsUsed: ['gone', 'a', 'b'] }),
      batches([message('one', 0), handoff('a', 'b', 5)], [message('two', 7), message('three', 7)]),
    );
    const { born, end } = made;
    expect(made).toEqual({
      ...session({ maxItems: 5, currentAgent: 'b', agentsUsed: ['gone', 'a', 'b'] }),
      ...{ messageCount: 3, itemCount: 4, expiresAt: null, isTrimmed: false, born, end },
    });
    expect(await sessionNow(store)).toEqual(made);
    expect((await store.list('ada', { count: 5, from: 'start' })).sessions).toEqual([made]);
    const items = await itemsOf(store);
    expect(textsOf(items)).toEqual(['one', 'a > b', 'two', 'three']);
    expect(items.map((entry) => entry.at - CREATED)).toEqual([0, 5, 7, 7]);
    expect((await logOf(store))[0]).toMatchObject({ kind: 'created', id: born, at: CREATED });
    expect((await logOf(store)).at(-1)?.id).toBe(end);
  });

  it('keeps items to the letter, with times that go back or lie in the future', async ({ store }) => {
    const soon = Date.UTC(2100, 0, 1) - CREATED;
    const odd = message('odd', 5_000);
    const items = [
      odd,
      message('earlier', 10),
      message('future', soon),
      message('last', 20, {
        item: { ...odd.item, metadata: '{"a":{}}', derived: true, status: 'INTERRUPTED', agent: 'x' },
      }),
    ];
    await store.restore(session(), batches(items));
    const kept = await itemsOf(store);
    expect(kept.map(({ item, at: time }) => ({ item, at: time }))).toEqual(
      items.map(({ item, at: time }) => ({ item, at: time })),
    );
    const page = await store.page('s', { count: 2, from: 'end', upTo: at(kept, -1).id, roles: ['USER'] });
    expect(page.entries).toEqual(kept.slice(-2));
  });

  it('goes on like any other session: appends, pops, trims, finds the tools of calls, and forks', async ({
    store,
  }) => {
    const call = callItem('c', 'search');
    const { resultOf: _resultOf, call: named, ...item } = call;
    const restored = { item: { ...item, toolName: null, handoff: false }, at: CREATED, call: named };
    await store.restore(
      session({ currentAgent: 'b', agentsUsed: ['a', 'b'], maxItems: 4 }),
      batches([message('one', 0), restored], [handoff('a', 'b', 0)]),
    );
    const forked = await fork(store, { upTo: at(await itemsOf(store), 1).id });
    expect(forked).toMatchObject({ currentAgent: 'a', itemCount: 2 });
    const [result] = await append(store, 's', itemStep(resultItem('c')));
    expect(result?.item).toMatchObject({ toolName: 'search', agent: 'b' });
    await append(store, 's', says('two'));
    expect(await sessionNow(store)).toMatchObject({ itemCount: 4, messageCount: 1, title: 'Plans' });
    await append(store, 's', agentStep('c'), answers('three'));
    await store.pop({ sessionId: 's' });
    expect(await sessionNow(store)).toMatchObject({ currentAgent: 'c', agentsUsed: ['a', 'b', 'c'] });
  });

  it('makes an empty session, too', async ({ store }) => {
    const made = await store.restore(session(), batches());
    expect(made).toMatchObject({ itemCount: 0, createdAt: CREATED, updatedAt: CREATED + 10_000 });
    await append(store, 's', says('one'));
    expect(await sessionNow(store)).toMatchObject({ itemCount: 1, createdAt: CREATED });
  });

  it('counts the expiry from now', async ({ store }) => {
    const made = await store.restore(session({ expiresAfter: 60 }), batches([message('one', 0)]));
    expect(made.updatedAt).toBe(CREATED + 10_000);
    expect(made.expiresAt).toBeGreaterThan(Date.UTC(2021, 0, 1));
    expect(await sessionNow(store)).toEqual(made);
  });

  it('appears whole or not at all', async ({ store }) => {
    async function* broken(): AsyncGenerator<readonly RestoredItem[]> {
      yield [message('one', 0)];
      expect(await store.get('s')).toBeNull();
      expect((await store.list('ada', { count: 5, from: 'start' })).sessions).toEqual([]);
      throw new TypeError('cut off');
    }
    await expect(store.restore(session(), broken())).rejects.toThrow('cut off');
    expect(await store.get('s')).toBeNull();
    await store.restore(session(), batches([message('two', 0)]));
    expect(textsOf(await itemsOf(store))).toEqual(['two']);
  });

  it('takes no id that is there, or comes to be there meanwhile', async ({ store }) => {
    async function* late(): AsyncGenerator<readonly RestoredItem[]> {
      yield [message('one', 0)];
      await store.create(newSession({ userId: 'bob' }));
    }
    await expectCode(store.restore(session(), late()), 'CONFLICT');
    await expectCode(store.restore(session(), batches([message('one', 0)])), 'CONFLICT');
    expect(await sessionNow(store)).toMatchObject({ userId: 'bob', itemCount: 0 });
  });

  it('knows no place of the session that was there before', async ({ store }) => {
    const old = await store.create(newSession());
    const [entry] = await append(store, 's', says('one'));
    await store.delete({ sessionId: 's' });
    await store.restore(session(), batches(upTo(3).map((n) => message(`${n}`, n))));
    for (const place of [old.born, at([entry], 0)?.id ?? null]) {
      expect((await store.read('s', place, 10))?.state).toMatch(/^(expired|diverged)$/);
    }
  });
}
