import { expect } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { answers, draftText, idsOf, newDraft, newSession, once, says } from '../support/samples.ts';
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

const LOOK_ALIKES = ['s', 'S', 's-', 's_', 's-drafts', 's_d', 'd', '0'];

/** Begins draft `d-<id>` with some text in that session. */
async function beginIn(store: SessionStore, sessionId: string): Promise<void> {
  const draftId = `d-${sessionId}`;
  await store.startDraft(newDraft({ id: draftId }, { sessionId, once: once('k', sessionId) }));
  await store.appendToDraft(draftText(`to ${sessionId}`, { sessionId, draftId }));
}

async function expectNoDrafts(store: SessionStore, sessionId = 's'): Promise<void> {
  expect((await draftsNow(store, sessionId)).open).toEqual([]);
  const late = { sessionId, draftId: `d-${sessionId}`, offset: 4 };
  await expectCode(store.appendToDraft(draftText('late', late)), 'NOT_FOUND');
}

export function keepingDrafts(it: StoreTest): void {
  it('keeps the drafts of look-alike sessions apart', async ({ store }) => {
    for (const id of LOOK_ALIKES) await store.create(newSession({ id }));
    for (const id of LOOK_ALIKES) await beginIn(store, id);
    for (const doomed of ['S', 's_', 's-drafts']) await store.delete({ sessionId: doomed });
    await store.clear({ sessionId: 's' });
    await expectNoDrafts(store);
    for (const id of ['s-', 's_d', 'd', '0']) {
      expect((await draftsNow(store, id)).open).toMatchObject([{ id: `d-${id}`, text: `to ${id}` }]);
      await expectCode(
        store.appendToDraft(draftText('x', { sessionId: 's', draftId: `d-${id}` })),
        'NOT_FOUND',
      );
    }
  });

  it('drops all with a clear, once', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    await beginIn(store, 's');
    await store.startDraft(newDraft({ id: 'e' }));
    const clear = { sessionId: 's', once: once('c') };
    await store.clear(clear);
    await expectNoDrafts(store);
    await store.startDraft(newDraft({ id: 'f' }));
    await store.clear(clear);
    expect(idsOf((await draftsNow(store)).open)).toEqual(['f']);
  });

  it('has none in a session that was deleted, nor in one that was made again', async ({ store }) => {
    await store.create(newSession());
    await beginIn(store, 's');
    await store.delete({ sessionId: 's' });
    expect(await store.drafts('s')).toBeNull();
    await expectCode(store.startDraft(newDraft()), 'NOT_FOUND');
    await expectCode(store.appendToDraft(draftText('late', { draftId: 'd-s' })), 'NOT_FOUND');
    await store.create(newSession());
    expect(await store.drafts('s')).toEqual({ revision: '', open: [] });
    await expectNoDrafts(store);
    await beginIn(store, 's');
    expect((await draftsNow(store)).open).toMatchObject([{ id: 'd-s', text: 'to s' }]);
  });

  it('copies into a fork neither drafts nor which of them an item was', async ({ store }) => {
    await store.create(newSession());
    await beginIn(store, 's');
    await store.append({ sessionId: 's', steps: [answers('Hi')], draft: { id: 'd-s', step: 0 } });
    await store.startDraft(newDraft({ id: 'e' }));
    const drafts = await draftsNow(store);
    await fork(store);
    expect(await store.drafts('f')).toEqual({ revision: '', open: [] });
    for (const entry of [...(await itemsOf(store, 'f')), ...(await logOf(store, 'f'))])
      expect('finishesDraft' in entry).toBe(false);
    expect(await draftsNow(store)).toEqual(drafts);
    await beginIn(store, 'f');
    await store.append({ sessionId: 'f', steps: [answers('Ho')], draft: { id: 'd-f', step: 0 } });
    expect((await itemsOf(store, 'f')).map((entry) => entry.finishesDraft)).toEqual([undefined, 'd-f']);
    expect(await draftsNow(store)).toEqual(drafts);
  });

  it('lets the session expire after the last write to a draft, a repeat included', async ({
    store,
    subject,
  }) => {
    await store.create(newSession({ expiresAfter: 1 }));
    const { updatedAt, expiresAt: first } = await sessionNow(store);
    expect(first).toBe(updatedAt + 1000);
    let least = updatedAt + 1000;
    for (const write of [
      () => store.startDraft(newDraft()),
      () => store.appendToDraft(draftText('hello')),
      () => store.appendToDraft(draftText('hello')),
      () => store.appendToDraft(draftText('think', { channel: 'REASONING' })),
      () => store.append({ sessionId: 's', steps: [], draft: { id: 'd' } }),
    ]) {
      await subject.elapse(600);
      await write();
      least += 600;
      const session = await sessionNow(store);
      expect(session.updatedAt).toBe(updatedAt);
      expect(session.expiresAt).toBeGreaterThanOrEqual(least);
      expect(session.expiresAt).toBeLessThan(least + 5_000);
      expect((await store.list('ada', { count: 1, from: 'start' })).sessions).toEqual([session]);
    }
    const { expiresAt } = await sessionNow(store);
    await subject.elapse(600);
    await store.drafts('s');
    await store.startDraft(newDraft({}, { owner: 'bob' })).catch(() => undefined);
    expect((await sessionNow(store)).expiresAt).toBe(expiresAt);
    await subject.elapse(600);
    expect(await store.get('s')).toBeNull();
    expect((await store.list('ada', { count: 1, from: 'start' })).sessions).toEqual([]);
  });

  it('counts the expiry from a write of any kind, whichever came last', async ({ store, subject }) => {
    await store.create(newSession({ expiresAfter: 1 }));
    await store.startDraft(newDraft());
    await subject.elapse(600);
    await append(store, 's', says('one'));
    const { expiresAt, updatedAt } = await sessionNow(store);
    expect(expiresAt).toBe(updatedAt + 1000);
    await subject.elapse(600);
    await store.appendToDraft(draftText('hello'));
    await subject.elapse(600);
    expect(await store.update({ sessionId: 's', expiresAfter: null })).toMatchObject({ expiresAt: null });
    await store.appendToDraft(draftText('hello'));
    expect(await sessionNow(store)).toMatchObject({ expiresAt: null, expiresAfter: null });
  });

  it('has none once the session has expired, nor in one that was made again', async ({ store, subject }) => {
    await store.create(newSession({ expiresAfter: 1 }));
    await beginIn(store, 's');
    await subject.elapse(1100);
    expect(await store.drafts('s')).toBeNull();
    await expectCode(store.startDraft(newDraft()), 'NOT_FOUND');
    await expectCode(store.appendToDraft(draftText('late', { draftId: 'd-s' })), 'NOT_FOUND');
    await store.create(newSession());
    expect(await store.drafts('s')).toEqual({ revision: '', open: [] });
    await expectNoDrafts(store);
  });
}
