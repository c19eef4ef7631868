import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { seriesOf } from '../support/exposition.ts';
import { follow } from '../support/follow.ts';
import { httpAnswer } from '../support/http-answer.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { JWT_ENV, serviceToken, token } from './auth/tokens.ts';

const KEY = 'a-service-key-of-these-tests';
const EVENTS = 'subscription ($sessionId: ID!) { sessionEvents(sessionId: $sessionId) { __typename } }';

describe('metrics', () => {
  let redis: RedisServer;
  let server: RunningApp;
  const api = new Api(() => server.endpoint);
  beforeAll(async () => {
    redis = await startRedis();
    await redis.cli('SET', 'as:{broken}', 'of the wrong type');
    server = await startApp({ STORE_URL: redis.url });
  });
  afterAll(async () => {
    await server.stop();
    await redis.stop();
  });

  /** By how much each series grows while something is done; those that stay are left out. */
  async function growth(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
    const before = await seriesOf(server.url);
    await work();
    const after = await seriesOf(server.url);
    const grown = [...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
    return Object.fromEntries(grown.filter(([, by]) => by !== 0));
  }

  it('count requests by transport, kind and what became of them', async () => {
    const grown = await growth(async () => {
      await api.create();
      await api.refusal('mutation { clearSession(input: { id: "none" }) { session { id } } }');
      await api.refusal('{ nothing }');
      const socket = await openSocket(server.endpoint);
      await socket.init();
      socket.subscribe('a', '{ viewer { kind } }');
      await eventually(() => expect(socket.of('a')).toHaveLength(2));
      socket.terminate();
    });
    expect(grown).toMatchObject({
      'agent_sessions_requests_total{transport="http",kind="mutation",code="OK"}': 1,
      'agent_sessions_requests_total{transport="http",kind="mutation",code="NOT_FOUND"}': 1,
      'agent_sessions_requests_total{transport="http",kind="none",code="GRAPHQL_VALIDATION_FAILED"}': 1,
      'agent_sessions_requests_total{transport="websocket",kind="query",code="OK"}': 1,
      'agent_sessions_request_duration_seconds_count{kind="mutation"}': 2,
      'agent_sessions_request_duration_seconds_count{kind="query"}': 1,
    });
    expect(grown['agent_sessions_result_bytes_total{transport="http"}']).toBeGreaterThan(50);
  });

  it('count writes, the calls of the store, and one round trip to Redis for an append', async () => {
    const id = await api.create();
    const grown = await growth(() => api.say(id, 'hello'));
    expect(grown).toMatchObject({
      agent_sessions_appends_total: 1,
      agent_sessions_appended_items_total: 1,
      'agent_sessions_store_calls_total{method="append",code="OK"}': 1,
      'agent_sessions_store_call_duration_seconds_count{method="append"}': 1,
      'agent_sessions_redis_round_trips_total{outcome="ok"}': 1,
      agent_sessions_redis_round_trip_duration_seconds_count: 1,
    });
  });

  it('count messages while they are written', async () => {
    const id = await api.create();
    const grown = await growth(async () => {
      const { draft } = await api.write('startMessage', { sessionId: id, agent: 'a' }, 'draft { id }');
      for (const [offset, text] of ['one', 'two'].entries()) {
        const piece = { sessionId: id, draftId: draft.id, text, offset: offset * 3 };
        await api.write('appendToMessage', piece, 'draft { id }');
      }
    });
    expect(grown).toMatchObject({
      'agent_sessions_draft_writes_total{operation="start"}': 1,
      'agent_sessions_draft_writes_total{operation="append"}': 2,
    });
  });

  it.each(['WebSocket', 'SSE'] as const)(
    'count who watches over %s, what they are given, how late, and how they came to it',
    async (transport) => {
      const label = `{transport="${transport === 'WebSocket' ? 'websocket' : 'event-stream'}"}`;
      const id = await api.create();
      const follower = follow(transport, server.endpoint, EVENTS, { sessionId: id });
      await eventually(() => expect(follower.results).toHaveLength(1));
      const watched = await seriesOf(server.url);
      expect(watched.get(`agent_sessions_watchers${label}`)).toBe(1);
      expect(watched.get('agent_sessions_watched_sessions')).toBe(1);
      expect(watched.get('agent_sessions_open_sockets')).toBe(transport === 'WebSocket' ? 1 : 0);
      const grown = await growth(async () => {
        await api.say(id, 'hello');
        await eventually(() => expect(follower.results).toHaveLength(2));
      });
      expect(grown).toMatchObject({
        [`agent_sessions_deliveries_total${label}`]: 1,
        agent_sessions_delivery_lag_seconds_count: 1,
      });
      expect(grown['agent_sessions_delivery_lag_seconds_sum'] ?? 0).toBeLessThan(1);
      // Its doorbell brought it.
      expect(grown).not.toHaveProperty('agent_sessions_catch_ups_total{why="behind"}');
      await follower.stop();
      await eventually(async () => {
        const left = await seriesOf(server.url);
        expect(left.get(`agent_sessions_watchers${label}`)).toBe(0);
        expect(left.get('agent_sessions_watched_sessions')).toBe(0);
        expect(left.get('agent_sessions_open_sockets')).toBe(0);
      });
    },
  );

  it('count what is read of the store by who begins', async () => {
    const id = await api.create();
    const grown = await growth(async () => {
      const follower = follow('SSE', server.endpoint, EVENTS, { sessionId: id });
      await eventually(() => expect(follower.results).toHaveLength(1));
      await follower.stop();
    });
    expect(grown).toMatchObject({ 'agent_sessions_catch_ups_total{why="replay"}': 1 });
  });

  it('count readers whose place is not in the log', async () => {
    const id = await api.create();
    const cursor = await api.say(id, 'hello');
    await api.write('deleteSession', { id });
    await api.create({ id });
    const grown = await growth(async () => {
      const query = `subscription { sessionEvents(sessionId: "${id}", after: "${cursor}") { __typename } }`;
      const follower = follow('SSE', server.endpoint, query);
      await eventually(() => expect(follower.results.length).toBeGreaterThan(0));
      expect(JSON.stringify(follower.results[0])).toContain('ResyncRequired');
      await follower.stop();
    });
    expect(grown).toMatchObject({ 'agent_sessions_divergences_total{reason="EXPIRED"}': 1 });
  });

  it('count faults, and errors of Redis that tell of one', async () => {
    const grown = await growth(() => api.refusal('{ session(id: "broken") { id } }'));
    expect(grown).toMatchObject({
      agent_sessions_faults_total: 1,
      'agent_sessions_redis_script_errors_total{error="WRONGTYPE"}': 1,
      'agent_sessions_redis_round_trips_total{outcome="refused"}': 1,
      'agent_sessions_store_calls_total{method="get",code="INTERNAL_SERVER_ERROR"}': 1,
    });
  });

  it('tell of the process, too', async () => {
    const series = await seriesOf(server.url);
    expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect([...series.keys()].some((name) => name.startsWith('nodejs_eventloop_lag'))).toBe(true);
  });
});

describe('metrics are', () => {
  let open: RunningApp;
  let closed: RunningApp;
  beforeAll(async () => {
    open = await startApp();
    closed = await startApp({ ...JWT_ENV, AUTH: 'keys,jwt', SERVICE_KEYS: KEY });
  });
  afterAll(async () => {
    await open.stop();
    await closed.stop();
  });

  const ask = (server: RunningApp, headers: Readonly<Record<string, string>> = {}) =>
    httpAnswer(`${server.url}/metrics`, { headers });

  it('for services', async () => {
    for (const authorization of [`Bearer ${KEY}`, `Bearer ${await serviceToken()}`]) {
      const { status, headers, body } = await ask(closed, { authorization });
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^text\/plain; version=/);
      expect(body).toContain('# TYPE agent_sessions_requests_total counter');
    }
  });

  it('for nobody else', async () => {
    for (const headers of [{}, { authorization: 'Bearer nobody' }, { authorization: `Basic ${KEY}` }]) {
      const refused = await ask(closed, headers);
      expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(JSON.parse(refused.body).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    }
    const user = await ask(closed, { authorization: `Bearer ${await token({ sub: 'ada' })}` });
    expect(user.status).toBe(403);
    expect(user.body).not.toContain('agent_sessions_');
  });

  it('for whoever reaches a server that asks nobody, and for no page', async () => {
    expect((await ask(open)).status).toBe(200);
    expect((await ask(open, { origin: 'https://evil.example' })).status).toBe(403);
    const rebound = await ask(open, { host: 'evil.example', origin: 'http://evil.example' });
    expect(rebound.status).toBe(421);
    const posted = await httpAnswer(`${open.url}/metrics`, { method: 'POST' });
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});
