import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpAnswer } from '../support/http-answer.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { WAYS, type Told, type WayName } from '../support/ways.ts';
import { JWT_ENV, serviceToken, token } from './auth/tokens.ts';

/*
 * What graphql-cop (github.com/dolevf/graphql-cop) looks for, each of its thirteen checks by what it asks and what it
 * takes for a finding. It finds nothing on a server in production, whoever asks, over whatever transport.
 */

const ALIASES = Array.from({ length: 101 }, (_, n) => `alias${n}: __typename`).join('\n');

interface Check {
  readonly query: string;
  /** Whether what came is what the check takes for a finding. */
  readonly finds: (told: Told) => boolean;
}

/** Those that ask for an operation named `cop`. */
const CHECKS: Readonly<Record<string, Check>> = {
  'alias overloading': {
    query: `query cop { ${ALIASES} }`,
    finds: ({ data }) => Boolean(data?.alias100),
  },
  'directive overloading': {
    query: `query cop { __typename ${'@aa'.repeat(10)} }`,
    finds: ({ errors }) => errors?.length === 10,
  },
  'field duplication': {
    query: `query cop { ${'__typename \n'.repeat(500)} }`,
    finds: ({ data }) => Boolean(data?.__typename),
  },
  'field suggestions': {
    query: 'query cop { __schema { directive } }',
    finds: ({ text }) => text.includes('Did you mean'),
  },
  introspection: {
    query: 'query cop { __schema { types { name fields { name } } } }',
    finds: ({ data }) => Boolean(data?.__schema?.types),
  },
  'a circular query by introspection': {
    query: `query cop { __schema { types { ${'fields { type { '.repeat(4)}name${' } }'.repeat(4)} } } }`,
    finds: ({ data }) => data?.__schema?.types.length > 25,
  },
  'trace mode': {
    query: 'query cop { __typename }',
    finds: ({ text }) => text.includes('tracing'),
  },
  'unhandled errors': {
    query: 'qwerty cop { abc }',
    finds: ({ text }) => /exception|stack/i.test(text),
  },
};

/** Words by which it knows an IDE, and where there might be one. */
const IDE = ['graphiql.min.css', 'GraphQL Playground', 'GraphiQL', 'graphql-playground'];
const IDE_PATHS = ['/graphql', '/', '/graphiql', '/playground', '/console', '/graphql/console', '/api'];

/** Whom the checks are made as; services are shown the schema, which is theirs to see. */
const CALLERS = {
  'a stranger where everybody may do everything': { env: {}, as: async () => undefined },
  'a stranger': { env: JWT_ENV, as: async () => undefined },
  'a user': { env: JWT_ENV, as: () => token() },
  'a service': { env: JWT_ENV, as: () => serviceToken() },
} as const;

describe.each(Object.entries(CALLERS))('graphql-cop as %s', (who, { env, as }) => {
  let server: RunningApp;
  let reachable: { readonly endpoint: string; readonly fetch: (request: Request) => Promise<Response> };
  let bearer: string | undefined;
  beforeAll(async () => {
    server = await startApp({ NODE_ENV: 'production', ...env });
    reachable = { endpoint: server.endpoint, fetch: (request) => server.app.fetch(request) };
    bearer = await as();
  });
  afterAll(() => server.stop());

  const authorized = (): Record<string, string> =>
    bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const isShown = (check: string): boolean => who === 'a service' && check === 'introspection';

  describe.each(Object.keys(WAYS) as WayName[])('over %s', (way) => {
    it.each(Object.entries(CHECKS))('does not find %s', async (name, { query, finds }) => {
      const told = await WAYS[way](reachable, JSON.stringify({ query, operationName: 'cop' }), bearer);
      expect(finds(told)).toBe(isShown(name));
    });
  });

  it('does not find that queries are executed in batches', async () => {
    const batch = JSON.stringify(Array(10).fill({ query: 'query cop { __typename }' }));
    for (const way of [
      'POST',
      'server-sent events',
      'multipart HTTP',
      'WebSocket',
      'fetch in this process',
    ] as const) {
      const { text } = await WAYS[way](reachable, batch, bearer);
      expect(text).not.toContain('"data"');
    }
  });

  it.each(['query cop { __typename }', 'mutation cop { __typename }'])(
    'does not find that pages can make browsers send by GET: %s',
    async (query) => {
      for (const accept of ['*/*', 'application/json', 'text/event-stream', 'text/html']) {
        // A cookie goes along by itself, a token does not.
        const headers = { accept, cookie: 'session=1' };
        const { status, body } = await httpAnswer(
          `${server.endpoint}?${new URLSearchParams({ query }).toString()}`,
          { headers },
        );
        expect(status).toBe(403);
        expect(body).not.toContain('"data"');
      }
    },
  );

  it('does not find that mutations are executed by GET, by whoever has a token', async () => {
    const search = new URLSearchParams({ query: 'mutation cop { __typename }' }).toString();
    for (const accept of ['*/*', 'text/event-stream']) {
      const headers = { accept, 'x-graphql-csrf': '1', ...authorized() };
      const { body } = await httpAnswer(`${server.endpoint}?${search}`, { headers });
      expect(body).not.toContain('"data"');
    }
  });

  it('does not find that forms are executed', async () => {
    const body = new URLSearchParams({ query: 'query cop { __typename }' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...authorized() };
    for (const accept of ['*/*', 'text/event-stream']) {
      const answer = await httpAnswer(server.endpoint, {
        method: 'POST',
        headers: { ...headers, accept },
        body,
      });
      expect(answer.status).toBe(415);
      expect(answer.body).not.toContain('"data"');
    }
    const response = await server.app.fetch('http://app/graphql', { method: 'POST', headers, body });
    expect(await response.text()).not.toContain('"data"');
  });

  it.each(IDE_PATHS)('does not find an IDE at %s', async (path) => {
    const answer = await httpAnswer(`${server.url}${path}`, {
      headers: { accept: 'text/html', ...authorized() },
    });
    for (const word of IDE) expect(answer.body).not.toContain(word);
  });
});
