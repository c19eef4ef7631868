import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCountingServer, type CountingServer } from '../support/counting-server.ts';
import { httpAnswer, type HttpAnswer } from '../support/http-answer.ts';
import { ACCEPT_MULTIPART } from '../support/event-stream.ts';
import { POSTS, WAYS } from '../support/ways.ts';

const MIB = 1024 * 1024;
const QUERY = '{ session(id: "s") { id } }';
const CREATE = 'mutation { createSession(input: { id: "s" }) { session { id } } }';

let server: CountingServer;
beforeAll(async () => {
  server = await startCountingServer();
});
afterAll(async () => {
  await server.close();
});
beforeEach(() => {
  server.calls.splice(0);
});

/** What is no GraphQL request, as JSON text. */
const NO_REQUESTS: readonly (readonly [string, string])[] = [
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '1'],
  ['a text', '"{ viewer { kind } }"'],
  ['no query', '{}'],
  ['a query that is null', '{"query":null}'],
  ['a query that is a number', '{"query":1}'],
  ['a query that is a list', `{"query":["${QUERY.replaceAll('"', '\\"')}"]}`],
  ['variables that are a text', '{"query":"{ viewer { kind } }","variables":"x"}'],
  ['variables that are a list', '{"query":"{ viewer { kind } }","variables":[1]}'],
  ['variables that are a number', '{"query":"{ viewer { kind } }","variables":1}'],
  ['a name that is a number', '{"query":"{ viewer { kind } }","operationName":1}'],
  ['extensions that are a text', '{"query":"{ viewer { kind } }","extensions":"x"}'],
  ['ten operations', JSON.stringify(Array(10).fill({ query: QUERY }))],
  ['lists within lists, 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['objects within objects, 100,000 deep', `${'{"query":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
];

const NO_JSON: readonly (readonly [string, string])[] = [
  ['no JSON', 'nonsense'],
  ['nothing', ''],
  ['half of one', '{"query":"{ viewer { kind } }"'],
  ['lists within lists that nobody closes', '['.repeat(1_000_000)],
];

describe.each(POSTS)('a request that is none, by %s', (way) => {
  it.each([...NO_REQUESTS, ...NO_JSON])('is BAD_REQUEST: %s', async (_what, body) => {
    const { status, errors } = await WAYS[way](server, body, 'ada');
    expect(status).toBe(400);
    expect(errors).toEqual([
      { message: expect.any(String), extensions: { code: 'BAD_REQUEST', retryable: false } },
    ]);
    expect(server.calls).toEqual([]);
  });
});

describe('a message of a WebSocket that holds no request', () => {
  it.each(NO_REQUESTS.filter(([, body]) => body.length < 200_000))(
    'is not of the protocol, or BAD_REQUEST on its id: %s',
    async (_what, body) => {
      const { closed, errors } = await WAYS.WebSocket(server, body, 'ada');
      if (closed === undefined) expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
      else expect(closed).toBe(4400);
      expect(server.calls).toEqual([]);
    },
  );
});

describe('the parameters of an address', () => {
  const get = (search: string, accept = 'application/graphql-response+json'): Promise<HttpAnswer> =>
    httpAnswer(`${server.endpoint}${search}`, { headers: { accept, authorization: 'Bearer ada' } });

  it.each([
    '',
    '?',
    '?query=',
    '?operationName=x',
    '?query={viewer{kind}}&variables=x',
    '?query={viewer{kind}}&variables=[]',
    '?query={viewer{kind}}&variables=1',
    `?query={viewer{kind}}&variables=${'['.repeat(50_000)}`,
    '?query={viewer{kind}}&extensions={',
    '?query={viewer{kind}}&operationName=x',
  ])('are a request, or refused with 400: %s', async (search) => {
    const { status, body } = await get(search);
    expect(status).toBe(400);
    expect(JSON.parse(body).errors).toMatchObject([
      {
        extensions: { code: expect.stringMatching(/^(BAD_REQUEST|GRAPHQL_PARSE_FAILED)$/), retryable: false },
      },
    ]);
    expect(server.calls).toEqual([]);
  });

  it.each(['application/json', 'application/graphql-response+json', 'text/event-stream', ACCEPT_MULTIPART])(
    'begin no mutation: %s',
    async (accept) => {
      const { status, headers, body } = await get(`?query=${encodeURIComponent(CREATE)}`, accept);
      expect([status, headers.allow]).toEqual([405, 'POST']);
      expect(JSON.parse(body).errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
      expect(server.calls).toEqual([]);
    },
  );

  it('begin no mutation in this process either', async () => {
    const request = new Request(`http://app/graphql?query=${encodeURIComponent(CREATE)}`, {
      headers: { authorization: 'Bearer ada', accept: 'application/json' },
    });
    const response = await server.fetch(request);
    expect(response.status).toBe(405);
    expect(server.calls).toEqual([]);
  });
});

/** A body that comes by one of the ways of HTTP, with these headers. */
const TYPES = [
  'application/graphql-response+json',
  'application/json',
  'text/event-stream',
  ACCEPT_MULTIPART,
];
async function send(
  accept: string,
  body: string | Buffer,
  { token = 'ada', ...more }: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const headers = { accept, 'content-type': 'application/json', authorization: `Bearer ${token}`, ...more };
  return httpAnswer(server.endpoint, { method: 'POST', headers, body });
}
async function sendHere(body: BodyInit, { token = 'ada', ...more }: Readonly<Record<string, string>> = {}) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...more };
  const response = await server.fetch(
    new Request('http://app/graphql', { method: 'POST', headers, body, duplex: 'half' } as RequestInit),
  );
  return { status: response.status, body: await response.text() };
}
const codesIn = ({ body }: { readonly body: string }): string[] =>
  JSON.parse(body).errors.map(({ extensions }: any) => extensions.code);

