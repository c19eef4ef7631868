import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEventStream } from '../../support/event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { openSocket } from '../../support/raw-socket.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { until } from '../../support/until.ts';
import { knock, ways } from './callers.ts';
import { startIssuer, type Issuer } from './issuer.ts';
import { AUDIENCE, ISSUER, issuerKey, token } from './tokens.ts';

const key = issuerKey('first');
const WATCH = 'subscription { sessionListChanged { __typename } }';

let issuer: Issuer;
let server: RunningApp;
let bearer: string;
beforeEach(async () => {
  issuer = await startIssuer(key);
  server = await startApp({
    AUTH: 'jwt',
    JWT_JWKS_URL: issuer.url,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    LIMIT_SOCKETS_PER_USER: '1',
  });
  bearer = `Bearer ${await token({}, key)}`;
});
afterEach(async () => {
  await server.stop();
  await issuer.stop();
});

const streaming = [
  'a query as server-sent events',
  'server-sent events',
  'server-sent events by GET',
  'multipart HTTP',
];

describe('while the keys of the issuer cannot be had', () => {
  beforeEach(() => issuer.answer(500, ''));

  it.each(Object.entries(ways).filter(([way]) => !streaming.includes(way)))(
    'a token gets STORE_UNAVAILABLE, to be tried again: %s',
    async (_way, ask) => {
      const { status, body, headers } = await ask(server, bearer);
      expect(JSON.parse(body).errors).toEqual([
        {
          message: 'Tokens cannot be checked at the moment. Try again.',
          extensions: { code: 'STORE_UNAVAILABLE', retryable: true, requestId: expect.any(String) },
        },
      ]);
      expect(status).toBe(headers['content-type']?.startsWith('application/json') ? 200 : 503);
      expect(headers['www-authenticate']).toBeUndefined();
    },
  );

  it.each(Object.entries(ways).filter(([way]) => streaming.includes(way)))(
    'a token gets it as the only result of the stream: %s',
    async (_way, ask) => {
      const { status, body } = await ask(server, bearer);
      expect(status).toBe(200);
      expect(body).toContain('"code":"STORE_UNAVAILABLE","retryable":true');
      expect(body).toMatch(/event: complete\ndata:\n\n$|{"payload":null}\r\n--graphql--\r\n$/);
    },
  );

  it('a WebSocket is closed with 1013, and may come back', async () => {
    expect(await knock(server, { payload: { authorization: bearer } })).toEqual([1013, 'Try again later']);
    issuer.publish(key);
    await eventually(async () => {
      expect(await knock(server, { payload: { authorization: bearer } })).toBe('acknowledged');
    });
  });

  it('no token is still refused as such', async () => {
    for (const ask of Object.values(ways)) expect((await ask(server, null)).status).toBe(401);
    expect(await knock(server, {})).toEqual([4403, 'Forbidden']);
  });

  it('the log says so once, without the token', async () => {
    for (const ask of Object.values(ways)) await ask(server, bearer);
    expect(server.logs).toMatchObject([
      { msg: 'The keys of the issuer of tokens cannot be had or used', err: { type: 'JOSEError' } },
    ]);
    expect(JSON.stringify(server.logs)).not.toContain(bearer.slice(7, 40));
  });
});

it('who was admitted before goes on while the issuer is down', async () => {
  const socket = await openSocket(server.endpoint, undefined, { headers: { authorization: bearer } });
  await socket.init();
  socket.subscribe('a', WATCH);
  const stream = await openEventStream(server.endpoint, WATCH, {}, { authorization: bearer });
  await issuer.stop();
  const create = 'mutation { createSession(input: {}) { session { id } } }';
  socket.subscribe('m', create);
  await eventually(() => expect(socket.of('a')).toHaveLength(1));
  await eventually(() => expect(stream.text).toContain('SessionListed'));
  stream.abort();
  socket.terminate();
});

it('who leaves while it is found out who it is leaves nothing behind', async () => {
  issuer.fallSilent();
  const leaving = await openSocket(server.endpoint);
  leaving.send({ type: 'connection_init', payload: { authorization: bearer } });
  await until('the issuer was asked', () => issuer.requests === 1);
  leaving.terminate();
  await leaving.closed;
  issuer.publish(key);
  // The server hears of the end of a connection some time after its client.
  await eventually(async () => {
    expect(await knock(server, { payload: { authorization: bearer } })).toBe('acknowledged');
  });
});
