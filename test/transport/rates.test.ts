import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RateStore, Wanted } from '../../src/core/rates.ts';
import { startCountingServer, type CountingServer } from '../support/counting-server.ts';
import { eventually } from '../support/eventually.ts';
import { httpAnswer } from '../support/http-answer.ts';
import { manualClock } from '../support/manual-clock.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { WAYS, type WayName } from '../support/ways.ts';
import { JWT_ENV, serviceToken, token } from './auth/tokens.ts';

const KIND = '{ viewer { kind } }';
const body = (query: string): string => JSON.stringify({ query });
const LIMITED = {
  message: expect.any(String),
  extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1_500 },
};

describe('a caller who asks too often', () => {
  let server: CountingServer;
  const leases: [string, Wanted][] = [];
  const rates: RateStore = {
    async lease(caller, wanted) {
      leases.push([caller, wanted]);
      return caller.endsWith('greedy') ? { granted: 0, waitMs: 1_500 } : { granted: wanted.most, waitMs: 0 };
    },
    forget: async () => {},
  };
  beforeAll(async () => {
    server = await startCountingServer({ rates, clock: manualClock(), limits: { userRate: 10 } });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    leases.splice(0);
    server.calls.splice(0);
  });

  describe.each(Object.keys(WAYS) as WayName[])('over %s', (way) => {
    it.each([
      ['a query', '{ session(id: "s") { id } }'],
      ['a subscription', 'subscription { sessionEvents(sessionId: "s") { cursor } }'],
      ['what is no document', '{'],
      ['a document that asks for too much', `{ ${'__typename '.repeat(500)} }`],
    ])('is told when to come back, and nothing is done: %s', async (_what, query) => {
      const { status, headers = {}, errors } = await WAYS[way](server, body(query), 'greedy');
      expect(errors).toEqual([LIMITED]);
      if (way !== 'WebSocket') {
        expect(status).toBe(429);
        // Whole seconds, and not too early.
        expect(headers['retry-after']).toBe('2');
      }
      expect(server.calls).toEqual([]);
    });

    it('holds up nobody else, and no service', async () => {
      for (const other of ['ada', 'service-greedy']) {
        expect((await WAYS[way](server, body(KIND), other)).data).toMatchObject({ viewer: {} });
      }
    });
  });

  it('is told so before its body has come', async () => {
    const socket = connect(Number(new URL(server.endpoint).port), '127.0.0.1');
    await once(socket, 'connect');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer greedy\r\n' +
        'Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n',
    );
    await eventually(() => expect(answer).toContain('HTTP/1.1 429 '));
    socket.destroy();
  });

  it('is told so on each id of a WebSocket, which stays open', async () => {
    const socket = await openSocket(server.endpoint, undefined, {
      headers: { authorization: 'Bearer greedy' },
    });
    await socket.init();
    for (const id of ['a', 'b', 'c']) socket.subscribe(id, KIND);
    await eventually(() => expect(socket.messages).toHaveLength(4));
    for (const { type, payload } of socket.messages.slice(1))
      expect([type, payload]).toMatchObject(['error', [LIMITED]]);
    socket.send({ type: 'ping' });
    await eventually(() => expect(socket.messages.at(-1)).toEqual({ type: 'pong' }));
    socket.terminate();
  });

  it('is counted by long requests as by several short ones', async () => {
    const ask = async (bytes: number): Promise<number | undefined> => {
      const long = JSON.stringify({ query: KIND, extensions: { pad: 'x'.repeat(bytes) } });
      const headers = { 'content-type': 'application/json', authorization: 'Bearer writer' };
      return (await httpAnswer(server.endpoint, { method: 'POST', headers, body: long })).status;
    };
    expect(await ask(1_000)).toBe(200);
    expect(leases.map(([, { least }]) => least)).toEqual([1]);
    leases.splice(0);
    expect(await ask(10 * 32 * 1024)).toBe(200);
    // It began one operation with what was leased before.
    expect(Math.max(...leases.map(([, { least }]) => least))).toBe(10);
  });
});

