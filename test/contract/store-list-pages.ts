import { expect } from 'vitest';
import type { Session } from '../../src/core/session.ts';
import type { SessionStore } from '../../src/core/store.ts';
import type { SessionPageRequest, SessionPlace } from '../../src/core/store-reads.ts';
import { newSession, says, upTo } from '../support/samples.ts';
import { append, at, sessionNow, type StoreTest, type StoreUnderTest } from './store-under-test.ts';

/** A page in short: the ids, and an arrow on each side where there is more. */
async function listed(store: SessionStore, request: Partial<SessionPageRequest>): Promise<string> {
  const page = await store.list('ada', { count: 10, from: 'start', ...request });
  const ids = page.sessions.map((session) => session.id).join(' ');
  return `${page.hasPrevious ? '< ' : ''}${ids}${page.hasNext ? ' >' : ''}`.trim();
}

/** Sessions that are listed as `e d c b a`. */
async function fiveSessions({
  store,
  elapse,
}: StoreUnderTest): Promise<(id: string) => Promise<SessionPlace>> {
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    await store.create(newSession({ id }));
    await elapse(3);
  }
  return (id) => sessionNow(store, id);
}

function byActivity(one: Session, other: Session): number {
  return other.updatedAt - one.updatedAt || (one.id < other.id ? 1 : -1);
}

export function listingPages(it: StoreTest): void {
  it('takes either end, the most recent first all the same', async ({ store, subject }) => {
    await fiveSessions(subject);
    expect(await listed(store, { count: 2 })).toBe('e d >');
    expect(await listed(store, { count: 2, from: 'end' })).toBe('< b a');
    expect(await listed(store, { count: 5 })).toBe('e d c b a');
    expect(await listed(store, { count: 5, from: 'end' })).toBe('e d c b a');
  });

  it('goes on after a place, and back before one', async ({ store, subject }) => {
    const place = await fiveSessions(subject);
    expect(await listed(store, { count: 2, after: await place('d') })).toBe('< c b >');
    expect(await listed(store, { count: 3, after: await place('d') })).toBe('< c b a');
    expect(await listed(store, { count: 2, from: 'end', before: await place('b') })).toBe('< d c >');
    expect(await listed(store, { count: 3, from: 'end', before: await place('b') })).toBe('e d c >');
    expect(await listed(store, { count: 1, from: 'end', after: await place('d') })).toBe('< a');
    expect(await listed(store, { count: 1, before: await place('b') })).toBe('e >');
    expect(await listed(store, { after: await place('d'), before: await place('b') })).toBe('< c >');
    expect(await listed(store, { after: await place('a') })).toBe('<');
    expect(await listed(store, { from: 'end', before: await place('e') })).toBe('>');
  });

  it('goes on from a place whose session has moved or gone', async ({ store, subject }) => {
    const place = await fiveSessions(subject);
    const [d, c] = [await place('d'), await place('c')];
    await append(store, 'd', says('again'));
    await store.delete({ sessionId: 'c' });
    expect(await listed(store, {})).toBe('d e b a');
    expect(await listed(store, { after: d })).toBe('< b a');
    expect(await listed(store, { after: c })).toBe('< b a');
    expect(await listed(store, { from: 'end', before: c })).toBe('d e >');
  });

  it('orders sessions of the same time by id, descending, and pages through them whole', async ({
    store,
  }) => {
    const made = await Promise.all(upTo(60).map((n) => store.create(newSession({ id: `s${n}` }))));
    const expected = made.toSorted(byActivity).map((session) => session.id);
    const forwards: string[] = [];
    let page = await store.list('ada', { count: 7, from: 'start' });
    forwards.push(...page.sessions.map((session) => session.id));
    while (page.hasNext) {
      page = await store.list('ada', { count: 7, from: 'start', after: at(page.sessions, -1) });
      forwards.push(...page.sessions.map((session) => session.id));
    }
    expect(forwards).toEqual(expected);
    const backwards: string[] = [];
    page = await store.list('ada', { count: 7, from: 'end' });
    backwards.unshift(...page.sessions.map((session) => session.id));
    while (page.hasPrevious) {
      page = await store.list('ada', { count: 7, from: 'end', before: at(page.sessions, 0) });
      backwards.unshift(...page.sessions.map((session) => session.id));
    }
    expect(backwards).toEqual(expected);
  });

  it('fills its pages though sessions between were deleted or have expired', async ({ store, subject }) => {
    for (const n of upTo(30)) {
      await store.create(newSession({ id: `s${n}`, expiresAfter: n % 3 === 0 ? 1 : null }));
    }
    const kept = upTo(30).filter((n) => n % 3 === 2);
    for (const n of upTo(30).filter((n) => n % 3 === 1)) await store.delete({ sessionId: `s${n}` });
    await subject.elapse(1100);
    const first = await store.list('ada', { count: kept.length - 1, from: 'start' });
    expect(first).toMatchObject({ hasNext: true, hasPrevious: false });
    expect(first.sessions).toHaveLength(kept.length - 1);
    const rest = await store.list('ada', { count: 5, from: 'start', after: at(first.sessions, -1) });
    expect(rest).toMatchObject({ hasNext: false, hasPrevious: true });
    expect(rest.sessions).toHaveLength(1);
    const ids = [...first.sessions, ...rest.sessions].map((session) => session.id);
    expect(ids.toSorted()).toEqual(kept.map((n) => `s${n}`).toSorted());
  });
}
