import { expect, vi } from 'vitest';
import type { ItemEntry } from '../../src/core/log.ts';
import type { SessionStore } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  callItem,
  idsOf,
  itemStep,
  kindsOf,
  messageItem,
  newSession,
  plainItem,
  resultItem,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { pageOf } from './store-page.ts';
import {
  append,
  at,
  expectCode,
  fork,
  itemsOf,
  logOf,
  momentNow,
  sessionNow,
  type StoreTest,
} from './store-under-test.ts';

/** What a copy has in common with what it is a copy of. */
export function contentOf(entries: readonly ItemEntry[]): readonly unknown[] {
  return entries.map(({ at: time, item }) => ({ time, item }));
}

/** A session `s` with an item of every kind, changes between them, and times that differ. */
async function fill(store: SessionStore, elapse: (ms: number) => Promise<void>): Promise<void> {
  await store.create(newSession({ title: 'Plans', metadata: { a: [{}, []] }, expiresAfter: 3600 }));
  await append(store, 's', says('hello 😀'), agentStep('guide'), answers('hi'));
  await elapse(3);
  await store.update({ sessionId: 's', title: 'Sea' });
  await append(store, 's', itemStep(callItem('c', 'search "it"')), itemStep(resultItem('c')));
  await elapse(3);
  const odd = { dialect: 'RESPONSES', metadata: '{"b":[]}', derived: true, status: 'INTERRUPTED' } as const;
  await append(store, 's', itemStep(messageItem('SYSTEM', 'be kind', odd)), agentStep('closer\n'));
  await append(store, 's', itemStep(plainItem('{"type":"reasoning"}', { agent: 'scribe' })), says('popped'));
  await store.pop({ sessionId: 's' });
  await elapse(3);
  await append(store, 's', itemStep(messageItem('DEVELOPER', 'be brief')), answers('bye'));
}

