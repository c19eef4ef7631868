import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { openEventStream } from '../support/event-stream.ts';
import { dataOf } from '../support/graphql-request.ts';
import { openSocket, type RawSocket } from '../support/raw-socket.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const FOLLOW = 'subscription { sessionEvents(sessionId: "s", after: "0") { __typename cursor } }';
const SAY = 'mutation { addMessage(input: { sessionId: "s", role: USER, text: "x" }) { message { text } } }';

let redis: RedisServer;
let server: RunningApp;
beforeAll(async () => {
  redis = await startRedis();
  server = await startApp({ STORE_URL: redis.url });
  await dataOf(server.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
  // A key of the wrong type: what Redis says to it is no answer that the store knows.
  await redis.cli('SET', 'as:{broken}', 'x');
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

const sockets: RawSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

async function opened(): Promise<RawSocket> {
  const socket = await openSocket(server.endpoint);
  sockets.push(socket);
  return socket;
}

async function connected(): Promise<RawSocket> {
  const socket = await opened();
  await socket.init();
  return socket;
}

const itemsSeen = (socket: RawSocket, id: string): number =>
  socket.of(id).filter(({ payload }) => payload?.data?.sessionEvents?.__typename === 'ItemAdded').length;
const caughtUp = (socket: RawSocket, id: string): boolean =>
  socket.of(id).some(({ payload }) => payload?.data?.sessionEvents?.__typename === 'CaughtUp');

describe('an error of one operation', () => {
  it.each([
    ['a syntax error', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['a field that does not exist', 'subscription { nope }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two root fields of a subscription',
      `subscription { a: ${FOLLOW.slice(15, -2)} b: ${FOLLOW.slice(15)}`,
      null,
    ],
    ['a session that does not exist', FOLLOW.replace('"s"', '"nobody"'), 'NOT_FOUND'],
    ['a cursor that is none', FOLLOW.replace('"0"', '"garbage"'), 'BAD_USER_INPUT'],
    ['an error that a mutation throws', SAY.replace('"x"', '" "'), 'BAD_USER_INPUT'],
    ['a fault of the server in a query', '{ session(id: "broken") { id } }', 'INTERNAL_SERVER_ERROR'],
    ['a fault of the server in a subscription', FOLLOW.replace('"s"', '"broken"'), 'INTERNAL_SERVER_ERROR'],
  ])('ends that operation only: %s', async (_what, query, code) => {
    const socket = await connected();
    socket.subscribe('steady', FOLLOW);
    await eventually(() => expect(caughtUp(socket, 'steady')).toBe(true));
    const before = itemsSeen(socket, 'steady');
    socket.subscribe('faulty', query);
    await eventually(() => expect(socket.of('faulty').length).toBeGreaterThan(0));
    const [{ type, payload }] = socket.of('faulty');
    const errors = type === 'error' ? payload : payload.errors;
    expect(errors).toMatchObject([
      { extensions: { code: code ?? 'GRAPHQL_VALIDATION_FAILED', retryable: false } },
    ]);
    expect(Object.keys(errors[0].extensions)).not.toContain('http');
    expect(Object.keys(errors[0].extensions)).not.toContain('unexpected');
    expect(JSON.stringify(errors)).not.toMatch(/WRONGTYPE|ReplyError/);
    await dataOf(server.endpoint, SAY);
    await eventually(() => expect(itemsSeen(socket, 'steady')).toBe(before + 1));
    expect(socket.of('steady').every((message) => message.type === 'next')).toBe(true);
  });

  it('gives the variables that are at fault, and not their values', async () => {
    const socket = await connected();
    const query = 'query ($id: ID!) { session(id: $id) { id } }';
    socket.subscribe('q', query, { variables: { id: { secret: 'hunter2' } } });
    await eventually(() => expect(socket.of('q').length).toBeGreaterThan(0));
    const [{ type, payload }] = socket.of('q');
    expect(type === 'error' ? payload : payload.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['id'], retryable: false } },
    ]);
    expect(JSON.stringify(payload)).not.toContain('hunter2');
  });

  it('is BAD_REQUEST when the document has no such operation', async () => {
    const socket = await connected();
    socket.subscribe('q', 'query A { viewer { kind } }', { operationName: 'B' });
    await eventually(() => expect(socket.of('q').length).toBeGreaterThan(0));
    expect(socket.of('q')).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }] },
    ]);
  });
});

describe('queries and mutations over the socket', () => {
  it('are answered and completed', async () => {
    const socket = await connected();
    socket.subscribe('m', SAY);
    await eventually(() => expect(socket.of('m')).toHaveLength(2));
    expect(socket.of('m')).toEqual([
      { id: 'm', type: 'next', payload: { data: { addMessage: { message: { text: 'x' } } } } },
      { id: 'm', type: 'complete' },
    ]);
    socket.subscribe('q', 'query ($id: ID!) { session(id: $id) { id } }', { variables: { id: 's' } });
    await eventually(() => expect(socket.of('q')).toHaveLength(2));
    expect(socket.of('q')[0].payload).toEqual({ data: { session: { id: 's' } } });
  });
});

