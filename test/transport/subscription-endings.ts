import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf, follow, SESSION_EVENTS, type Transport } from '../support/follow.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp } from '../support/running-app.ts';
import { startProxy } from '../support/tcp-proxy.ts';
import { MESSAGES, typesOf, type Subscriptions } from './subscription-under-test.ts';

const LEAVERS = 40;
/** What leaving may take until Redis knows. */
const SOON = { timeout: 1_000 };

export function endings(subscriptions: Subscriptions): void {
  const { api, transport } = subscriptions;

  it('completes both subscriptions when the session is deleted, with SessionDeleted as the last event', async () => {
    const sessionId = await api.create();
    const events = await subscriptions.followEvents(sessionId);
    const messages = subscriptions.follow(MESSAGES, { sessionId, after: '0' });
    await api.say(sessionId, 'one');
    await eventually(() => expect(messages.results).toHaveLength(1));
    await api.write('deleteSession', { id: sessionId });
    await events.done;
    await messages.done;
    expect(eventsOf(events).at(-1)).toEqual({ __typename: 'SessionDeleted', cursor: null });
    expect(messages.results).toHaveLength(1);
    await eventually(async () => expect(await subscriptions.listeners(sessionId)).toBe(0), SOON);
  });

  it('listens in Redis once for all who follow a session, until the last of them has left', async () => {
    const sessionId = await api.create();
    const one = await subscriptions.followEvents(sessionId);
    const other = await subscriptions.followEvents(sessionId);
    expect(await subscriptions.listeners(sessionId)).toBe(1);
    await one.stop();
    await api.say(sessionId, 'still here');
    await eventually(() => expect(typesOf(other)).toEqual(['CaughtUp', 'ItemAdded']));
    expect(await subscriptions.listeners(sessionId)).toBe(1);
    await other.stop();
    await eventually(async () => expect(await subscriptions.listeners(sessionId)).toBe(0), SOON);
  });

  it('listens no more in Redis when a connection is cut', async () => {
    const proxy = await startProxy(Number(new URL(api.endpoint).port));
    const sessionId = await api.create();
    const endpoint = `http://localhost:${proxy.port}/graphql`;
    const follower = follow(transport, endpoint, SESSION_EVENTS, { sessionId });
    await eventually(() => expect(typesOf(follower)).toEqual(['CaughtUp']));
    proxy.cut();
    await expect(follower.done).rejects.toBeDefined();
    await eventually(async () => expect(await subscriptions.listeners(sessionId)).toBe(0), SOON);
    await proxy.stop();
  });

  it('listens no more in Redis when clients leave while they are being set up', async () => {
    const sessionId = await api.create();
    const leaving = Array.from({ length: LEAVERS }, (_, n) =>
      leaveAfter(n * 2, transport, api.endpoint, sessionId),
    );
    await Promise.all(leaving);
    await eventually(async () => expect(await subscriptions.listeners(sessionId)).toBe(0), SOON);
  });

  it('breaks off, and does not complete, when the server ends', async () => {
    const server = await startApp({ STORE_URL: subscriptions.redis.url });
    const sessionId = await api.create();
    const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId });
    await eventually(() => expect(typesOf(follower)).toEqual(['CaughtUp']));
    await server.stop();
    await expect(follower.done).rejects.toBeDefined();
    expect(follower.results).toHaveLength(1);
  });
}

/** Asks for a subscription and is gone after so many turns: some before it began, some when it is over. */
async function leaveAfter(
  turns: number,
  transport: Transport,
  endpoint: string,
  sessionId: string,
): Promise<void> {
  const payload = { query: SESSION_EVENTS, variables: { sessionId } };
  const pass = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await setImmediate();
  };
  if (transport === 'WebSocket') {
    const socket = await openSocket(endpoint);
    await socket.init();
    socket.send({ id: 'a', type: 'subscribe', payload });
    await pass();
    // One way of leaving ends the operation, the other the connection.
    if (turns % 4 === 0) socket.send({ id: 'a', type: 'complete' });
    else socket.terminate();
    await setImmediate();
    socket.terminate();
    return;
  }
  const body = JSON.stringify(payload);
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined).resume();
  const accept =
    transport === 'SSE' ? 'text/event-stream' : 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0';
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  await pass();
  socket.destroy();
  await once(socket, 'close');
}
