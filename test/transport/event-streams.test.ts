import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import {
  ACCEPT_MULTIPART,
  nextEvents,
  openEventStream,
  type EventStream,
  type EventStreamOptions,
} from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { SESSION_EVENTS } from '../support/follow.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const SSE = 'text/event-stream';
const STREAMS = [SSE, ACCEPT_MULTIPART];

let redis: RedisServer;
let server: RunningApp;
const api = new Api(() => server.endpoint);
beforeAll(async () => {
  redis = await startRedis();
  server = await startApp({ STORE_URL: redis.url });
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

const open = (query: string, variables = {}, options: EventStreamOptions = {}): Promise<EventStream> =>
  openEventStream(server.endpoint, query, variables, options);
const whole = async (...asked: Parameters<typeof open>): Promise<EventStream> => {
  const stream = await open(...asked);
  expect(await stream.end).toBe('ended');
  return stream;
};
const codes = ({ text }: EventStream): string[] =>
  JSON.parse(text).errors.map(({ extensions }: any) => extensions.code);
const textsIn = ({ text }: EventStream): string[] =>
  nextEvents(text).flatMap(({ data }) => data.sessionEvents.item?.text ?? []);
const listeners = async (sessionId: string): Promise<string | undefined> =>
  (await redis.cli('PUBSUB', 'NUMSUB', `as:{${sessionId}}`)).split('\n')[1];

const ID = 'query ($id: ID!) { session(id: $id) { id } }';
const CREATE = 'mutation ($id: ID!) { createSession(input: { id: $id }) { session { id } } }';

describe('a query or a mutation', () => {
  it('is answered in an event stream to who asks for one', async () => {
    const id = api.newName();
    const created = await whole(CREATE, { id });
    expect(created.contentType).toBe('text/event-stream; charset=utf-8');
    expect(created.text).toBe(
      `:\n\nevent: next\ndata: {"data":{"createSession":{"session":{"id":"${id}"}}}}\n\nevent: complete\ndata:\n\n`,
    );
    for (const method of ['POST', 'GET'] as const) {
      const read = await whole(ID, { id }, { method });
      expect(nextEvents(read.text)).toEqual([{ data: { session: { id } } }]);
    }
  });

  it('has its errors there', async () => {
    const id = await api.create();
    const { status, text } = await whole(CREATE, { id });
    expect(status).toBe(200);
    expect(nextEvents(text)).toMatchObject([{ data: null, errors: [{ extensions: { code: 'CONFLICT' } }] }]);
  });

  it.each([
    'application/json, text/event-stream',
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    ACCEPT_MULTIPART,
    `${ACCEPT_MULTIPART},application/graphql-response+json,application/json;q=0.9`,
  ])('is one answer of JSON to who would rather have that: %s', async (accept) => {
    const id = await api.create();
    const { status, contentType, text } = await whole(ID, { id }, { accept });
    expect(status).toBe(200);
    expect(contentType).toMatch(/^application\/(graphql-response\+)?json\b/);
    expect(JSON.parse(text)).toEqual({ data: { session: { id } } });
  });

  it('is an event stream to who would rather have that', async () => {
    const { contentType } = await whole(ID, { id: 's' }, { accept: 'text/event-stream, application/json' });
    expect(contentType).toMatch(/^text\/event-stream/);
  });
});

describe('a mutation by GET', () => {
  it.each([...STREAMS, 'application/json', '*/*'])(
    'is refused with 405 and not executed: %s',
    async (accept) => {
      const id = api.newName();
      const answer = await whole(CREATE, { id }, { method: 'GET', accept });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
      expect(codes(answer)).toEqual(['BAD_REQUEST']);
      expect(await api.session(id, 'id')).toBeNull();
    },
  );
});

describe('a subscription', () => {
  it.each(['application/json', 'application/graphql-response+json', '*/*', 'multipart/mixed', 'image/png'])(
    'is refused with 406 and the code BAD_REQUEST to who asks for one answer: %s',
    async (accept) => {
      const sessionId = await api.create();
      for (const method of ['POST', 'GET'] as const) {
        const answer = await whole(SESSION_EVENTS, { sessionId }, { method, accept });
        expect(answer.status).toBe(406);
        expect(codes(answer)).toEqual(['BAD_REQUEST']);
        expect(JSON.parse(answer.text).errors[0].message).toContain('text/event-stream');
      }
      expect(await listeners(sessionId)).toBe('0');
    },
  );

  it.each([
    ['text/event-stream; charset=utf-8', /^text\/event-stream/],
    ['Text/Event-Stream', /^text\/event-stream/],
    ['application/json, text/event-stream', /^text\/event-stream/],
    ['multipart/mixed; boundary="-"; subscriptionSpec="1.0"', /^multipart\/mixed/],
    [`${ACCEPT_MULTIPART},application/graphql-response+json,application/json;q=0.9`, /^multipart\/mixed/],
  ])('is a stream to who asks for %s', async (accept, type) => {
    const sessionId = await api.create();
    const stream = await open(SESSION_EVENTS, { sessionId }, { accept });
    await eventually(() => expect(stream.text).toContain('CaughtUp'));
    expect(stream.contentType).toMatch(type);
    stream.abort();
  });

  it.each(['GET', 'POST'] as const)(
    'by %s goes on after Last-Event-ID, whatever its variables say',
    async (method) => {
      const sessionId = await api.create();
      await api.say(sessionId, 'one');
      const lastEventId = await api.say(sessionId, 'two');
      await api.say(sessionId, 'three');
      const stream = await open(SESSION_EVENTS, { sessionId, after: '0' }, { method, lastEventId });
      await eventually(() => expect(stream.text).toContain('CaughtUp'));
      expect(textsIn(stream)).toEqual(['three']);
      stream.abort();
      const none = await open(SESSION_EVENTS, { sessionId, after: '0' }, { method, lastEventId: '' });
      await eventually(() => expect(none.text).toContain('CaughtUp'));
      expect(textsIn(none)).toEqual(['one', 'two', 'three']);
      none.abort();
      const bad = await whole(SESSION_EVENTS, { sessionId }, { method, lastEventId: 'nonsense' });
      expect(nextEvents(bad.text)).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }]);
    },
  );
});

