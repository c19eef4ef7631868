import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { ACCEPT_MULTIPART, openEventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import type { Transport } from '../support/follow.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { JWT_ENV, serviceToken, token } from './auth/tokens.ts';

const MIB = 1024 * 1024;
/** Longer than a busy machine may keep this process from reading. */
const STALL_MS = 4_000;
/** An event of 24 MiB takes far longer to be read than a reader may stand still, and more than the system buffers. */
const COPIES = 'abcdefghijklmnopqrstuvwx'.split('').map((alias) => `${alias}: text`);
const LARGE = `subscription ($sessionId: ID!) {
  messageAdded(sessionId: $sessionId, after: "0") { ${COPIES.join(' ')} cursor }
}`;

describe('a reader that is slow and never stands still', () => {
  let server: RunningApp;
  let proxy: TcpProxy;
  const api = new Api(() => server.endpoint);
  beforeAll(async () => {
    server = await startApp({ LIMIT_STALL_MS: String(STALL_MS) }, { pingMs: STALL_MS });
    proxy = await startProxy(Number(new URL(server.url).port));
    proxy.throttle(2.5 * MIB);
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });

  /** Follows until a text has come; rejects when the connection ends before. */
  const isGiven = async (transport: Transport, sessionId: string, text: string): Promise<void> => {
    const endpoint = `http://localhost:${proxy.port}/graphql`;
    // Seldom, since looking at so much takes time from the proxy in this process.
    const has = (got: () => string): Promise<void> =>
      eventually(() => expect(got()).toContain(text), { interval: 500, timeout: 90_000 });
    if (transport === 'WebSocket') {
      const socket = await openSocket(endpoint);
      await socket.init();
      socket.subscribe('a', LARGE, { variables: { sessionId } });
      const cut = socket.closed.then(({ code }) => Promise.reject(new Error(`closed with ${code}`)));
      await Promise.race([has(() => socket.texts.at(-1)?.slice(-100) ?? ''), cut]);
      // One that was found too slow would be told so after what it was given.
      socket.subscribe('b', '{ viewer { kind } }');
      await Promise.race([eventually(() => expect(socket.of('b')).toHaveLength(2)), cut]);
      cut.catch(() => undefined);
      return socket.terminate();
    }
    const accept = transport === 'SSE' ? 'text/event-stream' : ACCEPT_MULTIPART;
    const stream = await openEventStream(endpoint, LARGE, { sessionId }, { accept });
    const cut = stream.end.then((end) => Promise.reject(new Error(end)));
    await Promise.race([has(() => stream.text.slice(-1_000)), cut]);
    cut.catch(() => undefined);
    stream.abort();
  };

  it.concurrent.each<Transport>(['WebSocket', 'SSE', 'multipart'])(
    'is given an event over %s that takes far longer than a reader may stand still',
    async (transport) => {
      const sessionId = await api.create();
      const cursor = await api.say(sessionId, 'x'.repeat(MIB));
      const started = performance.now();
      await isGiven(transport, sessionId, `"cursor":"${cursor}"`);
      expect(performance.now() - started).toBeGreaterThan(1.5 * STALL_MS);
    },
    120_000,
  );
});

describe.each(['text/event-stream', ACCEPT_MULTIPART])(
  'a reader that takes nothing of the end of its stream (%s)',
  (accept) => {
    it('is cut like any other, and no longer counted', async () => {
      const server = await startApp({
        ...JWT_ENV,
        LIMIT_STALL_MS: '400',
        // All that it will ever be sent waits: the stream ends at once.
        LIMIT_BUFFERED_BYTES: String(512 * MIB),
        LIMIT_SUBSCRIPTIONS_PER_USER: '1',
      });
      const service = new Api(() => server.endpoint, `Bearer ${await serviceToken()}`);
      const authorization = `Bearer ${await token()}`;
      const sessionId = await service.create({ userId: 'ada' });
      await service.say(sessionId, 'x'.repeat(MIB));
      const stream = await openEventStream(server.endpoint, LARGE, { sessionId }, { accept, authorization });
      stream.pause();
      await service.write('deleteSession', { id: sessionId });
      const another = async (): Promise<string> => {
        const query = 'subscription { sessionEvents(sessionId: "absent") { __typename } }';
        const second = await openEventStream(server.endpoint, query, {}, { accept, authorization });
        await second.end;
        return second.text;
      };
      expect(await another()).toContain('RATE_LIMITED');
      await eventually(async () => expect(await another()).toContain('NOT_FOUND'));
      stream.abort();
      await server.stop();
    });
  },
);
