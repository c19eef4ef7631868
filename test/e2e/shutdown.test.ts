import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder, type TemporaryFolder } from '../contract/store-on-sqlite.ts';
import { eventually } from '../support/eventually.ts';
import { ACCEPT_MULTIPART, nextEvents, openEventStream } from '../support/event-stream.ts';
import { followPersistently, TRANSPORTS } from '../support/follow.ts';
import { dataOf, request } from '../support/graphql-request.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const CREATE = 'mutation { createSession(input: { id: "s" }) { session { id } } }';
const SAY =
  'mutation ($text: String!) { addMessage(input: { sessionId: "s", role: USER, text: $text }) { message { text } } }';
const FOLLOW = 'subscription { sessionEvents(sessionId: "s", after: "0") { __typename cursor } }';
const TEXTS =
  'query ($after: String) { session(id: "s") { messages(first: 1000, after: $after) { nodes { text } pageInfo { endCursor hasNextPage } } } }';

async function textsOn(server: ServerProcess): Promise<string[]> {
  const texts: string[] = [];
  for (let after = null, more = true; more;) {
    const { session } = await dataOf(server.endpoint, TEXTS, { after });
    texts.push(...session.messages.nodes.map(({ text }: any) => text));
    ({ endCursor: after, hasNextPage: more } = session.messages.pageInfo);
  }
  return texts;
}

describe('SIGTERM', () => {
  let redis: RedisServer;
  let server: ServerProcess;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop();
  });
  beforeEach(async () => {
    await redis.cli('FLUSHALL');
    server = await startServer({ STORE_URL: redis.url });
    await dataOf(server.endpoint, CREATE);
  });
  afterEach(async () => {
    await server.kill();
  });

  it('ends a server that nobody uses, at once', async () => {
    const start = performance.now();
    expect(await server.terminate()).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it('closes WebSockets with 1012 and cuts event streams without completing them', async () => {
    const socket = await openSocket(server.endpoint);
    await socket.init();
    socket.subscribe('a', FOLLOW);
    const streams = await Promise.all(
      ['text/event-stream', ACCEPT_MULTIPART].map((accept) =>
        openEventStream(server.endpoint, FOLLOW, {}, { accept }),
      ),
    );
    await eventually(() => {
      expect(JSON.stringify(socket.of('a'))).toContain('CaughtUp');
      for (const { text } of streams) expect(text).toContain('CaughtUp');
    });
    const start = performance.now();
    const ended = server.terminate();
    expect(await socket.closed).toMatchObject({ code: 1012 });
    expect(socket.of('a').map(({ type }) => type)).not.toContain('complete');
    for (const stream of streams) {
      expect(await stream.end).toBe('broken');
      expect(stream.text).not.toMatch(/event: complete|null}\r\n|--\r\n$/);
    }
    expect(await ended).toMatchObject({ code: 0, signal: null });
    // Far below the time that a server gives requests which take long.
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('closes WebSockets with 1012 also when their clients never stop asking', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => openSocket(server.endpoint)));
    for (const client of clients) await client.init();
    let over = false;
    const asking = clients.map(async (client) => {
      for (let n = 0; !over; n++) {
        client.subscribe(String(n), '{ session(id: "s") { id } }');
        await eventually(() => expect(over || client.of(String(n)).length > 0).toBe(true), { interval: 1 });
      }
    });
    await eventually(() => expect(clients.every(({ messages }) => messages.length > 20)).toBe(true));
    const start = performance.now();
    const ended = server.terminate();
    const closings = await Promise.all(clients.map(({ closed }) => closed));
    over = true;
    await Promise.all(asking);
    expect(closings.map(({ code }) => code)).toEqual(Array(20).fill(1012));
    expect(await ended).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  /** Resolves when Redis holds back a write of the server. */
  const heldBack = async (): Promise<void> =>
    eventually(async () => expect(await redis.cli('INFO', 'clients')).toContain('blocked_clients:1'));

  it.each(['HTTP', 'WebSocket', 'SSE'])('answers a mutation that was accepted over %s', async (transport) => {
    const socket = await openSocket(server.endpoint);
    await socket.init();
    socket.subscribe('steady', FOLLOW);
    await eventually(() => expect(JSON.stringify(socket.of('steady'))).toContain('CaughtUp'));
    await redis.cli('CLIENT', 'PAUSE', '10000', 'WRITE');
    const answered = ask(transport);
    // It is awaited further down; until then its failure must not end the test run.
    answered.catch(() => undefined);
    await heldBack();
    const ended = server.terminate();
    // It is no longer ready, or no longer listens: then it has heard the signal.
    await eventually(async () => {
      const status = await fetch(`${server.url}/ready`).then(
        (response) => response.status,
        () => 'refused',
      );
      expect([503, 'refused']).toContain(status);
    });
    await redis.cli('CLIENT', 'UNPAUSE');
    expect(await answered).toEqual({ data: { addMessage: { message: { text: 'late' } } } });
    expect(await socket.closed).toMatchObject({ code: 1012 });
    expect(await ended).toMatchObject({ code: 0, signal: null });

    async function ask(how: string): Promise<unknown> {
      if (how === 'HTTP') {
        const { data } = await request(server.endpoint, SAY, { text: 'late' });
        return { data };
      }
      if (how === 'WebSocket') {
        socket.subscribe('m', SAY, { variables: { text: 'late' } });
        await socket.closed;
        return socket.of('m').find(({ type }) => type === 'next')?.payload;
      }
      const stream = await openEventStream(server.endpoint, SAY, { text: 'late' });
      await stream.end;
      return nextEvents(stream.text)[0];
    }
  });
});