describe('what is not of the protocol closes the socket', () => {
  it.each<[string, number, (socket: RawSocket) => unknown]>([
    ['a message that is no JSON', 4400, (socket) => socket.send('hello')],
    ['a message of an unknown type', 4400, (socket) => socket.send({ type: 'hello' })],
    ['a message that only servers send', 4400, (socket) => socket.send({ type: 'connection_ack' })],
    ['an answer', 4400, (socket) => socket.send({ type: 'next', id: 'a', payload: {} })],
    ['an error', 4400, (socket) => socket.send({ type: 'error', id: 'a', payload: [{ message: 'a' }] })],
    ['a binary message', 4400, (socket) => socket.send(Buffer.from('{"type":"ping"}'))],
    ['an operation before connection_init', 4401, (socket) => socket.subscribe('a', FOLLOW)],
    ['no connection_init', 4408, () => undefined],
    [
      'a second connection_init',
      4429,
      async (socket) => {
        await socket.init();
        socket.send({ type: 'connection_init' });
      },
    ],
    [
      'an operation with an id that is in use',
      4409,
      async (socket) => {
        await socket.init();
        socket.subscribe('a', FOLLOW);
        socket.subscribe('a', FOLLOW);
      },
    ],
    [
      'a message above 256 KiB',
      1009,
      async (socket) => {
        await socket.init();
        socket.subscribe('a', '#'.repeat(256 * 1024));
      },
    ],
  ])('%s: %i', async (_what, code, act) => {
    const socket = await opened();
    await act(socket);
    expect((await socket.closed).code).toBe(code);
  });

  it('no subprotocol: 4406', async () => {
    const socket = await openSocket(server.endpoint, []);
    expect((await socket.closed).code).toBe(4406);
  });

  it('the legacy subprotocol: 4406', async () => {
    expect(await closeCodeFor('graphql-ws')).toBe(4406);
  });

  it('leaves other sockets alone', async () => {
    const steady = await connected();
    const other = await opened();
    other.send('hello');
    await other.closed;
    steady.subscribe('q', '{ viewer { kind } }');
    await eventually(() => expect(steady.of('q')).toHaveLength(2));
  });

  it('is at /graphql only', async () => {
    await expect(openSocket(`${server.url}/elsewhere`)).rejects.toThrow('404');
  });
});

describe('who leaves', () => {
  const subscribers = async (): Promise<string> =>
    (await redis.cli('PUBSUB', 'NUMSUB', 'as:{s}')).split('\n')[1] ?? '';

  it.each<[string, (socket: RawSocket) => void]>([
    ['completes over WebSocket', (socket) => socket.send({ id: 'a', type: 'complete' })],
    ['is cut off from its WebSocket', (socket) => socket.terminate()],
  ])('is no longer subscribed in Redis: %s', async (_how, leave) => {
    await eventually(async () => expect(await subscribers()).toBe('0'));
    const socket = await connected();
    socket.subscribe('a', FOLLOW);
    await eventually(() => expect(caughtUp(socket, 'a')).toBe(true));
    expect(await subscribers()).toBe('1');
    leave(socket);
    await eventually(async () => expect(await subscribers()).toBe('0'));
  });

  it('is no longer subscribed in Redis: aborts its event stream', async () => {
    await eventually(async () => expect(await subscribers()).toBe('0'));
    const stream = await openEventStream(server.endpoint, FOLLOW);
    await eventually(() => expect(stream.text).toContain('CaughtUp'));
    expect(await subscribers()).toBe('1');
    stream.abort();
    await eventually(async () => expect(await subscribers()).toBe('0'));
  });

  it('leaves the others subscribed', async () => {
    const [one, other] = [await connected(), await connected()];
    for (const socket of [one, other]) {
      socket.subscribe('a', FOLLOW);
      await eventually(() => expect(caughtUp(socket, 'a')).toBe(true));
    }
    one.terminate();
    const before = itemsSeen(other, 'a');
    await dataOf(server.endpoint, SAY);
    await eventually(() => expect(itemsSeen(other, 'a')).toBe(before + 1));
    expect(await subscribers()).toBe('1');
  });
});

/** Clients of `ws` break off when no subprotocol is agreed on, so the close frame is read by hand. */
function closeCodeFor(protocol: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const upgrade = httpRequest(server.endpoint, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.from('sixteen bytes...').toString('base64'),
        'sec-websocket-protocol': protocol,
      },
    });
    upgrade.once('error', reject);
    upgrade.once('upgrade', (_response, socket, head) => {
      let frame = head;
      const look = (chunk: Buffer): void => {
        frame = Buffer.concat([frame, chunk]);
        if (frame.length < 4) return;
        socket.destroy();
        resolve(frame.readUInt16BE(2));
      };
      look(Buffer.alloc(0));
      socket.on('data', look);
    });
    upgrade.end();
  });
}
