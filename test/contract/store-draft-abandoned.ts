import { expect } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import {
  answers,
  draftText,
  idsOf,
  newDraft,
  newSession,
  once,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { beginWith, DRAFT_IDLE_MS } from './store-draft-abandoned-items.ts';
import {
  append,
  draftsNow,
  expectCode,
  fork,
  itemsOf,
  logOf,
  sessionNow,
  type StoreTest,
} from './store-under-test.ts';

/** Every call that concerns a session, by name. */
const CALLS: Readonly<Record<string, (store: SessionStore) => Promise<unknown>>> = {
  get: (store) => store.get('s'),
  drafts: (store) => store.drafts('s'),
  ends: (store) => store.ends(['none', 's']),
  append: (store) => append(store, 's', says('more')),
  'an append that changes nothing': (store) => append(store, 's'),
  update: (store) => store.update({ sessionId: 's', title: 'Plans', metadata: () => ({ a: 1 }) }),
  startDraft: (store) => store.startDraft(newDraft({ id: 'new' }, { most: 1 })),
  fork: (store) => fork(store),
  'create, which finds it': (store) => store.create(newSession({ ifExists: 'RETURN' })),
};

export function abandoningDrafts(it: StoreTest): void {
  for (const [name, call] of Object.entries(CALLS)) {
    it(`writes what was left before anything else is done: ${name}`, async ({ store, subject }) => {
      await store.create(newSession());
      await beginWith(store, { text: 'Hello, wor' });
      await subject.elapse(DRAFT_IDLE_MS);
      await call(store);
      const log = await logOf(store);
      expect(log[1]).toMatchObject({ finishesDraft: 'd', item: { status: 'INTERRUPTED' } });
      expect(textsOf(log.slice(1, 2))).toEqual(['Hello, wor']);
      expect(idsOf((await draftsNow(store)).open)).not.toContain('d');
    });
  }

  it('keeps a draft that is written to, even if only by a repeat', async ({ store, subject }) => {
    await store.create(newSession());
    await beginWith(store, { text: 'Hello' });
    for (const write of [
      draftText('Hello'),
      draftText('lo', { offset: 3 }),
      draftText('hm', { channel: 'REASONING' }),
      draftText('!', { offset: 5 }),
    ]) {
      await subject.elapse(DRAFT_IDLE_MS / 2);
      await store.appendToDraft(write);
      expect((await draftsNow(store)).open).toMatchObject([{ id: 'd' }]);
    }
    await subject.elapse(DRAFT_IDLE_MS);
    expect((await draftsNow(store)).open).toEqual([]);
    expect(textsOf(await itemsOf(store))).toEqual(['hm', 'Hello!']);
  });

  it('takes only those that are old enough', async ({ store, subject }) => {
    await store.create(newSession());
    await beginWith(store, { text: 'old' });
    await subject.elapse(DRAFT_IDLE_MS / 2);
    await beginWith(store, { text: 'young' }, { id: 'e' });
    await subject.elapse(DRAFT_IDLE_MS / 2);
    expect((await draftsNow(store)).open).toMatchObject([{ id: 'e', text: 'young' }]);
    expect(textsOf(await itemsOf(store))).toEqual(['old']);
    await subject.elapse(DRAFT_IDLE_MS);
    await store.get('s');
    expect(textsOf(await itemsOf(store))).toEqual(['old', 'young']);
    await beginWith(store, { text: 'youngest' }, { id: 'f' });
    expect((await draftsNow(store)).open).toMatchObject([{ id: 'f' }]);
  });

  it('takes several at once in the order in which they were begun', async ({ store, subject }) => {
    await store.create(newSession());
    for (const id of ['c', 'a', 'b']) await beginWith(store, { text: `by ${id}` }, { id, agent: id });
    await store.appendToDraft(draftText('!', { draftId: 'c', offset: 4 }));
    await subject.elapse(DRAFT_IDLE_MS);
    await store.get('s');
    const expected = ['null > c', 'by c!', 'c > a', 'by a', 'a > b', 'by b'];
    expect(textsOf(await itemsOf(store))).toEqual(expected);
  });

  it('refuses more text for it, and to end it', async ({ store, subject }) => {
    await store.create(newSession());
    await beginWith(store, { text: 'Hello' });
    await beginWith(store, { text: 'Bye' }, { id: 'e' });
    await subject.elapse(DRAFT_IDLE_MS);
    await expectCode(store.appendToDraft(draftText(', world', { offset: 5 })), 'NOT_FOUND');
    expect(textsOf((await logOf(store)).slice(1))).toEqual(['Hello', 'Bye']);
    const ending = { sessionId: 's', steps: [answers('Bye!')], draft: { id: 'e', step: 0 } };
    await expectCode(store.append(ending), 'NOT_FOUND');
    expect(textsOf(await itemsOf(store))).toEqual(['Hello', 'Bye']);
  });

  it('is popped, and cleared, like any other item', async ({ store, subject }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    await beginWith(store, { text: 'two' });
    await subject.elapse(DRAFT_IDLE_MS);
    const { entry } = await store.pop({ sessionId: 's' });
    expect(entry).toMatchObject({ finishesDraft: 'd', item: { status: 'INTERRUPTED' } });
    expect(textsOf(await itemsOf(store))).toEqual(['one']);
    await beginWith(store, { text: 'three' }, { id: 'e' });
    await subject.elapse(DRAFT_IDLE_MS);
    await store.clear({ sessionId: 's' });
    expect(await logOf(store)).toHaveLength(1);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 0, messageCount: 0, currentAgent: null });
  });

  it('stays written when the call that met it is refused', async ({ store, subject }) => {
    const { end } = await store.create(newSession());
    await beginWith(store, { text: 'Hello' });
    await subject.elapse(DRAFT_IDLE_MS);
    const late = store.append({ sessionId: 's', steps: [says('late')], ifEnd: end });
    const refusal: unknown = await late.catch((error: unknown) => error);
    const [, entry] = await logOf(store);
    expect(refusal).toMatchObject({ code: 'CONFLICT', details: { current: entry?.id } });
    expect(await sessionNow(store)).toMatchObject({ end: entry?.id, itemCount: 1 });
  });

  it('is left alone by a call of another owner, and by the repeat of a write', async ({ store, subject }) => {
    await store.create(newSession());
    const write = { sessionId: 's', steps: [says('one')], once: once('k') };
    const first = await store.append(write);
    const start = newDraft({}, { once: once('d') });
    const draft = await store.startDraft(start);
    await store.appendToDraft(draftText('Hello'));
    await subject.elapse(DRAFT_IDLE_MS);
    const log = await logOf(store);
    expect(await store.append(write)).toMatchObject({
      entries: first.entries,
      session: { end: first.session.end },
    });
    expect(await store.startDraft(start)).toEqual(draft);
    await expectCode(store.append({ ...write, owner: 'bob' }), 'NOT_FOUND');
    await expectCode(store.appendToDraft(draftText('Hello', { owner: 'bob' })), 'NOT_FOUND');
    expect(await logOf(store)).toEqual(log);
    await store.get('s');
    expect(textsOf(await itemsOf(store))).toEqual(['one', 'Hello']);
  });

  it('is written once when many calls come at once', async ({ store, subject }) => {
    await store.create(newSession());
    await beginWith(store, { text: 'Hello', reasoning: 'why' }, { agent: 'guide' });
    await subject.elapse(DRAFT_IDLE_MS);
    const calls = upTo(20).map((n) => (n % 2 === 0 ? store.get('s') : append(store, 's', says(`${n}`))));
    await Promise.all([...calls, store.ends(['s']), store.drafts('s')]);
    const texts = textsOf(await itemsOf(store));
    expect(texts.slice(0, 3)).toEqual(['null > guide', 'why', 'Hello']);
    expect(texts).toHaveLength(3 + 10);
  });

  it('is a write to the log: it moves the session in the list, and its expiry', async ({
    store,
    subject,
  }) => {
    await store.create(newSession({ expiresAfter: 60 }));
    await beginWith(store, { text: 'Hello' });
    await subject.elapse(3);
    const { createdAt } = await store.create(newSession({ id: 'later' }));
    await subject.elapse(DRAFT_IDLE_MS);
    const session = await sessionNow(store);
    expect(session.updatedAt).toBeGreaterThan(createdAt);
    expect(session.expiresAt).toBe(session.updatedAt + 60_000);
    const { sessions } = await store.list('ada', { count: 10, from: 'start' });
    expect(idsOf(sessions)).toEqual(['s', 'later']);
  });

  it('leaves the drafts of other sessions to those who ask for them', async ({ store, subject }) => {
    for (const id of ['s', 'S']) await store.create(newSession({ id }));
    await beginWith(store, { text: 'Hello' });
    await store.startDraft(newDraft({ id: 'e' }, { sessionId: 'S' }));
    await subject.elapse(DRAFT_IDLE_MS);
    await store.get('S');
    expect(await logOf(store)).toHaveLength(1);
    expect(await draftsNow(store, 'S')).toMatchObject({ open: [] });
    await store.get('s');
    expect(textsOf(await itemsOf(store))).toEqual(['Hello']);
  });
}
