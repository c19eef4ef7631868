import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { openSocket, type RawSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const MIB = 1024 * 1024;
const WATCH = `subscription ($sessionId: ID!) {
  sessionEvents(sessionId: $sessionId) { __typename ... on ItemAdded { item { ... on Message { text } } } }
}`;

describe('an event that is large', () => {
  let server: RunningApp;
  const api = new Api(() => server.endpoint);
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(() => server.stop());

  const watching = async (sessionId: string, ids: readonly string[]): Promise<RawSocket> => {
    const socket = await openSocket(server.endpoint);
    await socket.init();
    for (const id of ids) socket.subscribe(id, WATCH, { variables: { sessionId } });
    await eventually(() => {
      for (const id of ids) expect(socket.of(id)).toHaveLength(1);
    });
    return socket;
  };

  it('is in memory once, however many WebSockets and subscriptions wait for it', async () => {
    const sessionId = await api.create();
    const ids = Array.from({ length: 20 }, (_, index) => `subscription-${index}`);
    const sockets = [];
    for (let count = 0; count < 5; count++) sockets.push(await watching(sessionId, ids));
    for (const socket of sockets) socket.pause();
    const before = process.memoryUsage().arrayBuffers;
    const text = 'é'.repeat(MIB / 2);
    await api.say(sessionId, text);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MIB);

    for (const socket of sockets) socket.resume();
    const event = { data: { sessionEvents: { __typename: 'ItemAdded', item: { text } } } };
    for (const socket of sockets) {
      await eventually(() => {
        for (const id of ids) expect(socket.of(id)).toHaveLength(2);
      });
      for (const id of ids) expect(socket.of(id)[1]).toEqual({ id, type: 'next', payload: event });
      socket.terminate();
    }
  });
});