describe.each(STREAMS)('a request for a stream that holds no operation, %s', (accept) => {
  const post = async (body: string): Promise<Response> =>
    fetch(server.endpoint, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body });

  it.each([
    ['no JSON', 'nonsense'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no query', '{}'],
    ['a query that is no text', '{"query":1}'],
    ['variables that are a list', '{"query":"{ viewer { kind } }","variables":[1]}'],
    ['an operation that the document lacks', '{"query":"query A { viewer { kind } }","operationName":"B"}'],
    ['two operations and no name', '{"query":"query A { viewer { kind } } query B { viewer { kind } }"}'],
  ])('is BAD_REQUEST, as an answer of its own: %s', async (_what, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/json/);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }],
    });
  });

  it('is PAYLOAD_TOO_LARGE above 16 MiB', async () => {
    const response = await post(
      JSON.stringify({ query: '{ viewer { kind } }', extensions: 'x'.repeat(17e6) }),
    );
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE', limit: 16 * 1024 * 1024 } }],
    });
  });
});

describe('a client that leaves', () => {
  const request = (accept: string, body: string): string =>
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`;
  const connected = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    return socket.on('error', () => undefined);
  };

  it.each([...STREAMS, 'application/json'])(
    'in the middle of its request is no fault of the server: %s',
    async (accept) => {
      const before = server.logs.length;
      for (let n = 0; n < 5; n++) {
        const socket = await connected();
        const text = request(
          accept,
          JSON.stringify({ query: SESSION_EVENTS, variables: { sessionId: 's' } }),
        );
        socket.write(text.slice(0, -10));
        await new Promise(setImmediate);
        socket.destroy();
        await once(socket, 'close');
      }
      // An answer to somebody else comes after what there was to say.
      await api.ask('{ viewer { kind } }');
      await api.ask('{ viewer { kind } }');
      expect(server.logs.slice(before)).toEqual([]);
    },
  );

  /** Asks for the events of two sessions at once on one connection; resolves when the first have begun to come. */
  const askAhead = async (accept: string, sessionIds: readonly string[]) => {
    const socket = await connected();
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const asked = sessionIds.map((sessionId) =>
      request(accept, JSON.stringify({ query: SESSION_EVENTS, variables: { sessionId } })),
    );
    socket.write(asked.join(''));
    await eventually(() => expect(text).toContain('CaughtUp'));
    return { socket, answer: () => text };
  };

  it.each(STREAMS)('is followed no more also on what it asked for ahead: %s', async (accept) => {
    const ids = [await api.create(), await api.create()];
    const { socket } = await askAhead(accept, ids);
    socket.destroy();
    await eventually(async () => expect(await Promise.all(ids.map(listeners))).toEqual(['0', '0']));
  });

  it.each(STREAMS)(
    'who does not is given what it asked for ahead when its turn comes: %s',
    async (accept) => {
      const [one, other] = [await api.create(), await api.create()];
      const { socket, answer } = await askAhead(accept, [one, other]);
      await api.write('deleteSession', { id: one });
      await eventually(() => expect(answer().match(/CaughtUp/g)).toHaveLength(2));
      await api.say(other, 'live');
      await eventually(() => expect(answer()).toContain('live'));
      socket.destroy();
      await eventually(async () => expect(await listeners(other)).toBe('0'));
    },
  );
});