describe('a second start on the same file', () => {
  let folder: TemporaryFolder;
  let server: ServerProcess;
  beforeEach(async () => {
    folder = await temporaryFolder();
    server = await startServer({ STORE_URL: `sqlite:${folder.file('sessions.db')}` });
    await dataOf(server.endpoint, CREATE);
  });
  afterEach(async () => {
    await server.kill();
    await folder.remove();
  });

  const again = async (): Promise<void> => {
    server = await startServer({ STORE_URL: `sqlite:${folder.file('sessions.db')}` });
  };

  it.each(['SIGTERM', 'SIGKILL'])(
    'has every session, and what was acknowledged before %s',
    async (signal) => {
      const acknowledged: string[] = [];
      const { endpoint } = server;
      const writing = Array.from({ length: 10 }, async (_, writer) => {
        for (let n = 0; ; n++) {
          const text = `${writer}-${n}`;
          // The server goes away in the middle: whatever is not answered has failed.
          const answer = await request(endpoint, SAY, { text }).catch(() => null);
          if (answer === null || answer.errors !== undefined) return;
          acknowledged.push(text);
        }
      });
      await eventually(() => expect(acknowledged.length).toBeGreaterThan(200), { timeout: 10_000 });
      const ended = await (signal === 'SIGTERM' ? server.terminate() : server.kill());
      await Promise.all(writing);
      await again();
      const stored = await textsOn(server);
      expect(new Set(stored).size).toBe(stored.length);
      expect(stored).toEqual(expect.arrayContaining(acknowledged));
      if (signal === 'SIGTERM') {
        expect(ended).toMatchObject({ code: 0, signal: null });
        // Nothing was written whose writer was not told.
        expect(stored.length).toBe(acknowledged.length);
      }
    },
  );

  it.each(TRANSPORTS)('lets subscribers over %s go on without gap or repeat', async (transport) => {
    const say = (text: string): Promise<unknown> => dataOf(server.endpoint, SAY, { text });
    const follower = followPersistently(transport, () => server.endpoint, 's');
    const texts = (): unknown[] => follower.events.flatMap(({ item }) => (item ? [item.text] : []));
    const expected: string[] = [];
    for (const round of ['first', 'second', 'third']) {
      for (let n = 0; n < 20; n++) {
        const text = `${round} ${n}`;
        await say(text);
        expected.push(text);
      }
      await eventually(() => expect(texts().length).toBeGreaterThan(0));
      await server.terminate();
      await again();
    }
    await say('last');
    await eventually(() => expect(texts()).toEqual([...expected, 'last']), { timeout: 10_000 });
    expect(follower.interruptions).toBeGreaterThan(0);
    await follower.stop();
  });
});