describe('a body that is no JSON in UTF-8', () => {
  const compressed = gzipSync(JSON.stringify({ query: QUERY, pad: 'x'.repeat(20 * MIB) }));

  it.each([
    ['text/plain', JSON.stringify({ query: CREATE })],
    ['application/x-www-form-urlencoded', new URLSearchParams({ query: CREATE }).toString()],
    [
      'multipart/form-data; boundary=x',
      `--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n${CREATE}\r\n--x--`,
    ],
    ['application/graphql', CREATE],
    ['application/jsonp', JSON.stringify({ query: CREATE })],
    ['', JSON.stringify({ query: CREATE })],
  ])('is refused with 415 whatever it holds: %s', async (type, body) => {
    const answers = await Promise.all([
      ...TYPES.map((accept) => send(accept, body, { 'content-type': type })),
      sendHere(body, { 'content-type': type }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(415);
      expect(codesIn(answer)).toEqual(['BAD_REQUEST']);
    }
    expect(server.calls).toEqual([]);
  });

  it('is refused with 415 when it is compressed, so nobody finds out how large it would be', async () => {
    const encoding = { 'content-encoding': 'gzip' };
    const answers = await Promise.all([
      ...TYPES.map((accept) => send(accept, compressed, encoding)),
      sendHere(compressed, encoding),
    ]);
    for (const answer of answers) expect(answer.status).toBe(415);
    expect(server.calls).toEqual([]);
  });

  it('is BAD_REQUEST when its bytes are no text, which would be kept as another one', async () => {
    const [head = '', tail = ''] = JSON.stringify({ query: QUERY.replace('"s"', '"?"') }).split('?');
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      const body = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
      for (const accept of TYPES) {
        const answer = await send(accept, body);
        expect(answer.status).toBe(400);
        expect(codesIn(answer)).toEqual(['BAD_REQUEST']);
      }
    }
    expect(server.calls).toEqual([]);
  });

  it.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/graphql+json',
  ])('is not what JSON by another name is: %s', async (type) => {
    const answer = await send('application/json', JSON.stringify({ query: '{ viewer { kind } }' }), {
      'content-type': type,
    });
    expect(answer).toMatchObject({ status: 200, body: '{"data":{"viewer":{"kind":"USER"}}}' });
  });
});

describe('a body that is too large', () => {
  /** A request of exactly so many bytes. */
  const sized = (bytes: number): string => {
    const empty = JSON.stringify({ query: '{ viewer { kind } }', extensions: { pad: '' } });
    return empty.replace('"pad":""', `"pad":"${'x'.repeat(bytes - empty.length)}"`);
  };
  const CHUNKED = { 'transfer-encoding': 'chunked' };

  it.each([
    ['a user', 'ada', 2 * MIB],
    ['a service', 'service', 16 * MIB],
  ])('is PAYLOAD_TOO_LARGE, with its length said before and without: of %s', async (_who, token, limit) => {
    const fitting = sized(limit);
    const large = `${fitting} `;
    for (const accept of TYPES.slice(0, 3)) {
      for (const headers of [{ token }, { token, ...CHUNKED }]) {
        expect((await send(accept, fitting, headers)).status).toBe(200);
        const answer = await send(accept, large, headers);
        expect(answer.status).toBe(413);
        expect(JSON.parse(answer.body).errors).toMatchObject([
          { extensions: { code: 'PAYLOAD_TOO_LARGE', retryable: false, limit, actual: limit + 1 } },
        ]);
      }
    }
    for (const body of [fitting, new Blob([fitting]).stream()]) {
      expect((await sendHere(body, { token })).status).toBe(200);
    }
    for (const body of [large, new Blob([large]).stream()]) {
      const answer = await sendHere(body, { token });
      expect(answer.status).toBe(413);
      expect(codesIn(answer)).toEqual(['PAYLOAD_TOO_LARGE']);
    }
  });

  it('is refused as soon as it says how large it is, without being waited for', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest(server.endpoint, {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer ada',
          'content-length': 3 * MIB,
        },
      });
      sent.once('response', ({ statusCode }) => {
        resolve(statusCode);
        sent.destroy();
      });
      sent.once('error', reject);
      sent.flushHeaders();
    });
    expect(answer).toBe(413);
  });

  it('is a subscription of more than a WebSocket could bring, since it is kept as long as that lives', async () => {
    const ask = (bytes: number) => {
      const query = 'subscription { sessionEvents(sessionId: "s") { cursor } }';
      return JSON.stringify({ query: `${query}#${'x'.repeat(bytes)}` });
    };
    for (const way of ['server-sent events', 'multipart HTTP'] as const) {
      const { errors } = await WAYS[way](server, ask(1_000), 'service');
      expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
      server.calls.splice(0);
      const refused = await WAYS[way](server, ask(256 * 1024), 'service');
      expect(refused).toMatchObject({
        status: 413,
        errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE', limit: 256 * 1024 } }],
      });
      expect(server.calls).toEqual([]);
    }
  });
});
