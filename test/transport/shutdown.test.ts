import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataOf } from '../support/graphql-request.ts';
import { SESSION_EVENTS } from '../support/follow.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

/** Far below what a shutdown gives requests that take long. */
const AT_ONCE_MS = 2_000;

describe('a server that ends', () => {
  let server: RunningApp;
  beforeEach(async () => {
    server = await startApp();
    await dataOf(server.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
  });
  afterEach(async () => {
    await server.stop();
  });

  const connected = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    return socket.on('error', () => undefined);
  };
  const closesAtOnce = async (): Promise<void> => {
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(AT_ONCE_MS);
  };

  it('waits for no connection on which nothing was ever asked, as browsers keep them ready', async () => {
    const silent = await connected();
    const closed = once(silent.resume(), 'close');
    await closesAtOnce();
    await closed;
  });

  it.each([
    ['the first of its connection', 0],
    ['the next one of its connection', 1],
  ])('answers a request that has arrived and was not read yet: %s', async (_which, before) => {
    const body = JSON.stringify({ query: '{ session(id: "s") { id } }' });
    const request =
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\n' +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const socket = await connected();
    let answers = '';
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString()));
    const closed = once(socket, 'close');
    // Until it is accepted; what the server has not accepted when it ends is the next server's.
    await dataOf(server.endpoint, '{ viewer { __typename } }');
    for (let n = 0; n < before; n++) {
      socket.write(request);
      await once(socket, 'data');
    }
    answers = '';
    socket.write(request);
    await closesAtOnce();
    await closed;
    expect(answers).toContain('{"data":{"session":{"id":"s"}}}');
  });

  it('answers a request whose connection was made just before, and its first bytes come just after', async () => {
    const [used, fresh] = [await connected(), await connected()];
    let answer = '';
    fresh.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const closed = once(fresh, 'close');
    used.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(used, 'data');
    const closing = closesAtOnce();
    // It is idle, so it goes first.
    await once(used.resume(), 'close');
    fresh.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await closing;
    await closed;
    expect(answer).toContain('HTTP/1.1 ');
  });

  it('waits for no connection whose last request it has answered', async () => {
    const body = JSON.stringify({ query: '{ session(id: "s") { id } }' });
    const socket = await connected();
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const closed = once(socket, 'close');
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n' +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await once(socket, 'data');
    const closing = closesAtOnce();
    socket.write(body);
    await closing;
    await closed;
    expect(answer).toContain('{"data":{"session":{"id":"s"}}}');
  });

  it.each(['text/event-stream', 'multipart/mixed;subscriptionSpec="1.0"'])(
    'lets no stream begin that it was being asked for: %s',
    async (accept) => {
      const body = JSON.stringify({ query: SESSION_EVENTS, variables: { sessionId: 's' } });
      const socket = await connected();
      let answer = '';
      const heard = new Promise<void>((resolve) => {
        socket.on('data', (chunk: Buffer) => {
          answer += chunk.toString();
          resolve();
        });
      });
      const closed = once(socket, 'close');
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nExpect: 100-continue\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      await heard;
      const closing = closesAtOnce();
      socket.write(body);
      await closing;
      await closed;
      expect(answer).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    },
  );
});
