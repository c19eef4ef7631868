import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maySee, ownerGuard, type Viewer } from '../../src/core/access.ts';
import { cursorOf, itemIdOf } from '../../src/core/cursor.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Reading } from '../../src/core/reading.ts';
import { Sessions } from '../../src/core/sessions.ts';
import { Watching } from '../../src/core/watching.ts';
import { Writing } from '../../src/core/writing.ts';
import { append, at, expectCode, logOf, sessionNow } from '../contract/store-under-test.ts';
import { answers, newSession, says } from '../support/samples.ts';
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

describe('who may do what', () => {
  let feed: FeedUnderTest;
  let sessions: Sessions;
  let writing: Writing;
  let reading: Reading;
  let watching: Watching;

  /** `s` is ada's, `b` is bob's; both hold a question and an answer. */
  beforeEach(async () => {
    feed = await openFeed();
    const { store, feeds, lists } = feed;
    const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
    let count = 0;
    sessions = new Sessions({ store, limits: LIMITS, digest, newId: () => `made${count++}` });
    writing = new Writing({ store, limits: LIMITS, digest });
    reading = new Reading({ store, limits: LIMITS });
    watching = new Watching({ sessions, feeds, lists });
    await store.create(newSession({ id: 'b', userId: 'bob', title: 'secret' }));
    await append(store, 's', says('question'), answers('answer'));
    await append(store, 'b', says('secret question'), answers('secret answer'));
  });
  afterEach(async () => {
    await feed.close();
  });

  it('lets a service see and change everybody’s sessions', async () => {
    expect(await sessions.get(SERVICE, 's')).toMatchObject({ userId: 'ada' });
    expect(await sessions.get(SERVICE, 'b')).toMatchObject({ userId: 'bob' });
    await writing.addMessage(SERVICE, { sessionId: 'b', role: 'SYSTEM', text: 'x' });
    await sessions.update(SERVICE, { id: 'b', title: 'x' });
    await sessions.clear(SERVICE, { id: 'b' });
    expect(await sessions.delete(SERVICE, { id: 'b' })).toBe(true);
  });

  it('asks a service for which user it lists or makes sessions', async () => {
    await expectCode(sessions.list(SERVICE, null, {}), 'BAD_USER_INPUT');
    await expectCode(sessions.create(SERVICE, {}), 'BAD_USER_INPUT');
    const local: Viewer = { kind: 'SERVICE', userId: 'local' };
    expect(await sessions.create(local, {})).toMatchObject({ userId: 'local' });
    expect(await sessions.create(local, { userId: 'ada' })).toMatchObject({ userId: 'ada' });
  });

  it('shows a user its own sessions only', async () => {
    expect(await sessions.get(ADA, 's')).toMatchObject({ id: 's' });
    expect(await sessions.get(ADA, 'b')).toBeNull();
    expect((await sessions.list(ADA, null, {})).nodes.map(({ id }) => id)).toEqual(['s']);
    expect((await sessions.list(ADA, 'ada', {})).nodes.map(({ id }) => id)).toEqual(['s']);
    await expectCode(sessions.list(ADA, 'bob', {}), 'FORBIDDEN');
  });

  it('shows a user the items of its own sessions only', async () => {
    const idIn = async (sessionId: string) =>
      itemIdOf(sessionId, (await sessionNow(feed.store, sessionId)).end);
    expect(await reading.item(ADA, await idIn('s'))).toMatchObject({ session: { id: 's' } });
    expect(await reading.item(ADA, await idIn('b'))).toBeNull();
    expect(await reading.item(SERVICE, await idIn('b'))).toMatchObject({ session: { id: 'b' } });
  });

  it('lets a user make, rename, clear and delete sessions of its own', async () => {
    const made = await sessions.create(ADA, { title: 'mine' });
    expect(made).toMatchObject({ id: 'made0', userId: 'ada' });
    expect(await sessions.create(ADA, { userId: 'ada' })).toMatchObject({ userId: 'ada' });
    expect(await sessions.update(ADA, { id: made.id, title: 'still mine' })).toMatchObject({
      title: 'still mine',
    });
    expect(await sessions.clear(ADA, { id: 's' })).toMatchObject({ itemCount: 0 });
    expect(await sessions.delete(ADA, { id: 's' })).toBe(true);
  });

  it('lets a user neither choose an id nor act for another', async () => {
    await expectCode(sessions.create(ADA, { id: 'mine' }), 'FORBIDDEN');
    await expectCode(sessions.create(ADA, { userId: 'bob' }), 'FORBIDDEN');
    expect(await feed.store.get('mine')).toBeNull();
  });

  it('lets a user write messages of users, and nothing else', async () => {
    await writing.addMessage(ADA, { sessionId: 's', role: 'USER', text: 'more' });
    const before = await logOf(feed.store);
    for (const role of ['ASSISTANT', 'SYSTEM', 'DEVELOPER'] as const) {
      await expectCode(writing.addMessage(ADA, { sessionId: 's', role, text: 'x' }), 'FORBIDDEN');
    }
    await expectCode(writing.addItems(ADA, { sessionId: 's', items: [{ type: 'x' }] }), 'FORBIDDEN');
    const exchange = { sessionId: 's', userMessage: 'x', assistantResponse: 'y' };
    await expectCode(writing.storeExchange(ADA, exchange), 'FORBIDDEN');
    await expectCode(writing.trackAgent(ADA, { sessionId: 's', agentName: 'x' }), 'FORBIDDEN');
    await expectCode(writing.popItem(ADA, { id: 's' }), 'FORBIDDEN');
    expect(await logOf(feed.store)).toEqual(before);
  });

  it('does not find another’s session for a user’s writes, in the words for one that does not exist', async () => {
    const before = [await sessionNow(feed.store, 'b'), await logOf(feed.store, 'b')];
    const writes = [
      (id: string) => sessions.update(ADA, { id, title: 'taken over' }),
      (id: string) => sessions.update(ADA, { id, metadata: { taken: true } }),
      (id: string) => sessions.clear(ADA, { id }),
      (id: string) => sessions.clear(ADA, { id, idempotencyKey: 'k' }),
      (sessionId: string) => writing.addMessage(ADA, { sessionId, role: 'USER', text: 'x' }),
      (sessionId: string) =>
        writing.addMessage(ADA, { sessionId, role: 'USER', text: 'x', idempotencyKey: 'k' }),
    ];
    for (const write of writes) {
      const refused = await refusal(write('b'));
      expect(refused).toEqual(['NOT_FOUND', expect.any(String)]);
      expect(await refusal(write('nobody'))).toEqual(refused);
    }
    expect(await sessions.delete(ADA, { id: 'b' })).toBe(false);
    expect(await sessions.delete(ADA, { id: 'b', idempotencyKey: 'k' })).toBe(false);
    expect([await sessionNow(feed.store, 'b'), await logOf(feed.store, 'b')]).toEqual(before);
  });

  it('does not repeat to a user what a key did in another’s session', async () => {
    const write = { sessionId: 'b', role: 'USER', text: 'x', idempotencyKey: 'k' } as const;
    await writing.addMessage(BOB, write);
    expect(await refusal(writing.addMessage(ADA, write))).toEqual(
      await refusal(writing.addMessage(ADA, { ...write, sessionId: 'nobody' })),
    );
  });

  it('tells a user nothing of another’s session by the conditions of a write', async () => {
    const { end } = await sessionNow(feed.store, 'b');
    const first = at(await logOf(feed.store, 'b'), 0);
    for (const entry of [end, first.id]) {
      const ifCursor = cursorOf('b', entry);
      await expectCode(
        writing.addMessage(ADA, { sessionId: 'b', role: 'USER', text: 'x', ifCursor }),
        'NOT_FOUND',
      );
    }
  });

  it('lets a user watch its own sessions only', async () => {
    const events = await watching.events(ADA, 's', '0');
    expect(await events.next()).toMatchObject({ value: { type: 'ItemAdded', item: { text: 'question' } } });
    await events.return?.();
    for (const follow of [watching.events.bind(watching), watching.messages.bind(watching)]) {
      const refused = await refusal(follow(ADA, 'b', '0'));
      expect(refused).toEqual(['NOT_FOUND', expect.any(String)]);
      expect(await refusal(follow(ADA, 'nobody', '0'))).toEqual(refused);
      expect(await refusal(follow(ADA, 'b', 'garbage'))).toEqual(refused);
    }
    expect(feed.feeds.size).toBe(0);
  });

  it('ends the watch of a session that is deleted and made again for another', async () => {
    const events = await watching.events(ADA, 's', null);
    expect(await events.next()).toMatchObject({ value: { type: 'CaughtUp' } });
    await feed.store.delete({ sessionId: 's' });
    await feed.store.create(newSession({ userId: 'bob', title: 'secret' }));
    await append(feed.store, 's', says('secret'));
    expect(await events.next()).toMatchObject({ value: { type: 'SessionDeleted' } });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a viewer', () => {
  it('that is a service sees all and guards nothing; one that is a user is held to its own', () => {
    expect([SERVICE, ADA, BOB].map((viewer) => maySee(viewer, { userId: 'ada' }))).toEqual([
      true,
      true,
      false,
    ]);
    expect([SERVICE, ADA, BOB].map(ownerGuard)).toEqual([undefined, 'ada', 'bob']);
  });
});
