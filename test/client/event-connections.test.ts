import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  AgentSessionsError,
  connect,
  type ConnectionState,
  type ConnectOptions,
  type EventsOptions,
  type SessionEvents,
} from '../../src/client/index.ts';
import { faultyFetch, type FaultyFetch } from './faulty-fetch.ts';
import { caughtUp, removed, scriptedStreams, type ScriptedStreams } from './scripted-streams.ts';

describe('the connections of who follows a session', () => {
  let server: ScriptedStreams;
  let way: FaultyFetch;
  let waits: number[];
  let states: ConnectionState[];

  beforeEach(() => {
    server = scriptedStreams('place');
    way = faultyFetch(server.fetch);
    waits = [];
    states = [];
  });

  const follow = (options: EventsOptions = {}, connection: ConnectOptions = {}): SessionEvents =>
    connect({
      fetch: way.fetch,
      retry: { random: () => 0, wait: async (ms) => void waits.push(ms) },
      ...connection,
    })
      .session('s')
      .events({ onState: (state) => states.push(state), ...options });

  const value = async (events: SessionEvents): Promise<unknown> => (await events.next()).value;

  it('are asked for as the protocol of GraphQL over server-sent events says', async () => {
    const events = follow({ after: '0' }, { token: 'secret' });
    const first = events.next();
    const stream = await server.next();
    expect(stream).toMatchObject({
      variables: { sessionId: 's', after: '0' },
      accept: 'text/event-stream',
      authorization: 'Bearer secret',
    });
    stream.tell(caughtUp('1'));
    expect((await first).value).toEqual(caughtUp('1'));
    await events.return();
  });

  it('begin where the session was when the events were asked for, not when they are first read', async () => {
    const events = follow();
    await expect.poll(() => server.queries).toHaveLength(1);
    expect(server.streams).toEqual([]);
    void events.next();
    expect((await server.next()).variables.after).toBe('place');
    await events.return();
    expect(server.queries).toHaveLength(1);
  });

  it('ask for nothing but a place where none was given, and leave no rejection behind', async () => {
    way.next({ kind: 'answered', status: 404, body: 'gone' });
    follow();
    await expect.poll(() => way.sent).toHaveLength(1);
  });

  it('take events from any chunks, between heartbeats, ids and types that are not known', async () => {
    const events = follow({ after: '0' });
    const first = events.next();
    const stream = await server.next();
    stream.say(':\n\nid: 1\r\nevent: next\r\nda');
    stream.say('ta: {"data":{"sessionEvents":\r\ndata: ');
    stream.say(`${JSON.stringify(removed('1'))}}}\r\n\r\n:\n\nevent: other\ndata: {}\n\n`);
    stream.tell({ __typename: 'Later', sessionId: 's', cursor: '2' }, caughtUp('2'));
    expect((await first).value).toEqual(removed('1'));
    expect(await value(events)).toEqual(caughtUp('2'));
    await events.return();
  });

  it('go on after the last cursor when they are cut, end early, or fall silent', async () => {
    const events = follow({ after: '0' }, { silenceMs: 50 });
    const taken: unknown[] = [];
    for (const [cursor, fault] of [
      ['1', 'cut'],
      ['2', 'end'],
      ['3', 'silent'],
      ['4', 'cut'],
    ] as const) {
      const next = events.next();
      const stream = await server.next();
      stream.tell(caughtUp(cursor));
      taken.push((await next).value);
      if (fault !== 'silent') stream[fault]();
    }
    const last = events.next();
    await server.next();
    expect(server.streams.map(({ variables }) => variables.after)).toEqual(['0', '1', '2', '3', '4']);
    expect(taken).toEqual(['1', '2', '3', '4'].map(caughtUp));
    expect(waits).toEqual([100, 100, 100, 100]);
    expect(server.streams[2]?.left).toBe(true);
    await events.return();
    await last;
  });

  it('stay as long as a byte comes every thirty seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const events = follow({ after: '0' });
      const next = events.next();
      const stream = await server.next();
      for (const beats of [1, 2, 3]) {
        await vi.advanceTimersByTimeAsync(29_999);
        stream.say(':\n\n');
        await expect.poll(() => stream.read).toBe(beats);
      }
      await vi.advanceTimersByTimeAsync(29_999);
      expect(server.streams).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      await expect.poll(() => server.streams).toHaveLength(2);
      expect(stream.left).toBe(true);
      await events.return();
      await next;
    } finally {
      vi.useRealTimers();
    }
  });

  it('are tried again and again, with growing waits, as long as the server is away', async () => {
    way.next(
      { kind: 'refused' },
      { kind: 'answered', status: 502, body: '<html>Bad Gateway</html>' },
      { kind: 'answered', status: 429, body: '', headers: { 'retry-after': '7' } },
      ...Array.from({ length: 6 }, () => ({ kind: 'refused' }) as const),
    );
    const events = follow({ after: '0' });
    const first = events.next();
    const stream = await server.next();
    expect(waits).toEqual([100, 200, 7_000, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
    stream.tell(caughtUp('1'));
    await first;
    stream.cut();
    void events.next();
    await server.next();
    expect(waits.at(-1)).toBe(100);
    await events.return();
  });

  it('wait as long as an error in the stream says, and go on', async () => {
    const events = follow({ after: '0' });
    const first = events.next();
    (await server.next()).refuse({ code: 'STORE_UNAVAILABLE', retryable: true, retryAfterMs: 900 });
    (await server.next()).tell(caughtUp('1'));
    expect((await first).value).toEqual(caughtUp('1'));
    expect(waits).toEqual([900]);
    await events.return();
  });

  it('are tried as often as was asked for, then the last error is told', async () => {
    way.next({ kind: 'refused' }, { kind: 'refused' }, { kind: 'refused' });
    const events = follow({ after: '0' }, { retry: { retries: 2, wait: async (ms) => void waits.push(ms) } });
    await expect(events.next()).rejects.toMatchObject({ code: 'NETWORK_ERROR', retryable: true });
    expect(way.sent).toHaveLength(3);
    expect(states).toEqual(['connecting', 'closed']);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['FORBIDDEN in the stream', { code: 'FORBIDDEN', retryable: false }],
    ['a subscription that the server does not know', { code: 'GRAPHQL_VALIDATION_FAILED', retryable: false }],
  ])('end with %s, after the events before it', async (_what, extensions) => {
    const events = follow({ after: '0' });
    const first = events.next();
    const stream = await server.next();
    stream.tell(removed('1'));
    stream.refuse(extensions);
    expect((await first).value).toEqual(removed('1'));
    await expect(events.next()).rejects.toMatchObject({ code: extensions.code, message: 'Told by a test.' });
    expect(stream.left).toBe(true);
  });

  it.each([
    ['a page', 200, '<html>Welcome</html>', 'BAD_RESPONSE'],
    ['data where a stream was asked for', 200, '{"data":{"sessionEvents":null}}', 'BAD_RESPONSE'],
    [
      'an error with a code',
      400,
      '{"errors":[{"message":"no","extensions":{"code":"BAD_REQUEST"}}]}',
      'BAD_REQUEST',
    ],
  ])('are given up at an answer that is %s', async (_what, status, body, code) => {
    way.next({ kind: 'answered', status, body });
    await expect(follow({ after: '0' }).next()).rejects.toMatchObject({ code });
  });

  it('ask for another token once when one is refused, also while they are open', async () => {
    let asked = 0;
    const events = follow({ after: '0' }, { token: async () => `token-${++asked}` });
    const first = events.next();
    (await server.next()).refuse({ code: 'UNAUTHENTICATED', retryable: false });
    const second = await server.next();
    second.tell(caughtUp('1'));
    await first;
    second.refuse({ code: 'UNAUTHENTICATED', retryable: false });
    const last = events.next();
    const third = await server.next();
    expect(third.variables.after).toBe('1');
    third.refuse({ code: 'UNAUTHENTICATED', retryable: false });
    await expect(last).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(server.streams.map(({ authorization }) => authorization)).toEqual(
      [1, 2, 3].map((count) => `Bearer token-${count}`),
    );
    expect(waits).toEqual([]);
  });

  it('ask for a token before every try, and are tried again when it cannot be had for a while', async () => {
    let asked = 0;
    const token = (): string => {
      if (++asked === 1) throw new AgentSessionsError('NETWORK_ERROR', 'no token yet', { retryable: true });
      return 'token';
    };
    const events = follow({ after: '0' }, { token });
    void events.next();
    expect((await server.next()).authorization).toBe('Bearer token');
    await events.return();
    const failing = follow({ after: '0' }, { token: () => Promise.reject(new TypeError('signed out')) });
    await expect(failing.next()).rejects.toThrow(new TypeError('signed out'));
  });

  it('end when the server completes the subscription', async () => {
    const events = follow({ after: '0' });
    const first = events.next();
    const stream = await server.next();
    stream.tell(caughtUp('1'));
    stream.complete();
    await first;
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(server.streams).toHaveLength(1);
  });

  it('end after SessionDeleted without waiting for more, also when it happened while they were cut', async () => {
    const deleted = { __typename: 'SessionDeleted', sessionId: 's', cursor: null };
    const events = follow({ after: '0' });
    const first = events.next();
    (await server.next()).tell(deleted, removed('9'));
    expect((await first).value).toEqual(deleted);
    expect(await events.next()).toEqual({ done: true, value: undefined });

    const others = follow({ after: '0' });
    const next = others.next();
    const stream = await server.next();
    stream.tell(caughtUp('1'));
    await next;
    stream.cut();
    const last = others.next();
    (await server.next()).refuse({ code: 'NOT_FOUND', retryable: false });
    expect((await last).value).toEqual(deleted);
    expect(await others.next()).toEqual({ done: true, value: undefined });
  });

  it('are read only as their events are', async () => {
    const events = follow({ after: '0' });
    const first = events.next();
    const stream = await server.next();
    for (const cursor of ['1', '2', '3']) stream.tell(removed(`${cursor}a`), removed(`${cursor}b`));
    await first;
    expect(stream.read).toBe(1);
    expect(await value(events)).toEqual(removed('1b'));
    expect(stream.read).toBe(1);
    expect(await value(events)).toEqual(removed('2a'));
    expect(stream.read).toBe(2);
    await events.return();
    expect(stream.left).toBe(true);
  });

  it('are left at once, whatever is waited for', async () => {
    const done = { done: true, value: undefined };
    // For the place, or for an answer to the subscription, from a server that is silent and a fetch that hears no signal.
    for (const options of [{}, { after: '0' }]) {
      way.next({ kind: 'silence' });
      const events = follow(options);
      const next = events.next();
      await expect.poll(() => way.sent.length).toBeGreaterThan(0);
      expect(await events.return()).toEqual(done);
      expect(await next).toEqual(done);
    }
    // For a token.
    const unauthorized = follow({ after: '0' }, { token: () => new Promise(() => undefined) });
    const token = unauthorized.next();
    expect(await unauthorized.return()).toEqual(done);
    expect(await token).toEqual(done);
    // For the next try.
    way.next({ kind: 'refused' });
    const retrying = follow({ after: '0' }, { retry: { wait: () => new Promise(() => undefined) } });
    const retried = retrying.next();
    expect(await retrying.return()).toEqual(done);
    expect(await retried).toEqual(done);
    // For nothing yet.
    const unread = follow({ after: '0' });
    expect(await unread.return()).toEqual(done);
    expect(await unread.next()).toEqual(done);
  });

  it('are closed when the signal fires, though nobody reads', async () => {
    const controller = new AbortController();
    const events = follow({ after: '0', signal: controller.signal });
    const first = events.next();
    const stream = await server.next();
    stream.tell(removed('1'), removed('2'));
    await first;
    controller.abort('enough');
    await expect.poll(() => stream.left).toBe(true);
    expect(await value(events)).toEqual(removed('2'));
    await expect(events.next()).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
  });

  it('close an answer that comes after they were left', async () => {
    let answer = (_response: Response): void => undefined;
    const late = new Promise<Response>((resolve) => (answer = resolve));
    let asked = false;
    const fetch = (): Promise<Response> => {
      asked = true;
      return late;
    };
    const events = follow({ after: '0' }, { fetch });
    const next = events.next();
    await expect.poll(() => asked).toBe(true);
    await events.return();
    await next;
    let left = false;
    const body = new ReadableStream({ cancel: () => void (left = true) });
    answer(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    await expect.poll(() => left).toBe(true);
  });

  it('show their state, each change once', async () => {
    const events = follow({ after: '0' });
    const first = events.next();
    const stream = await server.next();
    expect(states).toEqual(['connecting']);
    stream.tell(caughtUp('1'));
    await first;
    expect(states).toEqual(['connecting', 'live']);
    stream.cut();
    const second = events.next();
    const again = await server.next();
    again.cut();
    const last = await server.next();
    expect(states).toEqual(['connecting', 'live', 'reconnecting']);
    last.tell(caughtUp('1'));
    await second;
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live']);
    await events.return();
    expect(states.at(-1)).toBe('closed');
  });

  it('reject with what onState throws, and are closed', async () => {
    const events = follow({
      after: '0',
      onState: (state) => {
        if (state === 'live') throw new RangeError('of the caller');
      },
    });
    const first = events.next();
    const stream = await server.next();
    stream.tell(caughtUp('1'));
    await expect(first).rejects.toThrow(new RangeError('of the caller'));
    expect(stream.left).toBe(true);
  });
});
