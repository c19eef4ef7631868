import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/core/access.ts';
import { DraftEndings } from '../../src/core/draft-endings.ts';
import { Drafting } from '../../src/core/drafting.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Reading } from '../../src/core/reading.ts';
import { Sessions } from '../../src/core/sessions.ts';
import { Watching } from '../../src/core/watching.ts';
import { Writing } from '../../src/core/writing.ts';
import { append, draftsNow, expectCode, logOf, sessionNow } from '../contract/store-under-test.ts';
import { newSession, says } from '../support/samples.ts';
import { openFeed, type FeedUnderTest } from './feed-under-test.ts';

const SERVICE: Viewer = { kind: 'SERVICE', userId: null };
const ADA: Viewer = { kind: 'USER', userId: 'ada' };
const BOB: Viewer = { kind: 'USER', userId: 'bob' };

/** The code and the message of what a call throws. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof Error && 'code' in error ? [error.code, error.message] : error;
}

describe('who may write drafts', () => {
  let feed: FeedUnderTest;
  let drafting: Drafting;
  let endings: DraftEndings;
  let writing: Writing;
  let reading: Reading;
  let watching: Watching;
  let count = 0;

  /** `s` is ada's, `b` is bob's; both hold a question. */
  beforeEach(async () => {
    feed = await openFeed();
    const { store, feeds, lists } = feed;
    const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
    const newId = () => `draft${count++}`;
    drafting = new Drafting({ store, limits: LIMITS, newId, digest });
    endings = new DraftEndings({ store, limits: LIMITS, digest });
    writing = new Writing({ store, limits: LIMITS, digest });
    reading = new Reading({ store, limits: LIMITS });
    const sessions = new Sessions({ store, limits: LIMITS, newId, digest });
    watching = new Watching({ sessions, feeds, lists });
    await store.create(newSession({ id: 'b', userId: 'bob', title: 'secret' }));
    await append(store, 's', says('question'));
    await append(store, 'b', says('secret question'));
  });
  afterEach(() => feed.close());

  /** A draft of an assistant that a service writes, with a text and a thought. */
  const assistants = async (sessionId: string) => {
    const { id: draftId } = await drafting.start(SERVICE, { sessionId, agent: 'guide' });
    await drafting.append(SERVICE, { sessionId, draftId, text: 'answer', offset: 0 });
    await drafting.append(SERVICE, { sessionId, draftId, text: 'hm', offset: 0, channel: 'REASONING' });
    return { sessionId, draftId };
  };
  const stateOf = async (sessionId: string) => [
    await sessionNow(feed.store, sessionId),
    await logOf(feed.store, sessionId),
    await draftsNow(feed.store, sessionId),
  ];

  it('lets a service write drafts of every role in everybody’s sessions', async () => {
    for (const role of ['USER', 'ASSISTANT', 'SYSTEM', 'DEVELOPER'] as const) {
      const { id: draftId } = await drafting.start(SERVICE, { sessionId: 'b', role });
      await drafting.append(SERVICE, { sessionId: 'b', draftId, text: 'x', offset: 0, channel: 'REASONING' });
      await drafting.append(SERVICE, { sessionId: 'b', draftId, text: 'x', offset: 0 });
      const { message } = await endings.finish(SERVICE, { sessionId: 'b', draftId });
      expect(message.item.role).toBe(role);
    }
  });

  it('lets a user write, finish and cancel drafts of its own words', async () => {
    const begin = { sessionId: 's', role: 'USER', idempotencyKey: 'begin' } as const;
    const { id: draftId } = await drafting.start(ADA, begin);
    expect((await drafting.start(ADA, begin)).id).toBe(draftId);
    await drafting.append(ADA, { sessionId: 's', draftId, text: 'Hel', offset: 0 });
    await drafting.append(ADA, { sessionId: 's', draftId, text: 'lo', offset: 3, channel: 'TEXT' });
    const finish = { sessionId: 's', draftId, metadata: { a: 1 }, idempotencyKey: 'finish' };
    const { message } = await endings.finish(ADA, finish);
    expect(message.item).toMatchObject({ role: 'USER', metadata: '{"a":1}' });
    expect((await endings.finish(ADA, finish)).message).toEqual(message);
    const kept = await drafting.start(ADA, { sessionId: 's', role: 'USER' });
    await drafting.append(ADA, { sessionId: 's', draftId: kept.id, text: 'x', offset: 0 });
    const cancelled = await endings.cancel(ADA, { sessionId: 's', draftId: kept.id });
    expect(cancelled.message?.item).toMatchObject({ role: 'USER', status: 'INTERRUPTED' });
    const dropped = await drafting.start(ADA, { sessionId: 's', role: 'USER' });
    const nothing = await endings.cancel(ADA, { sessionId: 's', draftId: dropped.id, keep: false });
    expect(nothing.message).toBeNull();
    expect((await sessionNow(feed.store)).messageCount).toBe(3);
  });

  it('lets a user begin no draft of another role, which is what it would be if none is named', async () => {
    const before = await stateOf('s');
    for (const role of ['ASSISTANT', 'SYSTEM', 'DEVELOPER', null, undefined] as const) {
      await expectCode(drafting.start(ADA, { sessionId: 's', role }), 'FORBIDDEN');
      await expectCode(drafting.start(ADA, { sessionId: 's', role, idempotencyKey: 'k' }), 'FORBIDDEN');
    }
    expect(await stateOf('s')).toEqual(before);
  });

  it('lets a user touch no draft of an assistant, in its own session either', async () => {
    const draft = await assistants('s');
    const before = await stateOf('s');
    const touches = [
      drafting.append(ADA, { ...draft, text: '!', offset: 6 }),
      drafting.append(ADA, { ...draft, text: 'answer', offset: 0 }),
      endings.finish(ADA, draft),
      endings.finish(ADA, { ...draft, text: 'x' }),
      endings.finish(ADA, { ...draft, item: { role: 'user', content: 'x' } }),
      endings.finish(ADA, { ...draft, idempotencyKey: 'k' }),
      endings.cancel(ADA, draft),
      endings.cancel(ADA, { ...draft, keep: false }),
      writing.addItems(ADA, { sessionId: 's', items: [{ type: 'x' }], finishesDraft: draft.draftId }),
    ];
    for (const touch of touches) await expectCode(touch, 'FORBIDDEN');
    expect(await stateOf('s')).toEqual(before);
    await endings.finish(SERVICE, { ...draft, idempotencyKey: 'k' });
  });

  it('lets a user write no thoughts, and make no answer of its draft', async () => {
    const { id: draftId } = await drafting.start(ADA, { sessionId: 's', role: 'USER' });
    const thought = { sessionId: 's', draftId, text: 'x', offset: 0, channel: 'REASONING' } as const;
    await expectCode(drafting.append(ADA, thought), 'FORBIDDEN');
    await drafting.append(ADA, { ...thought, channel: 'TEXT' });
    for (const item of [
      { role: 'assistant', content: 'x' },
      { role: 'system', content: 'x' },
      { type: 'x' },
    ]) {
      await expectCode(endings.finish(ADA, { sessionId: 's', draftId, item }), 'BAD_USER_INPUT');
    }
    const own = { sessionId: 's', draftId, item: { role: 'user', content: 'own' } };
    expect((await endings.finish(ADA, own)).message.item.role).toBe('USER');
  });

  it('does not find another’s session, whatever is done to its drafts, in the words for one that does not exist', async () => {
    const { draftId } = await assistants('b');
    const mine = await drafting.start(BOB, { sessionId: 'b', role: 'USER', idempotencyKey: 'k' });
    await drafting.append(BOB, { sessionId: 'b', draftId: mine.id, text: 'secret', offset: 0 });
    const before = await stateOf('b');
    const role = 'USER' as const;
    for (const draft of [draftId, mine.id, 'none', '']) {
      const writes = [
        (sessionId: string) => drafting.start(ADA, { sessionId, role }),
        (sessionId: string) => drafting.start(ADA, { sessionId, role, idempotencyKey: 'k' }),
        (sessionId: string) => drafting.append(ADA, { sessionId, draftId: draft, text: 'x', offset: 0 }),
        (sessionId: string) => drafting.append(ADA, { sessionId, draftId: draft, text: 'x', offset: 99 }),
        (sessionId: string) => endings.finish(ADA, { sessionId, draftId: draft }),
        (sessionId: string) => endings.finish(ADA, { sessionId, draftId: draft, text: 'x', item: {} }),
        (sessionId: string) => endings.finish(ADA, { sessionId, draftId: draft, idempotencyKey: 'k' }),
        (sessionId: string) => endings.cancel(ADA, { sessionId, draftId: draft }),
      ];
      for (const write of writes) {
        const refused = await refusal(write('b'));
        expect(refused).toEqual(['NOT_FOUND', 'There is no such session.']);
        expect(await refusal(write('nobody'))).toEqual(refused);
      }
    }
    expect(await stateOf('b')).toEqual(before);
  });

  it('shows a user what is written in its own session, and nothing of another’s', async () => {
    const own = await assistants('s');
    const { draftId } = await assistants('b');
    expect(await reading.drafts(await sessionNow(feed.store))).toMatchObject([
      { id: own.draftId, text: 'answer' },
    ]);
    const events = await watching.events(ADA, 's', null);
    expect(await events.next()).toMatchObject({
      value: { type: 'DraftStarted', draft: { id: own.draftId, text: 'answer', reasoning: 'hm' } },
    });
    await events.return?.();
    expect(await drafting.read('s', draftId)).toBeNull();
    await expectCode(watching.events(ADA, 'b', null), 'NOT_FOUND');
  });
});
