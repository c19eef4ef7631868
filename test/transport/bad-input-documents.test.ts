import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCountingServer, type CountingServer } from '../support/counting-server.ts';
import { WAYS, type WayName } from '../support/ways.ts';

const list = (count: number, piece: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => piece(n)).join(' ');
const inside = (depth: number, inner: string): string =>
  `${'{ session(id: "s") '.repeat(depth)}{ ${inner} }${' }'.repeat(depth)}`;

const PARSE = 'GRAPHQL_PARSE_FAILED';
const COMPLEX = 'QUERY_TOO_COMPLEX';
const VALIDATION = 'GRAPHQL_VALIDATION_FAILED';

/** Documents that are refused before anything is done, and the code of every error that says so. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['a syntax error', '{ viewer { kind }', PARSE],
  ['nothing', '', PARSE],
  ['only a comment', '# nothing', PARSE],
  ['a NUL', '{ viewer { kind }\u0000 }', PARSE],
  ['a lone surrogate literal', '{ session(id: "\\uD800") { id } }', PARSE],
  ['a lone surrogate', '{ session(id: "\ud800") { id } }', PARSE],
  ['20,000 open braces', '{a'.repeat(20_000), PARSE],
  ['20,000 nested lists', `{ a(b: ${'['.repeat(20_000)}`, PARSE],
  ['101 aliases', `{ ${list(101, (n) => `a${n}: viewer { kind }`)} }`, COMPLEX],
  ['101 aliases of __typename', `{ ${list(101, (n) => `a${n}: __typename`)} }`, COMPLEX],
  ['2,000 aliases', `{ ${list(2_000, (n) => `a${n}: __typename`)} }`, COMPLEX],
  ['500 repeats of a field', `{ ${'__typename '.repeat(500)} }`, COMPLEX],
  ['10 directives on a field', '{ viewer @a @a @a @a @a @a @a @a @a @a { kind } }', COMPLEX],
  [
    'fragments that fan out 20 deep',
    `{ ...F0 } ${list(20, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F20 on Query { __typename }`,
    COMPLEX,
  ],
  ['a depth of 12', inside(11, 'id'), COMPLEX],
  [
    '20 nested pages of a hundred',
    `${'{ sessions(first: 100) { nodes '.repeat(20)}{ id }${' } }'.repeat(20)}`,
    COMPLEX,
  ],
  ['pages in pages', '{ sessions(first: 100) { nodes { items(first: 1000) { nodes { id } } } } }', COMPLEX],
  ['circular fragments', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', VALIDATION],
  ['5,000 unknown fields', `{ ${list(5_000, (n) => `x${n}`)} }`, VALIDATION],
  ['a field that is almost one', '{ viewr { kind } }', VALIDATION],
  ['the schema', '{ __schema { types { name } } }', VALIDATION],
  [
    'two root fields of a subscription',
    'subscription { a: messageAdded(sessionId: "s") { text } b: messageAdded(sessionId: "s") { text } }',
    VALIDATION,
  ],
  [
    'a subscription that leaves its root field out',
    'subscription { messageAdded(sessionId: "s") @skip(if: true) { text } }',
    VALIDATION,
  ],
  [
    'a subscription whose fragment may be left out',
    'subscription ($b: Boolean!) { ...F @include(if: $b) } fragment F on Subscription { messageAdded(sessionId: "s") { text } }',
    VALIDATION,
  ],
  [
    'a subscription whose root field may be left out in a fragment',
    'subscription ($b: Boolean!) { ... { ...F } } fragment F on Subscription { messageAdded(sessionId: "s") @include(if: $b) { text } }',
    VALIDATION,
  ],
  [
    'a subscription of 101 aliases',
    `subscription { messageAdded(sessionId: "s") { ${list(101, (n) => `a${n}: text`)} } }`,
    COMPLEX,
  ],
  [
    'a subscription whose events could have any number of fields',
    'subscription { sessionEvents(sessionId: "s") { ... on SessionUpdated { session { items(first: 1000) { nodes { id session: __typename raw agent cursor createdAt metadata } edges { node { id raw agent cursor createdAt metadata dialect derived sessionId } cursor } } messages(first: 1000) { nodes { id raw text agent cursor createdAt metadata } edges { node { id raw text agent cursor createdAt metadata } cursor } } agentInputs(limit: 10000) } } } }',
    COMPLEX,
  ],
  [
    'a subscription of a thousand words',
    `subscription { messageAdded(sessionId: "s") { ${'... { id text role } '.repeat(200)} } }`,
    COMPLEX,
  ],
];

/** What an address has room for; what is no text would be another one there. */
const fits = (way: WayName, query: string): boolean =>
  !way.endsWith('GET') ||
  (query.isWellFormed() && new URLSearchParams({ query }).toString().length < 100_000);

describe('a document that is refused', () => {
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

  describe.each(Object.keys(WAYS) as WayName[])('over %s', (way) => {
    it.each(REFUSED.filter(([, query]) => fits(way, query)))('has %s', async (_what, query, code) => {
      const { status, errors = [], data, text } = await WAYS[way](server, JSON.stringify({ query }), 'ada');
      if (status !== undefined) expect(status).toBe(statusOver(way));
      expect(data ?? null).toBeNull();
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(5);
      for (const { extensions, message } of errors) {
        expect(extensions).toMatchObject({ code, retryable: false });
        expect(Object.keys(extensions)).not.toContain('http');
        expect(message).not.toContain('Did you mean');
      }
      expect(text.length).toBeLessThan(3_000);
      // Refused is refused before any of it is done, whatever else the document asks for.
      expect(server.calls).toEqual([]);
    });
  });
});

/** Clients that know statuses are told by one; in a stream, and to those that do not, the errors say it all. */
function statusOver(way: WayName): number {
  return way === 'POST' || way === 'GET' || way === 'fetch in this process' ? 400 : 200;
}

describe('the schema', () => {
  const schema = JSON.stringify({ query: '{ __schema { queryType { name } } }' });
  const shown = { __schema: { queryType: { name: 'Query' } } };

  describe('in production', () => {
    let server: CountingServer;
    beforeAll(async () => {
      server = await startCountingServer();
    });
    afterAll(() => server.close());

    it.each(Object.entries(WAYS))(
      'is shown to services, and its single types to everybody: %s',
      async (_way, ask) => {
        expect((await ask(server, schema, 'service')).data).toEqual(shown);
        const type = JSON.stringify({ query: '{ __type(name: "Query") { name } }' });
        expect((await ask(server, type, 'ada')).data).toEqual({ __type: { name: 'Query' } });
      },
    );
  });

  describe('in development', () => {
    let server: CountingServer;
    beforeAll(async () => {
      server = await startCountingServer({ production: false });
    });
    afterAll(() => server.close());

    it.each(Object.entries(WAYS))('is shown to everybody, with suggestions: %s', async (_way, ask) => {
      expect((await ask(server, schema, 'ada')).data).toEqual(shown);
      const { errors } = await ask(server, JSON.stringify({ query: '{ viewr { kind } }' }), 'ada');
      expect(errors).toMatchObject([
        { message: 'Cannot query field "viewr" on type "Query". Did you mean "viewer"?' },
      ]);
    });
  });
});
