import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startCountingServer, type CountingServer } from '../support/counting-server.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { openSocket, type RawSocket } from '../support/raw-socket.ts';
import { CLOSE, framesIn, PING, PONG, TEXT, upgrade, type Upgraded } from '../support/upgraded.ts';

const KIND = '{ viewer { kind } }';
const FRAMES = 50;
const SERVICE = { authorization: 'Bearer service' };

const sockets: RawSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});
async function connected({ endpoint }: CountingServer): Promise<RawSocket> {
  const socket = await openSocket(endpoint, undefined, { headers: SERVICE });
  sockets.push(socket);
  await socket.init();
  return socket;
}

describe('a message that comes in pieces (PROTOCOL 8.6)', () => {
  let server: CountingServer;
  beforeAll(async () => {
    server = await startCountingServer();
  });
  afterAll(() => server.close());

  const inPieces = async (pieces: number): Promise<unknown> => {
    const socket = new WebSocket(server.endpoint.replace(/^http/, 'ws'), 'graphql-transport-ws');
    const answered = new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()).type));
      socket.once('close', resolve);
    });
    socket.once('open', () => {
      socket.send('{"type":"ping"', { fin: false });
      for (let n = 2; n < pieces; n++) socket.send(' ', { fin: false });
      socket.send('}', { fin: true });
    });
    return answered.finally(() => socket.terminate());
  };

  it('is taken in as many as browsers make of it, and closes the socket in more', async () => {
    expect(await inPieces(2)).toBe('pong');
    expect(await inPieces(256)).toBe('pong');
    expect(await inPieces(257)).toBe(1008);
  });
});

describe('pings', () => {
  let server: CountingServer;
  beforeAll(async () => {
    server = await startCountingServer();
  });
  afterAll(() => server.close());

  const messages = ({ received }: Upgraded): any[] =>
    framesIn(received).flatMap(({ opcode, payload }) =>
      opcode === TEXT ? [JSON.parse(payload.toString())] : [],
    );
  const kinds = ({ received }: Upgraded): number[] => framesIn(received).map(({ opcode }) => opcode);
  const closeOf = ({ received }: Upgraded): unknown[] =>
    framesIn(received)
      .filter(({ opcode }) => opcode === CLOSE)
      .map(({ payload }) => [payload.readUInt16BE(0), payload.subarray(2).toString()]);

  it('are answered, in both of their forms, and before the connection is acknowledged too', async () => {
    const socket = await upgrade(server.endpoint);
    socket.read();
    await socket.send(PING, 'hello');
    await socket.send(TEXT, '{"type":"ping"}');
    await eventually(() => expect(kinds(socket)).toEqual([PONG, TEXT]));
    expect(framesIn(socket.received)[0]?.payload.toString()).toBe('hello');
    expect(messages(socket)).toEqual([{ type: 'pong' }]);
    socket.stream.destroy();
  });

  it('are answered whatever they carry, and nothing of it is sent back', async () => {
    const socket = await upgrade(server.endpoint);
    socket.read();
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    await socket.send(TEXT, `{"type":"ping","payload":{"a":${deep}}}`);
    await socket.send(TEXT, `{"type":"ping","payload":{"a":"${'x'.repeat(200_000)}"}}`);
    await eventually(() => expect(messages(socket)).toEqual([{ type: 'pong' }, { type: 'pong' }]));
    socket.stream.destroy();
  });

  const FLOODS: readonly (readonly [string, number, string])[] = [
    ['pings of WebSocket', PING, 'x'.repeat(125)],
    ['pongs of WebSocket that nobody asked for', PONG, 'x'.repeat(125)],
    ['pings of the protocol, of 60 kB', TEXT, `{"type":"ping","payload":{"a":"${'x'.repeat(60_000)}"}}`],
    ['pongs of the protocol', TEXT, '{"type":"pong"}'],
  ];

  it.concurrent.each(FLOODS)(
    'that are a flood close the socket with 1013: %s',
    async (_what, opcode, payload) => {
      const socket = await upgrade(server.endpoint);
      socket.read();
      for (let n = 0; n < 10 * FRAMES; n++) await socket.send(opcode, payload);
      await socket.gone;
      expect(closeOf(socket)).toEqual([[1013, 'Too many pings']]);
      expect(kinds(socket).length).toBeLessThanOrEqual(FRAMES + 1);
    },
  );

  it.concurrent.each(FLOODS)(
    'that are a flood from a client that reads nothing end it: %s',
    async (_what, opcode, payload) => {
      const socket = await upgrade(server.endpoint);
      // It goes on until it is cut, and then finds what was kept for it: a few answers, and why.
      while (!socket.stream.destroyed && !socket.stream.errored) {
        await socket.send(opcode, payload);
        await new Promise(setImmediate);
        if (socket.stream.readableEnded || socket.stream.closed) break;
      }
      await socket.gone;
    },
  );

  it('of another second are no flood', async () => {
    const clock = manualClock();
    const patient = await startCountingServer({ clock });
    const socket = await upgrade(patient.endpoint);
    socket.read();
    for (let second = 1; second <= 3; second++) {
      for (let n = 0; n < FRAMES; n++) await socket.send(PING, '');
      await eventually(() => expect(kinds(socket)).toEqual(Array(second * FRAMES).fill(PONG)));
      clock.pass(1_000);
    }
    socket.stream.destroy();
    await patient.close();
  });
});

