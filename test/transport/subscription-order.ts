import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf } from '../support/follow.ts';
import { MESSAGES, textsOf, typesOf, type Subscriptions } from './subscription-under-test.ts';

export function order(subscriptions: Subscriptions): void {
  const { api } = subscriptions;

  it('begins from now on when no place is given', async () => {
    const sessionId = await api.create();
    await api.say(sessionId, 'before');
    const follower = await subscriptions.followEvents(sessionId);
    await api.say(sessionId, 'after');
    await eventually(() => expect(typesOf(follower)).toEqual(['CaughtUp', 'ItemAdded']));
    expect(textsOf(follower)).toEqual(['after']);
    await follower.stop();
  });

  it('replays from the beginning, says that it has caught up at the end of the log, and goes on live', async () => {
    const sessionId = await api.create();
    const first = await api.say(sessionId, 'one');
    const follower = await subscriptions.followEvents(sessionId, '0');
    const second = await api.say(sessionId, 'two');
    await eventually(() => expect(typesOf(follower)).toEqual(['ItemAdded', 'CaughtUp', 'ItemAdded']));
    expect(eventsOf(follower).map(({ cursor }) => cursor)).toEqual([first, first, second]);
    await follower.stop();
  });

  it('gives hundreds of messages in the order in which they were written, replayed and live', async () => {
    const sessionId = await api.create();
    const texts = Array.from({ length: 600 }, (_, n) => `message ${n}`);
    const write = async (from: number, to: number): Promise<void> => {
      for (let at = from; at < to; at += 50) {
        const items = texts.slice(at, at + 50).map((content) => ({ role: 'user', content }));
        await api.write('addItems', { sessionId, items });
      }
    };
    await write(0, 300);
    const follower = subscriptions.follow(MESSAGES, { sessionId, after: '0' });
    await write(300, 600);
    const seen = (): string[] => follower.results.map(({ data }) => data.messageAdded.text);
    await eventually(() => expect(seen()).toHaveLength(600));
    expect(seen()).toEqual(texts);
    await follower.stop();
  });

  it('tells of every kind of change, in order, and completes when the session is deleted', async () => {
    const sessionId = await api.create();
    const follower = await subscriptions.followEvents(sessionId);
    await api.ask(
      `mutation {
        a: storeExchange(input: { sessionId: "${sessionId}", userMessage: "q", assistantResponse: "a", agentName: "x" }) { session { id } }
        b: popItem(input: { id: "${sessionId}" }) { item { id } }
        c: updateSession(input: { id: "${sessionId}", title: "new" }) { session { id } }
        d: trackAgent(input: { sessionId: "${sessionId}", agentName: "y" }) { session { id } }
        e: clearSession(input: { id: "${sessionId}" }) { session { id } }
        f: deleteSession(input: { id: "${sessionId}" }) { deleted }
      }`,
    );
    await follower.done;
    const events = eventsOf(follower);
    // What happened just before the deletion may be gone with the log before it was read.
    expect(events.at(-1)).toMatchObject({ __typename: 'SessionDeleted', cursor: null });
    const expected = [
      'CaughtUp',
      'ItemAdded',
      'ItemAdded',
      'ItemAdded',
      'ItemRemoved',
      'SessionUpdated',
      'ItemAdded',
      'SessionCleared',
    ];
    expect(expected.slice(0, events.length - 1)).toEqual(
      events.slice(0, -1).map(({ __typename }) => __typename),
    );
  });

  it('begins with SessionCleared when a cleared session is followed from the beginning', async () => {
    const sessionId = await api.create();
    const before = await api.say(sessionId, 'gone');
    await api.write('clearSession', { id: sessionId });
    await api.say(sessionId, 'kept');
    for (const after of ['0', before]) {
      const follower = await subscriptions.followEvents(sessionId, after);
      expect(typesOf(follower)).toEqual(['SessionCleared', 'ItemAdded', 'CaughtUp']);
      await follower.stop();
    }
  });

  it('goes on after an item that has been popped since', async () => {
    const sessionId = await api.create();
    const popped = await api.say(sessionId, 'oops');
    await api.write('popItem', { id: sessionId });
    await api.say(sessionId, 'better');
    const follower = await subscriptions.followEvents(sessionId, popped);
    expect(typesOf(follower)).toEqual(['ItemRemoved', 'ItemAdded', 'CaughtUp']);
    await follower.stop();
  });

  it('hands on messages of users and assistants only', async () => {
    const sessionId = await api.create();
    const follower = subscriptions.follow(MESSAGES, { sessionId, after: '0' });
    await api.say(sessionId, 'instructions', { role: 'SYSTEM' });
    await api.say(sessionId, 'question');
    await api.say(sessionId, 'answer', { role: 'ASSISTANT' });
    await eventually(() => expect(follower.results).toHaveLength(2));
    expect(follower.results.map(({ data }) => data.messageAdded.text)).toEqual(['question', 'answer']);
    await follower.stop();
  });
}
