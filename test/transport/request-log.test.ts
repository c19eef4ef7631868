import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { follow, TRANSPORTS } from '../support/follow.ts';
import { request } from '../support/graphql-request.ts';
import { httpAnswer } from '../support/http-answer.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { JWT_ENV, serviceToken, token } from './auth/tokens.ts';

const CREATE =
  'mutation Begin { createSession(input: { id: "s", userId: "ada", ifExists: RETURN }) { session { id } } }';
const SAY =
  'mutation ($text: String!) { addMessage(input: { sessionId: "s", role: USER, text: $text }) { message { text } } }';
const FOLLOW = 'subscription Follow { messageAdded(sessionId: "s", after: "0") { text } }';

let server: RunningApp;
let service: string;
let user: string;
beforeAll(async () => {
  server = await startApp(JWT_ENV);
  service = `Bearer ${await serviceToken()}`;
  user = `Bearer ${await token({ sub: 'ada' })}`;
  await request(server.endpoint, CREATE, {}, service);
});
afterAll(async () => {
  await server.stop();
});

/** The lines that were written since, when there is one that fits. */
async function lineOf(since: number, like: object): Promise<Readonly<Record<string, unknown>>> {
  return eventually(() => {
    const [line] = server.requests.slice(since).filter((one) => matches(one, like));
    if (line === undefined) throw new Error(`no line has ${JSON.stringify(like)}`);
    return line;
  });
}

function matches(line: Readonly<Record<string, unknown>>, like: object): boolean {
  return Object.entries(like).every(([name, value]) => line[name] === value);
}

describe('the log', () => {
  it('has one line for a request, which says what was asked, by whom, and what became of it', async () => {
    const since = server.requests.length;
    const { data } = await request(server.endpoint, SAY, { text: 'hello' }, user);
    const line = await lineOf(since, { field: 'addMessage' });
    expect(line).toEqual({
      level: 30,
      time: expect.any(Number),
      msg: 'Request',
      requestId: expect.stringMatching(/^[0-9a-f]{16}$/),
      route: 'graphql',
      transport: 'http',
      kind: 'mutation',
      field: 'addMessage',
      caller: 'USER',
      code: 'OK',
      status: 200,
      ms: expect.any(Number),
      bytes: JSON.stringify({ data }).length,
    });
    expect(server.requests.length).toBe(since + 1);
  });

  it('names the operation as its document does, and no longer than 64 characters', async () => {
    const since = server.requests.length;
    await request(server.endpoint, `query ${'N'.repeat(100)} { viewer { kind } }`, {}, service);
    expect(await lineOf(since, { field: 'viewer' })).toMatchObject({
      operation: 'N'.repeat(64),
      kind: 'query',
      caller: 'SERVICE',
    });
  });

  it('says of what was refused as much as was known by then', async () => {
    const since = server.requests.length;
    await request(server.endpoint, '{ viewer { kind } }');
    const unknown = await lineOf(since, { code: 'UNAUTHENTICATED' });
    expect(unknown).toMatchObject({ status: 401 });
    expect(Object.keys(unknown)).not.toEqual(expect.arrayContaining(['caller', 'kind', 'field']));
    await request(server.endpoint, '{ nothing }', {}, user);
    const known = await lineOf(since, { code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(known).toMatchObject({ status: 400, caller: 'USER' });
    await httpAnswer(server.endpoint, { method: 'PUT' });
    expect(await lineOf(since, { code: 'BAD_REQUEST' })).toMatchObject({ status: 405 });
    expect(server.requests.length).toBe(since + 3);
  });

  it('has a line for each operation on a WebSocket', async () => {
    const since = server.requests.length;
    const socket = await openSocket(server.endpoint, undefined, { headers: { authorization: user } });
    await socket.init();
    socket.subscribe('a', '{ viewer { userId } }');
    socket.subscribe('b', 'mutation { clearSession(input: { id: "none" }) { session { id } } }');
    await eventually(() => expect(socket.messages).toHaveLength(5));
    const query = await lineOf(since, { field: 'viewer' });
    expect(query).toMatchObject({ transport: 'websocket', caller: 'USER', code: 'OK' });
    expect(query['bytes']).toBe('{"data":{"viewer":{"userId":"ada"}}}'.length);
    expect(query).not.toHaveProperty('status');
    expect(await lineOf(since, { field: 'clearSession' })).toMatchObject({ code: 'NOT_FOUND' });
    socket.terminate();
  });

  it.each(TRANSPORTS)('has one line for a subscription, when it ends: %s', async (transport) => {
    const since = server.requests.length;
    const follower = follow(transport, server.endpoint, FOLLOW, {}, undefined, service);
    await eventually(() => expect(follower.results.length).toBeGreaterThan(0));
    const before = follower.results.length;
    await request(server.endpoint, SAY, { text: 'more' }, service);
    await eventually(() => expect(follower.results).toHaveLength(before + 1));
    expect(server.requests.slice(since).filter(({ kind }) => kind === 'subscription')).toEqual([]);
    await follower.stop();
    expect(await lineOf(since, { kind: 'subscription' })).toMatchObject({
      operation: 'Follow',
      field: 'messageAdded',
      transport: { WebSocket: 'websocket', SSE: 'event-stream', multipart: 'multipart' }[transport],
      events: before + 1,
      code: 'OK',
    });
  });

  it('tells of a client that left before it was answered', async () => {
    const since = server.requests.length;
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${user}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    // It has been heard when it is known who asks: an answer to another comes later than that.
    await request(server.endpoint, '{ viewer { kind } }', {}, user);
    socket.destroy();
    const line = await lineOf(since, { code: 'ABANDONED' });
    expect(line).not.toHaveProperty('status');
  });

  it('keeps what probes and pages ask for to the level debug', async () => {
    const since = server.requests.length;
    for (const path of ['/health', '/ready', '/', '/secret?token=x'])
      await httpAnswer(`${server.url}${path}`);
    await lineOf(since, { route: 'none' });
    const lines = server.requests.slice(since);
    expect(lines.map(({ route, level }) => [route, level])).toEqual([
      ['health', 20],
      ['ready', 20],
      ['page', 20],
      ['none', 20],
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});
