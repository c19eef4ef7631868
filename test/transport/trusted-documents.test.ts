import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManifestError, trustedDocuments } from '../../src/transport/trusted-documents.ts';
import { ACCEPT_MULTIPART } from '../support/event-stream.ts';
import { httpAnswer } from '../support/http-answer.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

const READ = 'query Read($id: ID!) { session(id: $id) { id } }';
const FOLLOW = 'subscription Follow($id: ID!) { sessionEvents(sessionId: $id, after: "0") { __typename } }';
const CREATE =
  'mutation Create($id: ID!) { createSession(input: { id: $id, ifExists: RETURN }) { session { id } } }';
const DOCUMENTS = [READ, FOLLOW, CREATE];
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As the tools of most clients write them. */
const BY_DIGEST = Object.fromEntries(DOCUMENTS.map((text) => [digest(text), text]));

describe('a manifest of documents', () => {
  const find = (json: unknown, id?: string, query?: string): string | undefined =>
    trustedDocuments(JSON.stringify(json)).find(id, query);

  it('gives the document of an id, with the name of the digest or without', () => {
    const id = digest(READ);
    for (const written of [id, `sha256:${id}`]) {
      for (const asked of [id, `sha256:${id}`]) expect(find({ [written]: READ }, asked)).toBe(READ);
    }
    expect(find({ Read: READ }, 'Read')).toBe(READ);
  });

  it('may be the list that Apollo’s tool writes', () => {
    const manifest = {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: 'a', name: 'Read', type: 'query', body: READ }],
    };
    expect(find(manifest, 'a')).toBe(READ);
    expect(find(manifest, 'operations')).toBeUndefined();
  });

  it('takes a text that is in it word for word, also beside an id that is not', () => {
    expect(find(BY_DIGEST, undefined, READ)).toBe(READ);
    expect(find(BY_DIGEST, 'other', READ)).toBe(READ);
  });

  it.each([
    [undefined, undefined],
    [undefined, ''],
    [undefined, '{ viewer { kind } }'],
    [undefined, `${READ} `],
    [undefined, 'toString'],
    ['', undefined],
    ['other', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('knows nothing else: the id %j, the text %j', (id, query) => {
    expect(find(BY_DIGEST, id, query)).toBeUndefined();
  });

  it('means the document that is named, whatever text comes with it', () => {
    expect(find(BY_DIGEST, digest(READ), '{ viewer { kind } }')).toBe(READ);
  });

  it.each(['', 'planted', '{"planted"', '[]', '7', 'null', '{}', '{"planted":7}', '{"a":{"planted":""}}'])(
    'is not %j, and the message repeats nothing of it',
    (json) => {
      const thrown = thrownBy(() => trustedDocuments(json));
      expect(thrown).toBeInstanceOf(ManifestError);
      expect(String(thrown)).not.toContain('planted');
    },
  );
});

describe('TRUSTED_DOCUMENTS (PROTOCOL 10.7)', () => {
  let folder: string;
  let path: string;
  let server: RunningApp;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'documents-'));
    path = join(folder, 'documents.json');
    writeFileSync(path, JSON.stringify(BY_DIGEST));
    server = await startApp({ TRUSTED_DOCUMENTS: path });
    await post({ documentId: digest(CREATE), variables: { id: 's' } });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  type Asked = Readonly<Record<string, unknown>>;
  const post = (body: Asked, accept = 'application/graphql-response+json') =>
    httpAnswer(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    });
  const get = (asked: Asked, accept = 'application/json') => {
    const parameters = Object.entries(asked).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const address = `${server.endpoint}?${new URLSearchParams(parameters).toString()}`;
    return httpAnswer(address, { headers: { accept } });
  };
  const inProcess = async (body: Asked) => {
    const response = await server.app.fetch('http://app/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.text() };
  };
  /** The first message that comes of an operation over WebSocket. */
  const overSocket = async (payload: Asked): Promise<any> => {
    const socket = await openSocket(server.endpoint);
    await socket.init();
    socket.send({ id: 'a', type: 'subscribe', payload });
    let code: number | undefined;
    void socket.closed.then((closed) => (code = closed.code));
    await until('it is answered', () => socket.of('a').length > 0 || code !== undefined);
    socket.terminate();
    return socket.of('a')[0] ?? code;
  };

  /** How clients name a document. */
  const named = (text: string): readonly (readonly [string, Asked])[] => [
    ['the whole text', { query: text }],
    ['documentId', { documentId: digest(text) }],
    ['documentId with the name of its digest', { documentId: `sha256:${digest(text)}` }],
    [
      'the extension of Apollo and urql',
      { extensions: { persistedQuery: { version: 1, sha256Hash: digest(text) } } },
    ],
    [
      'the same beside its text',
      { query: text, extensions: { persistedQuery: { version: 1, sha256Hash: digest(text) } } },
    ],
    ['documentId and an empty text', { documentId: digest(text), query: '' }],
  ];

  describe.each(named(READ))('a query that is named by %s', (_how, asked) => {
    const body = { ...asked, variables: { id: 's' }, operationName: 'Read' };
    const answer = { data: { session: { id: 's' } } };

    it('is executed over every transport', async () => {
      expect(JSON.parse((await post(body)).body)).toEqual(answer);
      expect(JSON.parse((await get(body)).body)).toEqual(answer);
      expect((await post(body, 'text/event-stream')).body).toContain(JSON.stringify(answer));
      expect(JSON.parse((await inProcess(body)).body)).toEqual(answer);
      expect(await overSocket(body)).toMatchObject({ type: 'next', payload: answer });
    });
  });

  describe.each(named(FOLLOW))('a subscription that is named by %s', (_how, asked) => {
    const body = { ...asked, variables: { id: 'absent' } };

    it('is executed over every transport that has subscriptions', async () => {
      for (const answer of [
        await post(body, 'text/event-stream'),
        await post(body, ACCEPT_MULTIPART),
        await get(body, 'text/event-stream'),
      ]) {
        expect(answer.body).toContain('"path":["sessionEvents"]');
        expect(answer.body).toContain('NOT_FOUND');
      }
      const { payload } = await overSocket({ ...asked, variables: { id: 's' } });
      expect(payload).toEqual({ data: { sessionEvents: { __typename: 'CaughtUp' } } });
    });
  });

  const others: readonly (readonly [string, Asked])[] = [
    ['another text', { query: '{ viewer { kind } }' }],
    ['a trusted text with a space more', { query: `${READ} ` }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['an id of none', { documentId: digest('{ viewer { kind } }') }],
    ['an id of none beside another text', { documentId: 'x', query: '{ viewer { kind } }' }],
    [
      'a text that is to be remembered',
      {
        query: '{ viewer { kind } }',
        extensions: { persistedQuery: { version: 1, sha256Hash: digest('{ viewer { kind } }') } },
      },
    ],
    ['the name of a property of every object', { documentId: 'constructor' }],
    ['nothing', {}],
    ['an empty text', { query: '' }],
  ];

  it.each(others)('executes nothing else over any transport: %s', async (what, asked) => {
    const extensions = { code: 'BAD_REQUEST', retryable: false, requestId: expect.any(String) };
    const refused = [{ extensions }];
    const message = 'Only trusted documents are executed here.';
    for (const answer of [
      await post(asked),
      await post(asked, 'application/json'),
      await get(asked),
      await inProcess(asked),
    ]) {
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toMatchObject({ errors: refused });
      expect(answer.body).toContain(message);
    }
    for (const accept of ['text/event-stream', ACCEPT_MULTIPART]) {
      expect((await post(asked, accept)).body).toContain(message);
    }
    // Without a text and an id it is no message of the protocol.
    const first =
      what === 'nothing'
        ? 4400
        : expect.objectContaining({ type: 'error', payload: [expect.objectContaining(refused[0])] });
    expect(await overSocket(asked)).toEqual(first);
  });

  it('holds for mutations as for queries, which are not sent by GET', async () => {
    const asked = { documentId: digest(CREATE), variables: { id: 'by-get' } };
    expect((await get(asked)).status).toBe(405);
    expect(JSON.parse((await post(asked)).body)).toEqual({
      data: { createSession: { session: { id: 'by-get' } } },
    });
  });
});

describe('without TRUSTED_DOCUMENTS', () => {
  it('an id alone is no request, and one beside a text is not looked at', async () => {
    const server = await startApp();
    const ask = (body: object) =>
      httpAnswer(server.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const alone = await ask({ documentId: digest(READ) });
    expect([alone.status, JSON.parse(alone.body).errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
    const beside = await ask({ documentId: 'x', query: '{ viewer { kind } }' });
    expect(JSON.parse(beside.body)).toEqual({ data: { viewer: { kind: 'SERVICE' } } });
    await server.stop();
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}
