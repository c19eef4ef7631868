import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Api } from '../../graphql/api-under-test.ts';
import { eventually } from '../../support/eventually.ts';
import { eventsOf, follow, SESSION_EVENTS, TRANSPORTS, type Transport } from '../../support/follow.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { JWT_ENV, token } from './tokens.ts';

const KEY = 'service-key-of-these-tests';

let server: RunningApp;
let api: Api;
beforeAll(async () => {
  server = await startApp({ ...JWT_ENV, AUTH: 'keys,jwt', SERVICE_KEYS: KEY });
  api = new Api(() => server.endpoint, `Bearer ${KEY}`);
});
afterAll(async () => {
  await server.stop();
});

const createForAda = (): Promise<string> => api.create({ userId: 'ada' });
/** A header that holds until then, milliseconds since 1970. */
const bearer = async (until: number): Promise<string> => `Bearer ${await token({ exp: until / 1_000 })}`;
/** Long enough to begin with, and soon over. */
const soon = (): number => Date.now() + 1_500;
const late = (): number => Date.now() + 300_000;

/** What a client sees of the end of a subscription whose token has ended. */
const ENDS: Readonly<Record<Transport, (given: { results: readonly any[]; reason: unknown }) => void>> = {
  WebSocket: ({ results, reason }) => {
    expect(reason).toMatchObject({ code: 4403, reason: 'Token expired' });
    expect(results.filter(({ errors }) => errors)).toEqual([]);
  },
  SSE: endsWithAResult,
  multipart: endsWithAResult,
};

function endsWithAResult({ results, reason }: { results: readonly any[]; reason: unknown }): void {
  expect(reason).toBe('completed');
  expect(results.filter(({ errors }) => errors)).toEqual([results.at(-1)]);
  expect(results.at(-1)).toEqual({
    errors: [
      {
        message: expect.any(String),
        extensions: { code: 'UNAUTHENTICATED', retryable: false, requestId: expect.any(String) },
      },
    ],
  });
}

/** Writes until it is stopped; resolves with the texts. */
function write(sessionId: string): () => Promise<string[]> {
  const texts: string[] = [];
  let stopped = false;
  const writing = (async () => {
    while (!stopped) {
      await api.say(sessionId, `${texts.length}`);
      texts.push(`${texts.length}`);
      await setTimeout(3);
    }
  })();
  return async () => {
    stopped = true;
    await writing;
    return texts;
  };
}

describe.concurrent.each(TRANSPORTS)('a subscription over %s (PROTOCOL 10.4)', (transport) => {
  const subscribe = (sessionId: string, after: string, authorization: string) => {
    const { endpoint } = server;
    const follower = follow(
      transport,
      endpoint,
      SESSION_EVENTS,
      { sessionId, after },
      undefined,
      authorization,
    );
    const end = follower.done.then(
      () => 'completed',
      (reason: unknown) => reason,
    );
    return { ...follower, end };
  };

  it('ends when its token expires, and goes on after its last cursor with another, under a writer', async () => {
    const sessionId = await createForAda();
    const stopWriting = write(sessionId);
    const seen: string[] = [];
    let cursor = '0';
    const take = (results: readonly any[]): void => {
      for (const { item, ...event } of eventsOf({ results: results.filter(({ data }) => data) })) {
        cursor = event.cursor ?? cursor;
        if (item) seen.push(item.text);
      }
    };
    for (let renewal = 0; renewal < 2; renewal++) {
      const expires = soon();
      const { results, end, stop } = subscribe(sessionId, cursor, await bearer(expires));
      const reason = await end;
      expect(Date.now()).toBeGreaterThanOrEqual(expires);
      ENDS[transport]({ results, reason });
      take(results);
      await stop();
    }
    const last = subscribe(sessionId, cursor, await bearer(late()));
    const written = await stopWriting();
    // The second may have seen the last of it already.
    await eventually(() => {
      expect([...seen, ...eventsOf(last).map(({ item }) => item?.text)]).toContain(written.at(-1));
    });
    take(last.results);
    expect(seen).toEqual(written);
    await last.stop();
  });

  it('goes on as long as its token holds, however many others end', async () => {
    const sessionId = await createForAda();
    const lasting = subscribe(sessionId, '0', await bearer(late()));
    const passing = subscribe(sessionId, '0', await bearer(soon()));
    await passing.end;
    await api.say(sessionId, 'still here');
    await eventually(() => {
      expect(eventsOf(lasting).map(({ item }) => item?.text)).toContain('still here');
    });
    await passing.stop();
    await lasting.stop();
  });
});

it.concurrent.each(TRANSPORTS)(
  'every kind of subscription ends with its token over %s',
  async (transport) => {
    const sessionId = await createForAda();
    const kinds = [
      'subscription ($sessionId: ID!) { messageAdded(sessionId: $sessionId) { text } }',
      'subscription { sessionListChanged { __typename } }',
    ];
    for (const end of kinds.map(async (query) => {
      const authorization = await bearer(soon());
      const follower = follow(transport, server.endpoint, query, { sessionId }, undefined, authorization);
      const reason = await follower.done.then(
        () => 'completed',
        (closed: unknown) => closed,
      );
      return { results: follower.results, reason };
    })) {
      ENDS[transport](await end);
    }
  },
);

it.concurrent('the WebSocket client of graphql-ws comes back by itself with another token', async () => {
  const sessionId = await createForAda();
  let tokens = 0;
  const client = createClient({
    url: server.endpoint.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: async () => {
      tokens++;
      return { authorization: await bearer(tokens === 1 ? soon() : late()) };
    },
  });
  const results: any[] = [];
  const query = 'subscription ($sessionId: ID!) { sessionEvents(sessionId: $sessionId) { __typename } }';
  const done = new Promise<void>((resolve, reject) => {
    client.subscribe(
      { query, variables: { sessionId } },
      { next: (result) => void results.push(result), error: reject, complete: resolve },
    );
  });
  await eventually(() => expect([tokens, results.length]).toEqual([2, 2]));
  await api.write('deleteSession', { id: sessionId });
  await done;
  await client.dispose();
});

describe.concurrent('a subscription by fetch in this process', () => {
  it('ends with the same result', async () => {
    const sessionId = await createForAda();
    const response = await server.app.fetch('http://app/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: await bearer(soon()),
      },
      body: JSON.stringify({ query: SESSION_EVENTS, variables: { sessionId } }),
    });
    const text = await response.text();
    expect(text).toContain('CaughtUp');
    expect(text).toMatch(
      /"code":"UNAUTHENTICATED","retryable":false,"requestId":"[^"]+"}}\]}\n\nevent: complete\ndata:?\n\n$/,
    );
  });
});