describe('users, on one server', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ ...JWT_ENV, LIMIT_USER_RATE: '20' });
  });
  afterAll(() => app.stop());

  const ask = async (authorization: string): Promise<number | undefined> => {
    const headers = { 'content-type': 'application/json', authorization };
    return (await httpAnswer(app.endpoint, { method: 'POST', headers, body: body(KIND) })).status;
  };

  it('of whom one asks a thousand times at once are all answered, and all others as if it did not', async () => {
    const [greedy, ada, service] = await Promise.all([token({ sub: 'greedy' }), token(), serviceToken()]);
    const started = Date.now();
    const flood = Array.from({ length: 1_000 }, () => ask(`Bearer ${greedy}`));
    const others = Array.from({ length: 40 }, (_, n) => ask(`Bearer ${n % 2 === 0 ? ada : service}`));
    expect(await Promise.all(others)).toEqual(Array(40).fill(200));
    const statuses = await Promise.all(flood);
    const seconds = (Date.now() - started) / 1_000;
    const begun = statuses.filter((status) => status === 200).length;
    expect(begun).toBeGreaterThanOrEqual(40);
    expect(begun).toBeLessThanOrEqual(40 + Math.ceil(20 * seconds));
    expect(statuses.filter((status) => status === 429)).toHaveLength(1_000 - begun);
  });

  it('are one caller, however many tokens they have and however they ask', async () => {
    const tokens = await Promise.all([token({ sub: 'bob', jti: '1' }), token({ sub: 'bob', jti: '2' })]);
    const started = Date.now();
    const reachable = { endpoint: app.endpoint, fetch: (request: Request) => app.app.fetch(request) };
    const ways = Object.values(WAYS);
    const asked = Array.from({ length: 200 }, (_, n) =>
      (ways[n % ways.length] ?? WAYS.POST)(reachable, body(KIND), tokens[n % 2]),
    );
    const answers = await Promise.all(asked);
    const seconds = (Date.now() - started) / 1_000;
    const begun = answers.filter(
      ({ data }) => data?.viewer?.userId !== null && data?.viewer !== undefined,
    ).length;
    expect(begun).toBeGreaterThanOrEqual(40);
    expect(begun).toBeLessThanOrEqual(40 + Math.ceil(20 * seconds));
    for (const { data, errors } of answers) {
      if (data?.viewer === undefined)
        expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    }
  });

  it('may come back when they were told', async () => {
    const authorization = `Bearer ${await token({ sub: 'eve' })}`;
    const headers = { 'content-type': 'application/json', authorization };
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        httpAnswer(app.endpoint, { method: 'POST', headers, body: body(KIND) }),
      ),
    );
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers['retry-after']).toBe('1');
    await eventually(async () => expect(await ask(authorization)).toBe(200));
  });
});

describe('servers that share a Redis', () => {
  let redis: RedisServer;
  let servers: RunningApp[];
  beforeAll(async () => {
    redis = await startRedis();
    const env = { ...JWT_ENV, STORE_URL: redis.url, LIMIT_USER_RATE: '10', LIMIT_SERVICE_RATE: '1000' };
    servers = await Promise.all([startApp(env), startApp(env)]);
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await redis.stop();
  });

  const ask = async (server: RunningApp | undefined, authorization: string, query = KIND) => {
    const headers = { 'content-type': 'application/json', authorization };
    const answer = await httpAnswer(server?.endpoint ?? '', { method: 'POST', headers, body: body(query) });
    return {
      status: answer.status,
      codes: (JSON.parse(answer.body).errors ?? []).map((one: any) => one.extensions.code),
    };
  };

  it('let a user begin no more than one of them would', async () => {
    const authorization = `Bearer ${await token()}`;
    await eventually(async () => {
      for (const server of servers)
        expect((await ask(server, `Bearer ${await serviceToken()}`)).status).toBe(200);
    });
    const started = Date.now();
    const asked = Array.from({ length: 400 }, (_, n) => ask(servers[n % 2], authorization));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    const seconds = (Date.now() - started) / 1_000;
    const begun = statuses.filter((status) => status === 200).length;
    expect(begun).toBeGreaterThanOrEqual(20);
    expect(begun).toBeLessThanOrEqual(20 + Math.ceil(10 * seconds));
  });

  it('let operations begin while Redis is down, which then say so', async () => {
    const service = `Bearer ${await serviceToken()}`;
    await redis.kill();
    const { codes } = await ask(servers[0], service, '{ sessions(userId: "ada") { nodes { id } } }');
    expect(codes).toEqual(['STORE_UNAVAILABLE']);
    expect((await ask(servers[0], service)).codes).toEqual([]);
    await redis.restart();
    await eventually(async () => {
      const { codes: none } = await ask(servers[0], service, '{ sessions(userId: "ada") { nodes { id } } }');
      expect(none).toEqual([]);
    });
  });
});
