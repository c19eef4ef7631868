import { WebSocket } from 'ws';
import { ACCEPT_MULTIPART } from '../../support/event-stream.ts';
import { httpAnswer, type HttpAnswer } from '../../support/http-answer.ts';
import type { RunningApp } from '../../support/running-app.ts';

/** Asks with an Authorization header; null: without. */
export type Ask = (server: RunningApp, authorization: string | null) => Promise<HttpAnswer>;

const QUERY = '{ viewer { kind userId } }';
const SUBSCRIPTION = 'subscription { sessionListChanged { __typename } }';
const JSON_TYPE = 'application/json';
const EVENTS = 'text/event-stream';

function post(accept: string, query: string): Ask {
  return ({ endpoint }, authorization) =>
    httpAnswer(endpoint, {
      method: 'POST',
      headers: { accept, 'content-type': JSON_TYPE, ...(authorization === null ? {} : { authorization }) },
      body: JSON.stringify({ query }),
    });
}

function get(accept: string, query: string): Ask {
  return ({ endpoint }, authorization) =>
    httpAnswer(`${endpoint}?query=${encodeURIComponent(query)}`, {
      headers: { accept, 'x-graphql-csrf': '1', ...(authorization === null ? {} : { authorization }) },
    });
}

function inProcess(accept: string, query: string): Ask {
  return async ({ app }, authorization) => {
    const response = await app.fetch('http://app/graphql', {
      method: 'POST',
      headers: { accept, 'content-type': JSON_TYPE, ...(authorization === null ? {} : { authorization }) },
      body: JSON.stringify({ query }),
    });
    const { status, headers } = response;
    return { status, headers: Object.fromEntries(headers), body: await response.text() };
  };
}

/** Every way in which an operation is asked for over HTTP. */
export const ways: Readonly<Record<string, Ask>> = {
  'POST of a client that knows statuses': post('application/graphql-response+json', QUERY),
  'POST of one that does not': post(JSON_TYPE, QUERY),
  GET: get(JSON_TYPE, QUERY),
  'a query as server-sent events': post(EVENTS, QUERY),
  'server-sent events': post(EVENTS, SUBSCRIPTION),
  'server-sent events by GET': get(EVENTS, SUBSCRIPTION),
  'multipart HTTP': post(ACCEPT_MULTIPART, SUBSCRIPTION),
  'fetch in this process': inProcess('application/graphql-response+json', QUERY),
  'fetch in this process of a client that does not know statuses': inProcess(JSON_TYPE, QUERY),
  'a subscription by fetch in this process': inProcess(EVENTS, SUBSCRIPTION),
};

export interface Knock {
  /** What `connection_init` carries; undefined: nothing. */
  readonly payload?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a WebSocket is received: `acknowledged`, or the code and the reason that it is closed with. */
export async function knock({ endpoint }: RunningApp, { payload, headers = {} }: Knock): Promise<unknown> {
  const socket = new WebSocket(endpoint.replace(/^http/, 'ws'), 'graphql-transport-ws', { headers });
  const answered = new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', () => resolve('acknowledged'));
    socket.once('close', (code, reason) => resolve([code, String(reason)]));
  });
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
  try {
    return await answered;
  } finally {
    socket.terminate();
  }
}