describe('the operations of one socket', () => {
  const MOST = 5;
  let server: CountingServer;
  const release: (() => void)[] = [];
  beforeAll(async () => {
    server = await startCountingServer({
      limits: { operationsPerSocket: MOST },
      respond: () => new Promise((resolve) => release.push(() => resolve(null))),
    });
  });
  afterAll(() => server.close());
  afterEach(() => {
    for (const free of release.splice(0)) free();
  });
  const slow = '{ session(id: "s") { id } }';

  it('are as many as it may have, and one more is an error on its id', async () => {
    const socket = await connected(server);
    for (let n = 0; n < MOST; n++) socket.subscribe(`${n}`, slow);
    await eventually(() => expect(release).toHaveLength(MOST));
    socket.subscribe('more', slow);
    await eventually(() => expect(socket.of('more')).toHaveLength(1));
    expect(socket.of('more')).toMatchObject([
      {
        type: 'error',
        payload: [{ extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1_000 } }],
      },
    ]);
    // The others go on, and each that is over makes room.
    release.shift()?.();
    await eventually(() => expect(socket.of('0').map(({ type }) => type)).toEqual(['next', 'complete']));
    socket.subscribe('again', KIND);
    await eventually(() => expect(socket.of('again').map(({ type }) => type)).toEqual(['next', 'complete']));
  });

  it('count until they are over, also when their client says that it needs no answer', async () => {
    const socket = await connected(server);
    const before = server.calls.length;
    for (let n = 0; n < 4 * MOST; n++) {
      socket.subscribe(`${n}`, slow);
      socket.send({ id: `${n}`, type: 'complete' });
    }
    socket.subscribe('last', KIND);
    await eventually(() => expect(socket.of('last')).toHaveLength(1));
    expect(socket.of('last')).toMatchObject([{ type: 'error' }]);
    expect(server.calls.length - before).toBe(MOST);
    for (const free of release.splice(0)) free();
    await eventually(async () => {
      socket.subscribe('room', KIND);
      await eventually(() => expect(socket.of('room').at(-1)).toBeDefined());
      expect(socket.of('room').at(-1)).toMatchObject({ type: 'complete' });
    });
  });

  it('that were refused do not count', async () => {
    const socket = await connected(server);
    for (const query of ['{', '{ nope }', 'query ($a: ID!) { session(id: $a) { id } }']) {
      for (let n = 0; n < MOST; n++) {
        const id = `${query} ${n}`;
        socket.subscribe(id, query);
        await eventually(() => expect(socket.of(id)).toMatchObject([{ type: 'error' }]));
      }
    }
    socket.subscribe('q', KIND);
    await eventually(() => expect(socket.of('q')).toHaveLength(2));
  });
});

describe('the id of an operation', () => {
  let server: CountingServer;
  beforeAll(async () => {
    server = await startCountingServer();
  });
  afterAll(() => server.close());

  it('has 256 characters at most, since it stands in every message about it', async () => {
    const socket = await connected(server);
    const [fitting, long] = ['é'.repeat(256), 'é'.repeat(257)];
    socket.subscribe(fitting, KIND);
    await eventually(() => expect(socket.of(fitting)).toHaveLength(2));
    socket.subscribe(long, KIND);
    await eventually(() => expect(socket.of(long)).toHaveLength(1));
    expect(socket.of(long)).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ]);
  });

  it.each(['constructor', '__proto__', 'toString', '\u0000', ' ', '\ud83d\ude00'])(
    'may be any other text: %j',
    async (id) => {
      const socket = await connected(server);
      socket.subscribe(id, KIND);
      await eventually(() => expect(socket.of(id).map(({ type }) => type)).toEqual(['next', 'complete']));
    },
  );

  it.each(['a', 'x'.repeat(300), '\u20ac'.repeat(60)])(
    'that is in use closes the socket with 4409, however long it is',
    async (id) => {
      const socket = await connected(server);
      const pending = await startCountingServer({ respond: () => new Promise(() => undefined) });
      const other = await connected(pending);
      other.subscribe(id, '{ session(id: "s") { id } }');
      other.subscribe(id, KIND);
      expect((await other.closed).code).toBe(4409);
      socket.subscribe('b', KIND);
      await eventually(() => expect(socket.of('b')).toHaveLength(2));
      await pending.close();
    },
  );
});

