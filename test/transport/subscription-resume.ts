import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf, SESSION_EVENTS, TRANSPORTS } from '../support/follow.ts';
import { MESSAGES, typesOf, type Subscriptions } from './subscription-under-test.ts';

const PLACES = `query ($id: ID!) {
  session(id: $id) {
    cursor
    items(first: 2) { edges { cursor } nodes { cursor } pageInfo { startCursor endCursor } }
    messages(last: 2) { edges { cursor } nodes { cursor } pageInfo { startCursor endCursor } }
  }
}`;

export function resumption(subscriptions: Subscriptions): void {
  const { api, transport } = subscriptions;
  const others = TRANSPORTS.filter((other) => other !== transport);

  it.each(others)('goes on after every cursor that anything gave, also events over %s', async (other) => {
    const sessionId = await api.create();
    const first = await subscriptions.followEvents(sessionId, '0', other);
    const messages = subscriptions.follow(MESSAGES, { sessionId, after: '0' }, other);
    const cursors = new Set<string>();
    cursors.add(await api.say(sessionId, 'one'));
    await eventually(() => expect(messages.results).toHaveLength(1));
    cursors.add(await api.say(sessionId, 'taken back'));
    const [, popped] = cursors;
    const { session } = await api.write('popItem', { id: sessionId }, 'session { cursor }');
    cursors.add(session.cursor);
    const updated = await api.write('updateSession', { id: sessionId, title: 'new' }, 'session { cursor }');
    cursors.add(updated.session.cursor);
    const exchange = { sessionId, userMessage: 'q', assistantResponse: 'a', agentName: 'x' };
    const { items } = await api.write('storeExchange', exchange, 'items { cursor }');
    for (const { cursor } of items) cursors.add(cursor);
    const page = (await api.ask(PLACES, { id: sessionId })).session;
    cursors.add(page.cursor);
    for (const { edges, nodes, pageInfo } of [page.items, page.messages]) {
      for (const { cursor } of [...edges, ...nodes]) cursors.add(cursor);
      cursors.add(pageInfo.startCursor).add(pageInfo.endCursor);
    }
    await eventually(() => expect(first.results).toHaveLength(8));
    await eventually(() => expect(messages.results).toHaveLength(4));
    for (const { data } of messages.results) cursors.add(data.messageAdded.cursor);
    for (const { cursor } of eventsOf(first)) cursors.add(cursor);

    const log = eventsOf(first).map(({ __typename, cursor }) => ({ __typename, cursor }));
    for (const after of cursors) {
      const from = log.findIndex(({ cursor }) => cursor === after) + 1;
      expect(from).toBeGreaterThan(0);
      const follower = subscriptions.follow(SESSION_EVENTS, { sessionId, after });
      // Who comes later is told that the item went, and no more that it came.
      const rest = log.slice(from).filter(({ cursor }) => cursor !== popped);
      await eventually(() => expect(typesOf(follower)).toContain('CaughtUp'));
      expect(eventsOf(follower)).toMatchObject([
        ...rest,
        { __typename: 'CaughtUp', cursor: log.at(-1)?.cursor },
      ]);
      await follower.stop();
    }
    await first.stop();
    await messages.stop();
  });

  it('says ResyncRequired for the cursor of an earlier session of the same id, and goes on from the end', async () => {
    const sessionId = await api.create();
    const after = await api.say(sessionId, 'old');
    await api.write('deleteSession', { id: sessionId });
    await api.create({ id: sessionId });
    const follower = await subscriptions.followEvents(sessionId, after);
    await api.say(sessionId, 'new');
    await eventually(() => expect(typesOf(follower)).toEqual(['ResyncRequired', 'CaughtUp', 'ItemAdded']));
    const [resync] = eventsOf(follower);
    expect(resync.reason).toBe('EXPIRED');
    await follower.stop();
    for (const other of others) {
      const again = await subscriptions.followEvents(sessionId, resync.cursor, other);
      expect(typesOf(again)).toEqual(['ItemAdded', 'CaughtUp']);
      await again.stop();
    }
  });

  it('ends messageAdded with CURSOR_EXPIRED where sessionEvents would say ResyncRequired', async () => {
    const sessionId = await api.create();
    const after = await api.say(sessionId, 'old');
    await api.write('deleteSession', { id: sessionId });
    await api.create({ id: sessionId });
    const follower = subscriptions.follow(MESSAGES, { sessionId, after });
    await follower.done;
    expect(follower.results).toMatchObject([
      { data: null, errors: [{ extensions: { code: 'CURSOR_EXPIRED', retryable: false } }] },
    ]);
  });
}
