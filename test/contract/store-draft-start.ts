import { expect } from 'vitest';
import { MESSAGE_ROLES } from '../../src/core/log.ts';
import { draftText, idsOf, newDraft, newSession, once, says, upTo } from '../support/samples.ts';
import { append, at, draftsNow, expectCode, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

export function startingDrafts(it: StoreTest): void {
  it('gives the draft, which is open and empty', async ({ store }) => {
    const { createdAt } = await store.create(newSession());
    const draft = await store.startDraft(newDraft({ agent: 'guide' }));
    const { startedAt } = draft;
    expect(draft).toEqual({ id: 'd', role: 'ASSISTANT', agent: 'guide', startedAt });
    expect(startedAt).toBeGreaterThanOrEqual(createdAt);
    expect(startedAt).toBeLessThan(createdAt + 60_000);
    expect((await draftsNow(store)).open).toEqual([{ ...draft, text: '', reasoning: '' }]);
  });

  it('keeps many open, the oldest first', async ({ store, subject }) => {
    await store.create(newSession());
    const started = [];
    for (const [n, role] of MESSAGE_ROLES.entries()) {
      await subject.elapse(2);
      started.push(await store.startDraft(newDraft({ id: `${9 - n}`, role, agent: `agent ${n}` })));
    }
    const { open } = await draftsNow(store);
    expect(open).toEqual(started.map((draft) => ({ ...draft, text: '', reasoning: '' })));
    expect(open.map((draft) => draft.role)).toEqual(MESSAGE_ROLES);
    expect(at(open, 3).startedAt).toBeGreaterThan(at(open, 0).startedAt);
  });

  it("keeps an agent's name as it is", async ({ store }) => {
    await store.create(newSession());
    const names = ['a "quoted" one', 'zwei\n\t\\', '😀', 'null', 'é', 'e\u0301', ' ', '\u2028'];
    for (const [n, agent] of names.entries()) await store.startDraft(newDraft({ id: `${n}`, agent }));
    expect((await draftsNow(store)).open.map((draft) => draft.agent)).toEqual(names);
  });

  it('has none before the first, and answers null without a session', async ({ store }) => {
    await store.create(newSession());
    expect(await store.drafts('s')).toEqual({ revision: '', open: [] });
    expect(await store.drafts('none')).toBeNull();
  });

  it('leaves the session, its log and the list as they are', async ({ store, subject }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    await subject.elapse(3);
    await store.create(newSession({ id: 'later' }));
    await subject.elapse(3);
    const before = [await sessionNow(store), await logOf(store)];
    await store.startDraft(newDraft({ agent: 'guide' }));
    expect([await sessionNow(store), await logOf(store)]).toEqual(before);
    const { sessions } = await store.list('ada', { count: 10, from: 'start' });
    expect(idsOf(sessions)).toEqual(['later', 's']);
  });

  it('refuses one more than may be open, until one has ended', async ({ store }) => {
    await store.create(newSession());
    for (const id of ['a', 'b']) await store.startDraft(newDraft({ id }, { most: 2 }));
    const third = newDraft({ id: 'c' }, { most: 2, once: once('k') });
    const refusal = { code: 'CONFLICT', details: { limit: 2, actual: 2 } };
    await expect(store.startDraft(third)).rejects.toMatchObject(refusal);
    expect(idsOf((await draftsNow(store)).open)).toEqual(['a', 'b']);
    await store.append({ sessionId: 's', steps: [], draft: { id: 'a' } });
    await store.startDraft(third);
    expect(idsOf((await draftsNow(store)).open)).toEqual(['b', 'c']);
  });

  it('answers a repeat with the first draft, whatever the limit and the time', async ({ store, subject }) => {
    await store.create(newSession());
    const draft = await store.startDraft(newDraft({ agent: 'a\n' }, { once: once('k'), most: 1 }));
    await store.appendToDraft(draftText('hello'));
    const drafts = await draftsNow(store);
    await subject.elapse(5);
    const repeat = newDraft({ id: 'other', agent: 'a\n' }, { once: once('k'), most: 1 });
    expect(await store.startDraft(repeat)).toEqual(draft);
    expect(await draftsNow(store)).toEqual(drafts);
  });

  it('answers a repeat though the draft is no longer open, and opens none', async ({ store }) => {
    await store.create(newSession());
    const write = newDraft({}, { once: once('k') });
    const draft = await store.startDraft(write);
    await store.append({ sessionId: 's', steps: [], draft: { id: 'd' } });
    const drafts = await draftsNow(store);
    expect(await store.startDraft(write)).toEqual(draft);
    expect(await draftsNow(store)).toEqual(drafts);
    await store.clear({ sessionId: 's' });
    expect(await store.startDraft(write)).toEqual(draft);
  });

  it('refuses a key that was used with another digest', async ({ store }) => {
    await store.create(newSession());
    await store.startDraft(newDraft({}, { once: once('k', 'a') }));
    await expectCode(store.startDraft(newDraft({ id: 'e' }, { once: once('k', 'b') })), 'CONFLICT');
    await store.append({ sessionId: 's', steps: [says('one')], once: once('l', 'a') });
    await expectCode(store.startDraft(newDraft({ id: 'e' }, { once: once('l', 'b') })), 'CONFLICT');
    expect(idsOf((await draftsNow(store)).open)).toEqual(['d']);
  });

  it('opens one when many calls with one key come at once', async ({ store }) => {
    await store.create(newSession());
    const calls = upTo(30).map((n) => store.startDraft(newDraft({ id: `d${n}` }, { once: once('k') })));
    const [first, ...others] = await Promise.all(calls);
    for (const other of others) expect(other).toEqual(first);
    expect(await draftsNow(store)).toMatchObject({ open: [first] });
  });

  it('reports a session that does not exist, or is of another owner', async ({ store }) => {
    await store.create(newSession());
    await expectCode(store.startDraft(newDraft({}, { sessionId: 'none' })), 'NOT_FOUND');
    await expectCode(store.startDraft(newDraft({}, { owner: 'bob' })), 'NOT_FOUND');
    expect(await store.drafts('s')).toEqual({ revision: '', open: [] });
    expect(await store.startDraft(newDraft({}, { owner: 'ada' }))).toMatchObject({ id: 'd' });
  });
}