export function forking(it: StoreTest): void {
  it('copies every item with its time and all else but its place', async ({ store, subject }) => {
    await fill(store, subject.elapse);
    await subject.elapse(10);
    await fork(store);
    const items = await itemsOf(store);
    const copies = await itemsOf(store, 'f');
    expect(contentOf(copies)).toEqual(contentOf(items));
    expect(new Set([...idsOf(items), ...idsOf(copies)]).size).toBe(2 * items.length);
    for (const copy of copies) expect(await store.item('f', copy.id)).toEqual(copy);
  });

  it('makes a session with the owner, metadata, expiry, counts and agents of its source', async ({
    store,
    subject,
  }) => {
    await fill(store, subject.elapse);
    const source = await sessionNow(store);
    await subject.elapse(10);
    const session = await fork(store);
    const { born, end, createdAt, updatedAt } = session;
    const expiresAt = updatedAt + 3_600_000;
    expect(session).toEqual({ ...source, id: 'f', born, end, createdAt, updatedAt, expiresAt });
    expect(session).toMatchObject({ messageCount: 3, itemCount: 10, currentAgent: 'closer\n' });
    expect(session).toEqual(await store.get('f'));
    expect(await store.get('s')).toEqual(source);
  });

  it('was made when it was forked, and that was its last write', async ({ store, subject }) => {
    await fill(store, subject.elapse);
    const source = await sessionNow(store);
    await subject.elapse(10);
    const { createdAt, updatedAt } = await fork(store);
    expect(createdAt).toBeGreaterThanOrEqual(source.updatedAt + 10);
    expect(updatedAt).toBeGreaterThanOrEqual(createdAt);
    expect(updatedAt).toBeLessThan(createdAt + 5_000);
    const { sessions } = await store.list('ada', { count: 10, from: 'start' });
    expect(idsOf(sessions)).toEqual(['f', 's']);
  });

  it('begins its log with one created entry, and links the copies behind it', async ({ store, subject }) => {
    await fill(store, subject.elapse);
    const session = await fork(store);
    const log = await logOf(store, 'f');
    expect(kindsOf(log)).toEqual(['created', ...upTo(10).map(() => 'item')]);
    expect(log.map((entry) => entry.prev)).toEqual([null, ...idsOf(log.slice(0, -1))]);
    expect(at(log, 0)).toMatchObject({ id: session.born, at: session.createdAt });
    expect(at(log, -1).id).toBe(session.end);
  });

  it('pages through the copies as through the items', async ({ store, subject }) => {
    await fill(store, subject.elapse);
    const session = await fork(store);
    const pageIn = (id: string, request: Parameters<typeof pageOf>[1]) => pageOf(store, request, id);
    for (const from of ['start', 'end'] as const) {
      for (const roles of [undefined, ['USER'], ['ASSISTANT', 'SYSTEM'], ['DEVELOPER']] as const) {
        for (const count of [1, 3, 50]) {
          const request = { from, count, ...(roles && { roles }) };
          expect(await pageIn('f', request)).toBe(await pageIn('s', request));
        }
      }
    }
    expect(await pageIn('f', { after: session.born, count: 1 })).toBe('hello 😀 >');
    const [first] = await itemsOf(store, 'f');
    expect(await pageIn('f', { before: session.end, from: 'end', count: 1 })).toBe('< be brief >');
    expect(await pageIn('f', { ...(first && { before: first.id }), from: 'end' })).toBe('>');
  });

  it('takes a title of its own, or none', async ({ store }) => {
    await store.create(newSession({ title: 'Plans' }));
    expect(await fork(store, { newId: 'a' })).toMatchObject({ title: 'Plans' });
    expect(await fork(store, { newId: 'b', title: 'Other "plans"' })).toMatchObject({
      title: 'Other "plans"',
    });
    expect(await fork(store, { newId: 'c', title: null })).toMatchObject({ title: null });
    expect(await store.get('b')).toMatchObject({ title: 'Other "plans"' });
  });

  it('copies a session without items', async ({ store }) => {
    await store.create(newSession());
    const session = await fork(store);
    expect(session).toMatchObject({ itemCount: 0, messageCount: 0, currentAgent: null, agentsUsed: [] });
    expect(session.end).toBe(session.born);
    expect(kindsOf(await logOf(store, 'f'))).toEqual(['created']);
  });

  it('copies what is left after pops and a clear', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('gone'), agentStep('gone'));
    await store.clear({ sessionId: 's' });
    await append(store, 's', agentStep('a'), says('one'), agentStep('b'), says('two'), agentStep('c'));
    await store.pop({ sessionId: 's' });
    await store.pop({ sessionId: 's' });
    const session = await fork(store);
    expect(textsOf(await itemsOf(store, 'f'))).toEqual(['null > a']);
    expect(session).toMatchObject({ currentAgent: 'a', agentsUsed: ['a'], itemCount: 1, messageCount: 0 });
  });

  it('goes on as its source would have', async ({ store, subject }) => {
    await fill(store, subject.elapse);
    const { end } = await fork(store);
    const steps = [agentStep('closer\n'), itemStep(resultItem('c')), agentStep('guide'), answers('again')];
    const { entries } = await store.append({ sessionId: 'f', steps, ifEnd: end, ifAgent: 'closer\n' });
    expect(entries.map((entry) => entry.item.toolName)).toEqual(['search "it"', null, null]);
    expect(at(entries, 0).prev).toBe(end);
    expect(textsOf(entries.slice(1))).toEqual(['closer\n > guide', 'again']);
    expect(await sessionNow(store, 'f')).toMatchObject({ itemCount: 13, messageCount: 4 });
  });

  it('keeps hand-offs as hand-offs: a pop takes them, and the agent is again the one before', async ({
    store,
  }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('a'), says('one'), agentStep('b'), agentStep('c'));
    await fork(store);
    const [, one] = await itemsOf(store, 'f');
    const { entry, session } = await store.pop({ sessionId: 'f' });
    expect(entry).toEqual(one);
    expect(session).toMatchObject({ currentAgent: 'a', itemCount: 1, messageCount: 0 });
    expect(kindsOf(await logOf(store, 'f')).slice(2)).toEqual(['removed', 'removed', 'removed']);
  });

  it('answers the repeat of a pop of a copy with the time that it was written', async ({
    store,
    subject,
  }) => {
    await store.create(newSession());
    const [written] = await append(store, 's', says('one'));
    await subject.elapse(10);
    await fork(store);
    const write = { sessionId: 'f', once: { key: 'k', digest: 'd' } };
    const first = await store.pop(write);
    expect(first.entry?.at).toBe(written?.at);
    expect(await store.pop(write)).toEqual(first);
  });

  it('can be forked again', async ({ store, subject }) => {
    await fill(store, subject.elapse);
    await subject.elapse(5);
    await fork(store);
    await append(store, 'f', says('more'));
    await subject.elapse(5);
    await fork(store, { sourceId: 'f', newId: 'g' });
    expect(contentOf(await itemsOf(store, 'g'))).toEqual(contentOf(await itemsOf(store, 'f')));
    const [found] = await append(store, 'g', itemStep(resultItem('c')));
    expect(found?.item.toolName).toBe('search "it"');
  });

  it('copies a session of three thousand items', async ({ store }) => {
    await store.create(newSession());
    for (const n of upTo(3)) {
      const steps = upTo(500).flatMap((m) => [says(`${n}.${m}`), answers('x'.repeat(700))]);
      await append(store, 's', ...steps);
    }
    const session = await fork(store);
    expect(session).toMatchObject({ itemCount: 3000, messageCount: 3000 });
    const log = await logOf(store, 'f');
    expect(log.map((entry) => entry.prev)).toEqual([null, ...idsOf(log.slice(0, -1))]);
    expect(contentOf(await itemsOf(store, 'f'))).toEqual(contentOf(await itemsOf(store)));
  });

  it('rings for who waits for the new session, and not for the source', async ({ store, subject }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const [waiting, source] = [await subject.heard('f'), await subject.heard('s')];
    await fork(store);
    const from = await momentNow(store, 'f');
    const changes = (await append(store, 'f', says('two'))).map((entry) => ({ kind: 'entry', entry }));
    const bell = { from, to: await momentNow(store, 'f'), changes };
    await vi.waitFor(() => expect(waiting).toEqual(['look', bell]));
    expect(source).toEqual([]);
  });

  it('refuses an id that exists, and leaves that session as it is', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const taken = await store.create(newSession({ id: 'f', title: 'Taken' }));
    await expectCode(fork(store), 'CONFLICT');
    await expectCode(fork(store, { newId: 's' }), 'CONFLICT');
    expect(await store.get('f')).toEqual(taken);
    expect(await itemsOf(store)).toHaveLength(1);
  });

  it('reports a source that does not exist, or is of another owner', async ({ store }) => {
    await store.create(newSession());
    await expectCode(fork(store, { sourceId: 'none' }), 'NOT_FOUND');
    await expectCode(fork(store, { sourceId: 'none', owner: 'ada' }), 'NOT_FOUND');
    await expectCode(fork(store, { owner: 'bob' }), 'NOT_FOUND');
    expect(await store.get('f')).toBeNull();
    expect(await fork(store, { owner: 'ada' })).toMatchObject({ id: 'f', userId: 'ada' });
  });
}
