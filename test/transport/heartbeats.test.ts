import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { ACCEPT_MULTIPART, openEventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { eventsOf, follow, SESSION_EVENTS, TRANSPORTS } from '../support/follow.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const WATCH = 'subscription ($sessionId: ID!) { sessionEvents(sessionId: $sessionId) { __typename } }';
const RESULT = '{"data":{"sessionEvents":{"__typename":"CaughtUp"}}}';

let server: RunningApp;
const api = new Api(() => server.endpoint);
beforeAll(async () => {
  server = await startApp({}, { pingMs: 200 });
});
afterAll(async () => {
  await server.stop();
});

describe('a connection on which nothing happens', () => {
  it('shows that it lives, as comments of an event stream', async () => {
    const stream = await openEventStream(server.endpoint, WATCH, { sessionId: await api.create() });
    await eventually(() =>
      expect(stream.text).toMatch(/^:\n\nid: [^\n]+\nevent: next\ndata: [^\n]+\n\n(:\n\n){3,}$/),
    );
    stream.abort();
  });

  it('shows that it lives, as empty parts of a multipart answer', async () => {
    const accept = ACCEPT_MULTIPART;
    const stream = await openEventStream(
      server.endpoint,
      WATCH,
      { sessionId: await api.create() },
      { accept },
    );
    const part = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;
    const begun = `--graphql${part('{}')}${part(`{"payload":${RESULT}}`)}`;
    await eventually(() => expect(stream.text).toContain(begun + part('{}').repeat(3)));
    expect(stream.text.replaceAll(part('{}'), '')).toBe(begun.replaceAll(part('{}'), ''));
    stream.abort();
  });

  it('shows that it lives, as pings of a WebSocket, and stays while they are answered', async () => {
    const socket = await openSocket(server.endpoint);
    await socket.init();
    socket.subscribe('a', WATCH, { variables: { sessionId: await api.create() } });
    await eventually(() => expect(socket.pings).toBeGreaterThan(3));
    expect(socket.texts.slice(1)).toEqual([`{"id":"a","type":"next","payload":${RESULT}}`]);
    socket.terminate();
  });

  it('is cut when it is a WebSocket whose client answers no ping', async () => {
    const socket = await openSocket(server.endpoint, undefined, { autoPong: false });
    await socket.init();
    expect((await socket.closed).code).toBe(1006);
    expect(socket.pings).toBe(1);
  });

  it.each(TRANSPORTS)('gives its client over %s nothing but the events', async (transport) => {
    const sessionId = await api.create();
    const beside = await openSocket(server.endpoint);
    const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId });
    await eventually(() => expect(follower.results).toHaveLength(1));
    const { pings } = beside;
    // As many as the follower's connection has been sent meanwhile.
    await eventually(() => expect(beside.pings).toBeGreaterThan(pings + 3));
    await api.say(sessionId, 'late');
    await eventually(() => expect(follower.results).toHaveLength(2));
    expect(eventsOf(follower)).toMatchObject([
      { __typename: 'CaughtUp' },
      { __typename: 'ItemAdded', item: { text: 'late' } },
    ]);
    beside.terminate();
    await follower.stop();
  });
});