it('takes a message that is nested without end for one that is not of the protocol, or does what it says', async () => {
  const server = await startCountingServer();
  const variables = `{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`;
  for (const named of ['"documentId":"x"', '"extensions":{"persistedQuery":{"sha256Hash":"x"}}']) {
    const socket = await connected(server);
    socket.send(`{"id":"a","type":"subscribe","payload":{${named},"variables":${variables}}}`);
    expect((await socket.closed).code).toBe(4400);
  }
  const socket = await connected(server);
  socket.send(
    `{"id":"a","type":"subscribe","payload":{"query":"{ viewer { kind } }","variables":${variables}}}`,
  );
  await eventually(() => expect(socket.of('a').map(({ type }) => type)).toEqual(['next', 'complete']));
  await server.close();
});

describe('a client that takes no answers', () => {
  const MANY = { operationsPerSocket: 10_000 };
  const TITLE = 'x'.repeat(400_000);
  /** So long that few of them come at once. */
  const QUERY = `{ session(id: "s") { title } } #${'x'.repeat(20_000)}`;

  /** Asks for so much without reading any of it. */
  async function askMuch(server: CountingServer, count: number): Promise<Upgraded> {
    const socket = await upgrade(server.endpoint);
    socket.read();
    await socket.send(TEXT, JSON.stringify({ type: 'connection_init', payload: SERVICE }));
    await eventually(() => expect(framesIn(socket.received)).toHaveLength(1));
    socket.pause();
    for (let n = 0; n < count; n++) {
      void socket.send(TEXT, JSON.stringify({ id: `${n}`, type: 'subscribe', payload: { query: QUERY } }));
    }
    return socket;
  }

  it.concurrent('is not listened to meanwhile, and cut: what it asks for is not done', async () => {
    const server = await startCountingServer({
      limits: { ...MANY, stallMs: 400 },
      respond: () => ({ title: TITLE }),
    });
    const asked = 200;
    const socket = await askMuch(server, asked);
    // It never reads, so it hears of its end by what it cannot send any more.
    const probe = setInterval(() => void socket.send(PING, ''), 50);
    await socket.gone;
    clearInterval(probe);
    // As much as the system keeps for a connection, and not all that was asked for.
    expect(server.calls.length).toBeGreaterThan(0);
    expect(server.calls.length).toBeLessThan(asked / 2);
    await server.close();
  });

  it.concurrent('is listened to again when it has taken them', async () => {
    const server = await startCountingServer({ limits: MANY, respond: () => ({ title: TITLE }) });
    const asked = 60;
    const socket = await askMuch(server, asked);
    await eventually(() => expect(server.calls.length).toBeGreaterThan(0));
    socket.read();
    await eventually(() => expect(server.calls).toHaveLength(asked));
    await eventually(
      () => {
        const bytes = socket.received.length;
        expect(bytes).toBeGreaterThan(asked * TITLE.length);
        const texts = framesIn(socket.received).map(({ payload }) => payload.toString());
        expect(texts.filter((text) => text.includes('"complete"'))).toHaveLength(asked);
      },
      { interval: 200 },
    );
    socket.stream.destroy();
    await server.close();
  });
});

describe('a socket that is not admitted', () => {
  it('keeps nothing open when it was asked for at another address', async () => {
    const server = await startCountingServer();
    const socket = new WebSocket(
      `${server.endpoint.replace('http', 'ws')}/elsewhere`,
      'graphql-transport-ws',
    );
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (_request, response) => {
        // The server ends it, though the client keeps its side open.
        response.socket.once('close', () => resolve(response.statusCode));
        response.resume();
      });
      socket.on('error', () => undefined);
    });
    expect(status).toBe(404);
    await server.close();
  });
});
