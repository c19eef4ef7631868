import { expect } from 'vitest';
import { MESSAGE_ROLES } from '../../src/core/log.ts';
import type { SessionStore } from '../../src/core/store.ts';
import type { ItemPageRequest } from '../../src/core/store-reads.ts';
import {
  agentStep,
  answers,
  callItem,
  itemStep,
  messageItem,
  newSession,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { append, at, expectCode, itemsOf, sessionNow, type StoreTest } from './store-under-test.ts';

/** A page in short: what it says, and an arrow on each side where there is more. */
export async function pageOf(
  store: SessionStore,
  request: Partial<ItemPageRequest>,
  sessionId = 's',
): Promise<string> {
  const { end } = await sessionNow(store, sessionId);
  const page = await store.page(sessionId, { count: 10, from: 'start', upTo: end, ...request });
  return `${page.hasPrevious ? '< ' : ''}${textsOf(page.entries).join(' ')}${page.hasNext ? ' >' : ''}`.trim();
}

export function paging(it: StoreTest): void {
  it('takes the first or the last, always in log order', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'), answers('b'), says('c'), answers('d'), says('e'));
    expect(await pageOf(store, { count: 2, from: 'start' })).toBe('a b >');
    expect(await pageOf(store, { count: 2, from: 'end' })).toBe('< d e');
    expect(await pageOf(store, { count: 5, from: 'start' })).toBe('a b c d e');
    expect(await pageOf(store, { count: 5, from: 'end' })).toBe('a b c d e');
    expect(await pageOf(store, { count: 9, from: 'end' })).toBe('a b c d e');
  });

  it('goes on after an entry, and back before one', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('a'), answers('b'), says('c'), answers('d'), says('e'));
    const [after, before] = [at(entries, 1).id, at(entries, 3).id];
    expect(await pageOf(store, { count: 2, after })).toBe('< c d >');
    expect(await pageOf(store, { count: 3, after })).toBe('< c d e');
    expect(await pageOf(store, { count: 2, before, from: 'end' })).toBe('< b c >');
    expect(await pageOf(store, { count: 3, before, from: 'end' })).toBe('a b c >');
    expect(await pageOf(store, { count: 1, after, from: 'end' })).toBe('< e');
    expect(await pageOf(store, { count: 1, before, from: 'start' })).toBe('a >');
    expect(await pageOf(store, { after, before })).toBe('< c >');
  });

  it('gives fewer than asked for when they pass 2 MiB, and says that there are more', async ({ store }) => {
    await store.create(newSession());
    const long = (name: string) => says(name + 'x'.repeat(900_000));
    await append(
      store,
      's',
      long('a'),
      answers('b'),
      long('c'),
      answers('d'),
      long('e'),
      long('f'),
      says('g'),
    );
    const page = async (request: Partial<ItemPageRequest>) =>
      (await pageOf(store, request)).replaceAll(/x+/g, '');
    expect(await page({ from: 'start' })).toBe('a b c d e >');
    expect(await page({ from: 'end' })).toBe('< c d e f g');
    expect(await page({ from: 'start', roles: ['USER'] })).toBe('a c e >');
    expect(await page({ from: 'end', roles: ['USER'] })).toBe('< c e f g');
    expect(await page({ from: 'end', count: 3 })).toBe('< e f g');
  });

  it('gives an item that is larger than that by itself', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'), says('b'.repeat(2_500_000)), says('c'));
    const short = async (request: Partial<ItemPageRequest>) =>
      (await pageOf(store, request)).replaceAll(/b+/g, 'b');
    expect(await short({ from: 'start' })).toBe('a b >');
    expect(await short({ from: 'end' })).toBe('< b c');
  });

  it('is empty when nothing lies between, and still says what lies around', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('a'), says('b'));
    const [a, b] = [at(entries, 0).id, at(entries, 1).id];
    expect(await pageOf(store, { after: b })).toBe('<');
    expect(await pageOf(store, { before: a, from: 'end' })).toBe('>');
    expect(await pageOf(store, { after: a, before: b })).toBe('<  >');
    expect(await pageOf(store, { after: b, before: a })).not.toMatch(/[ab]/);
  });

  it('is empty in a session without items', async ({ store }) => {
    const { born } = await store.create(newSession());
    for (const from of ['start', 'end'] as const) {
      expect(await pageOf(store, { from })).toBe('');
      expect(await pageOf(store, { from, after: born })).toBe('');
    }
    await store.update({ sessionId: 's', title: 'Plans' });
    expect(await pageOf(store, {})).toBe('');
  });

  it('holds nothing newer than the snapshot that it belongs to', async ({ store }) => {
    const { born } = await store.create(newSession());
    const entries = await append(store, 's', says('a'), says('b'), says('c'));
    const [a, b] = [at(entries, 0).id, at(entries, 1).id];
    expect(await pageOf(store, { upTo: b })).toBe('a b');
    expect(await pageOf(store, { upTo: b, from: 'end', count: 1 })).toBe('< b');
    expect(await pageOf(store, { upTo: b, after: b })).toBe('<');
    expect(await pageOf(store, { upTo: b, roles: ['USER'] })).toBe('a b');
    const c = at(entries, 2).id;
    expect(await pageOf(store, { upTo: a, before: c })).toBe('a');
    expect(await pageOf(store, { upTo: a, before: c, from: 'end' })).toBe('a');
    expect(await pageOf(store, { upTo: a, after: b })).not.toMatch(/[abc]/);
    expect(await pageOf(store, { upTo: born })).toBe('');
  });

  it('keeps its bound when the item there has been removed', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'), says('b'));
    const { end } = await sessionNow(store);
    await store.pop({ sessionId: 's' });
    await append(store, 's', says('c'));
    expect(await pageOf(store, { upTo: end })).toBe('a');
  });

  it('holds hand-offs, calls and all else when no roles are asked for', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'), agentStep('g'), itemStep(callItem('c', 'search')), answers('b'));
    await store.update({ sessionId: 's', title: 'Plans' });
    const entries = await itemsOf(store);
    expect(entries.map((entry) => entry.item.handoff)).toEqual([false, true, false, false]);
  });

  it('holds only messages of the roles that are asked for', async ({ store }) => {
    await store.create(newSession());
    const call = itemStep(callItem('c', 'search'));
    const spoken = MESSAGE_ROLES.map((role) => itemStep(messageItem(role, role)));
    await append(store, 's', ...spoken, agentStep('g'), call, ...spoken, call);
    expect(await pageOf(store, { roles: ['USER'] })).toBe('USER USER');
    expect(await pageOf(store, { roles: ['DEVELOPER', 'SYSTEM'] })).toBe('SYSTEM DEVELOPER SYSTEM DEVELOPER');
    expect(await pageOf(store, { roles: MESSAGE_ROLES })).toBe(
      [...MESSAGE_ROLES, ...MESSAGE_ROLES].join(' '),
    );
    expect(await pageOf(store, { roles: ['ASSISTANT', 'USER'], count: 3, from: 'end' })).toBe(
      '< ASSISTANT USER ASSISTANT',
    );
    expect(await pageOf(store, { roles: ['USER', 'SYSTEM'], count: 3 })).toBe('USER SYSTEM USER >');
  });

  it('counts only those roles for what lies before and after', async ({ store }) => {
    await store.create(newSession());
    const call = itemStep(callItem('c', 'search'));
    const entries = await append(store, 's', call, says('a'), call, answers('b'), call, says('c'), call);
    const [b, last] = [at(entries, 3).id, at(entries, -1).id];
    expect(await pageOf(store, { roles: ['USER'], count: 1 })).toBe('a >');
    expect(await pageOf(store, { roles: ['USER'], count: 1, from: 'end' })).toBe('< c');
    expect(await pageOf(store, { roles: ['USER'], count: 2 })).toBe('a c');
    expect(await pageOf(store, { roles: ['USER'], after: b })).toBe('< c');
    expect(await pageOf(store, { roles: ['ASSISTANT'], after: b })).toBe('<');
    expect(await pageOf(store, { roles: ['SYSTEM'], after: b, before: last })).toBe('');
    expect(await pageOf(store, { roles: ['USER'], before: b, from: 'end' })).toBe('a >');
  });

  it('finds few messages among many tool calls', async ({ store }) => {
    await store.create(newSession());
    const calls = upTo(300).map(() => itemStep(callItem('c', 'search')));
    await append(store, 's', says('a'), ...calls, answers('b'), ...calls, says('c'), ...calls);
    const { end } = await sessionNow(store);
    const roles = ['USER', 'ASSISTANT'] as const;
    const last = await store.page('s', { count: 2, from: 'end', upTo: end, roles });
    expect(textsOf(last.entries)).toEqual(['b', 'c']);
    expect(last).toMatchObject({ hasNext: false, hasPrevious: true });
    const before = await store.page('s', {
      count: 2,
      from: 'end',
      upTo: end,
      roles,
      before: at(last.entries, 0).id,
    });
    expect(textsOf(before.entries)).toEqual(['a']);
    expect(before).toMatchObject({ hasNext: true, hasPrevious: false });
  });

  it('reaches every item of a long session, page by page in both directions', async ({ store }) => {
    await store.create(newSession());
    const texts = upTo(2500).map((n) => `${n}`);
    for (const part of [texts.slice(0, 1000), texts.slice(1000, 2000), texts.slice(2000)]) {
      await append(store, 's', ...part.map((text, n) => (n % 3 === 0 ? answers(text) : says(text))));
    }
    const { end } = await sessionNow(store);
    for (const roles of [undefined, ['USER', 'ASSISTANT'] as const]) {
      const filter = roles === undefined ? {} : { roles };
      const forwards: string[] = [];
      let page = await store.page('s', { count: 300, from: 'start', upTo: end, ...filter });
      forwards.push(...textsOf(page.entries));
      while (page.hasNext) {
        page = await store.page('s', {
          count: 300,
          from: 'start',
          upTo: end,
          ...filter,
          after: at(page.entries, -1).id,
        });
        forwards.push(...textsOf(page.entries));
      }
      expect(forwards).toEqual(texts);
      const backwards: string[] = [];
      page = await store.page('s', { count: 300, from: 'end', upTo: end, ...filter });
      backwards.unshift(...textsOf(page.entries));
      while (page.hasPrevious) {
        page = await store.page('s', {
          count: 300,
          from: 'end',
          upTo: end,
          ...filter,
          before: at(page.entries, 0).id,
        });
        backwards.unshift(...textsOf(page.entries));
      }
      expect(backwards).toEqual(texts);
    }
  });

  it('reports a session that does not exist', async ({ store }) => {
    const { end } = await store.create(newSession());
    await expectCode(store.page('none', { count: 1, from: 'start', upTo: end }), 'NOT_FOUND');
  });
}
