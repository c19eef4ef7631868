import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { dataOf, request } from '../support/graphql-request.ts';
import { SESSION_EVENTS } from '../support/follow.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const BAD_REQUEST = { code: 'BAD_REQUEST', retryable: false, requestId: expect.any(String) };

describe('a server that is treated badly', () => {
  let redis: RedisServer;
  let server: RunningApp;

  beforeAll(async () => {
    redis = await startRedis();
    server = await startApp({ STORE_URL: redis.url });
  });
  afterAll(async () => {
    await server.stop();
    await redis.stop();
  });

  it('outlives upgrades to a wrong path that are reset before they are answered', async () => {
    const { port } = new URL(server.url);
    const upgrade =
      'GET /nope HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    const resets = Array.from({ length: 100 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.once('connect', () => socket.write(upgrade, () => socket.resetAndDestroy()));
      await closed;
    });
    await Promise.all(resets);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it.each(['%%%', 'a b', '['])('answers a Host that names no host with BAD_REQUEST: %s', async (host) => {
    const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const sent = httpRequest(server.endpoint, { method: 'POST', headers: { host } }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      });
      sent.on('error', reject);
      sent.end('{}');
    });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).errors[0].extensions).toEqual(BAD_REQUEST);
  });

  it('answers variables in an address that are no JSON with BAD_REQUEST', async () => {
    const response = await fetch(`${server.endpoint}?query={viewer{kind}}&variables={secret`, {
      headers: { accept: 'application/graphql-response+json' },
    });
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(JSON.parse(text).errors[0].extensions).toEqual(BAD_REQUEST);
    expect(text).not.toContain('secret');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'executes nothing that any page could send: %s',
    async (type) => {
      const body = JSON.stringify({
        query: 'mutation { createSession(input: { id: "stolen" }) { session { id } } }',
      });
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
      const response = await fetch(server.endpoint, { method: 'POST', headers, body });
      expect(response.status).toBe(415);
      expect((await response.json()).errors[0].extensions.code).toBe('BAD_REQUEST');
      expect((await dataOf(server.endpoint, '{ session(id: "stolen") { id } }')).session).toBeNull();
    },
  );

  it('answers a body above the limit with 413, whatever the client accepts', async () => {
    const response = await fetch(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        query: '{ viewer { kind } }',
        extensions: { pad: 'x'.repeat(17 * 1024 * 1024) },
      }),
    });
    expect(response.status).toBe(413);
    expect((await response.json()).errors[0].extensions.code).toBe('PAYLOAD_TOO_LARGE');
  });

  it('lets go of subscribers that leave while their stream is being set up', async () => {
    await dataOf(server.endpoint, 'mutation { createSession(input: { id: "left" }) { session { id } } }');
    const leaving = Array.from({ length: 40 }, async (_, index) => {
      const abort = new AbortController();
      const stream = fetch(server.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: SESSION_EVENTS, variables: { sessionId: 'left' } }),
        signal: abort.signal,
      }).catch(() => undefined);
      // At different moments of the set-up: some before it began, some when it is over.
      for (let turn = 0; turn < index * 3; turn++) await new Promise(setImmediate);
      abort.abort();
      await stream;
    });
    await Promise.all(leaving);
    await eventually(async () => expect(await redis.cli('PUBSUB', 'CHANNELS')).toBe(''));
  });

  it('gives JSON with a key that promises have back as it was written', async () => {
    const item = { type: 'x', then: 1, nested: { then: 'y' } };
    const result = { type: 'function_call_result', callId: 'c', name: 't', output: { then: true } };
    const part = { type: 'message', role: 'user', content: [{ type: 'strange', then: {} }] };
    const input = { sessionId: 'thenable', items: [item, result, part], metadata: { then: 2 } };
    await dataOf(
      server.endpoint,
      'mutation { createSession(input: { id: "thenable", metadata: { then: 3 } }) { session { id } } }',
    );
    await dataOf(
      server.endpoint,
      'mutation ($input: AddItemsInput!) { addItems(input: $input) { items { raw metadata } } }',
      { input },
    );
    const { session, sessions } = await dataOf(
      server.endpoint,
      `{ session(id: "thenable") { metadata agentInputs items { nodes { raw metadata
          ... on ToolResult { output } ... on Message { parts { ... on OtherPart { raw } } } } } }
        sessions { nodes { metadata } } }`,
    );
    expect(session.metadata).toEqual({ then: 3 });
    expect(sessions.nodes).toContainEqual({ metadata: { then: 3 } });
    expect(session.agentInputs).toEqual([item, result, part]);
    expect(session.items.nodes).toEqual([
      { raw: item, metadata: { then: 2 } },
      { raw: result, metadata: { then: 2 }, output: { then: true } },
      { raw: part, metadata: { then: 2 }, parts: [{ raw: part.content[0] }] },
    ]);
  });
});

describe('a server that closes', () => {
  it('has stored exactly what it acknowledged over WebSocket', async () => {
    const server = await startApp();
    await dataOf(server.endpoint, 'mutation { createSession(input: { id: "busy" }) { session { id } } }');
    const sockets = await Promise.all(Array.from({ length: 10 }, () => openSocket(server.endpoint)));
    for (const socket of sockets) await socket.init();
    let sent = 0;
    const say =
      'mutation ($t: String!) { addMessage(input: { sessionId: "busy", role: USER, text: $t }) { message { id } } }';
    const writing = sockets.map(async (socket, number) => {
      let open = true;
      void socket.closed.then(() => (open = false));
      while (open) {
        socket.subscribe(`${sent}`, say, { variables: { t: `${number} ${sent++}` } });
        await new Promise(setImmediate);
      }
    });
    const acknowledged = (): number =>
      sockets.reduce((sum, { messages }) => sum + messages.filter(({ type }) => type === 'next').length, 0);
    await eventually(() => expect(acknowledged()).toBeGreaterThan(50));
    const { app } = server;
    const stored = async (): Promise<number> => {
      const response = await app.fetch('http://app/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ session(id: "busy") { messageCount } }' }),
      });
      return (await response.json()).data.session.messageCount;
    };
    await server.close();
    await Promise.all(writing);
    expect(acknowledged()).toBe(await stored());
    await server.stop();
  });
});

it('tells a stranger nothing of what the log must not hold', async () => {
  const redis = await startRedis();
  const server = await startApp({
    STORE_URL: redis.url.replace('redis://', 'redis://nobody:planted-secret@'),
  });
  const { errors } = await request(server.endpoint, '{ session(id: "x") { id } }');
  expect(errors?.[0]?.extensions['code']).toBe('STORE_UNAVAILABLE');
  await eventually(() => expect(server.logs.length).toBeGreaterThan(0));
  await server.stop();
  expect(JSON.stringify(server.logs)).not.toContain('planted-secret');
  await redis.stop();
});
