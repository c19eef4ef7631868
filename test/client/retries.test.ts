import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type AgentSessions, type ConnectOptions } from '../../src/client/index.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { faultyFetch, serverFault, type Fault, type FaultyFetch } from './faulty-fetch.ts';
import { assistant, user } from './sdk-items.ts';

const AWAY: readonly [string, Fault][] = [
  ['a connection that is refused', { kind: 'refused' }],
  ['an answer that is lost', { kind: 'reply lost' }],
  ['a proxy without its server', { kind: 'answered', status: 502, body: '<html>Bad Gateway</html>' }],
  ['a server that is overloaded', { kind: 'answered', status: 503, body: '' }],
  ['STORE_UNAVAILABLE', serverFault({ code: 'STORE_UNAVAILABLE', retryable: true })],
  ['STORE_TIMEOUT', serverFault({ code: 'STORE_TIMEOUT', retryable: true })],
];

describe('retries of the client', () => {
  let app: RunningApp;
  let way: FaultyFetch;
  let waits: number[];
  let sessions: AgentSessions;

  const connected = (options: ConnectOptions = {}): AgentSessions =>
    connect({
      fetch: way.fetch,
      retry: { random: () => 0, wait: async (ms) => void waits.push(ms) },
      ...options,
    });

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    way = faultyFetch(app.app.fetch);
    waits = [];
    sessions = connected();
  });

  it.each(AWAY)('get over %s, and write once', async (_what, fault) => {
    const session = await sessions.create();
    way.next(fault, fault);
    await session.addItems([user('one'), assistant('two')]);
    expect(await session.getItems()).toEqual([user('one'), assistant('two')]);
    expect(waits).toEqual([100, 200]);
  });

  it('keep the idempotency key over the tries of a write, and take another for the next', async () => {
    const session = await sessions.create();
    way.sent.length = 0;
    way.next({ kind: 'reply lost' }, { kind: 'refused' });
    await session.addItems([user('one')]);
    await session.addItems([user('one')]);
    const keys = way.sent.map(({ variables }) => variables.input?.['idempotencyKey']);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
    expect(await session.getItems()).toEqual([user('one'), user('one')]);
  });

  it('make one session though the answer to its creation was lost', async () => {
    way.next({ kind: 'reply lost' }, { kind: 'reply lost' });
    const session = await sessions.create({ userId: 'one-creation' });
    const listed = await sessions.listConversations({ userId: 'one-creation' });
    expect(listed.map(({ id }) => id)).toEqual([await session.getSessionId()]);
  });

  it('pop one item though the answer was lost, and still return it', async () => {
    const session = await sessions.create();
    await session.addItems([user('one'), user('two'), user('three')]);
    way.next({ kind: 'reply lost' });
    expect(await session.popItem()).toEqual(user('three'));
    expect(await session.getItems()).toEqual([user('one'), user('two')]);
  });

  it('wait twice as long each time, up to five seconds, and less by chance', async () => {
    const session = await sessions.create();
    way.next(...Array.from({ length: 8 }, (): Fault => ({ kind: 'refused' })));
    await connected({
      retry: { retries: 8, random: () => 0, wait: async (ms) => void waits.push(ms) },
    })
      .session(await session.getSessionId())
      .messageCount()
      .catch(() => undefined);
    expect(waits.slice(0, 7)).toEqual([100, 200, 400, 800, 1600, 3200, 5000]);

    waits.length = 0;
    way.next({ kind: 'refused' });
    await connected({ retry: { random: () => 0.5, wait: async (ms) => void waits.push(ms) } })
      .session('any')
      .messageCount();
    expect(waits.at(-1)).toBe(75);
  });

  it('wait at least as long as the server or a proxy says', async () => {
    const session = await sessions.create();
    way.next(serverFault({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: 2_500 }), {
      kind: 'answered',
      status: 429,
      body: 'slow down',
      headers: { 'retry-after': '3' },
    });
    expect(await session.messageCount()).toBe(0);
    expect(waits).toEqual([2_500, 3_000]);
  });

  it('end after the last try with the last error', async () => {
    const session = await sessions.create();
    way.sent.length = 0;
    way.next(...Array.from({ length: 7 }, (): Fault => ({ kind: 'refused' })));
    await expect(session.addItems([user('one')])).rejects.toMatchObject({
      name: 'AgentSessionsError',
      code: 'NETWORK_ERROR',
      retryable: true,
      cause: new TypeError('fetch failed'),
    });
    expect(way.sent).toHaveLength(7);
    expect(await session.getItems()).toEqual([]);
  });

  it.each([
    ['what is not retryable', serverFault({ code: 'INTERNAL_SERVER_ERROR', retryable: false })],
    ['an answer that is no GraphQL', { kind: 'answered', status: 404, body: 'not found' } as const],
  ])('are not made of %s', async (_what, fault) => {
    const session = await sessions.create();
    way.sent.length = 0;
    way.next(fault);
    await expect(session.addItems([user('one')])).rejects.toMatchObject({ retryable: false });
    expect(way.sent).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('can be switched off', async () => {
    const session = connected({ retry: { retries: 0 } }).session('off');
    way.next({ kind: 'refused' });
    await expect(session.getItems()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(way.sent).toHaveLength(1);
  });

  it('follow a try that took longer than timeoutMs', async () => {
    const session = connected({ timeoutMs: 150 }).session('slow');
    way.next({ kind: 'silence' });
    expect(await session.getItems()).toEqual([]);
    expect(waits[0]).toBe(100);
  });

  it('ask for the token before every try', async () => {
    let asked = 0;
    const session = connected({ token: () => `token-${++asked}` }).session('token');
    way.next({ kind: 'refused' });
    await session.getItems();
    expect(way.sent.map(({ authorization }) => authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('wait by the clock when nothing else is given', async () => {
    const session = connect({ fetch: way.fetch }).session('clock');
    way.next({ kind: 'refused' });
    const began = performance.now();
    expect(await session.getItems()).toEqual([]);
    expect(performance.now() - began).toBeGreaterThan(45);
  });

  describe('and an AbortSignal', () => {
    it('ends a call that is under way, with the reason as cause', async () => {
      const { signal, abort } = aborter();
      const session = connected({ signal }).session('aborted');
      way.next({ kind: 'silence' });
      const reading = session.getItems();
      abort('enough');
      await expect(reading).rejects.toMatchObject({ code: 'ABORTED', retryable: false, cause: 'enough' });
    });

    it('ends the wait for the next try', async () => {
      const { signal, abort } = aborter();
      const session = connect({ fetch: way.fetch, retry: { random: () => 0 } }).session('waits', { signal });
      way.next(serverFault({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: 60_000 }));
      const reading = session.getItems().catch((error: unknown) => error);
      await expect.poll(() => way.sent).toHaveLength(1);
      abort('enough');
      expect(await reading).toMatchObject({ code: 'ABORTED', cause: 'enough' });
    });

    it('ends a call that waits for its token', async () => {
      const { signal, abort } = aborter();
      const token = async (): Promise<string> => {
        abort('enough');
        return 'late';
      };
      await expect(connected({ signal, token }).session('token').getItems()).rejects.toMatchObject({
        code: 'ABORTED',
      });
      expect(way.sent).toEqual([]);
    });

    it('refuses later calls without sending them, in that session only', async () => {
      const { signal, abort } = aborter();
      const session = sessions.session('later', { signal });
      abort('enough');
      await expect(session.addItems([user('one')])).rejects.toMatchObject({ code: 'ABORTED' });
      expect(way.sent).toEqual([]);
      expect(await sessions.session('later').getItems()).toEqual([]);
    });
  });
});

function aborter() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: string) => controller.abort(reason) };
}
