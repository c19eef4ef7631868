import { WebSocket } from 'ws';
import { ACCEPT_MULTIPART, nextEvents } from './event-stream.ts';
import { httpAnswer, withoutRequestIds } from './http-answer.ts';
import { MultipartParts } from './multipart-parts.ts';

/** Where an operation can be asked for. */
export interface Reachable {
  readonly endpoint: string;
  readonly fetch: (request: Request) => Promise<Response>;
}

/** What came first. */
export interface Told {
  /** Over HTTP. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** The code that a WebSocket was closed with. */
  readonly closed?: number;
  /** The result, or what was said in its place: null when it was no JSON. */
  readonly data?: any;
  readonly errors?: readonly any[];
  /** All of it as it came, but for the ids of requests, which never are the same. */
  readonly text: string;
}

/** Asks for what a request holds that is JSON, or is not. */
export type Way = (server: Reachable, body: string, token?: string) => Promise<Told>;

const MODERN = 'application/graphql-response+json';
const SSE = 'text/event-stream';
const authorized = (token?: string): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

function told(status: number | undefined, headers: Readonly<Record<string, unknown>>, said: string): Told {
  const text = withoutRequestIds(said);
  const type = String(headers['content-type']);
  if (type.startsWith('text/event-stream')) return { status, headers, text, ...nextEvents(text)[0] };
  if (type.startsWith('multipart')) return { status, headers, text, ...firstPayload(text) };
  return { status, headers, text, ...parsed(text) };
}

function firstPayload(text: string): any {
  const bodies = new MultipartParts().push(text).map((body) => JSON.parse(body));
  return bodies.find(({ payload }) => payload)?.payload;
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function post(accept: string): Way {
  return async ({ endpoint }, body, token) => {
    const headers = { accept, 'content-type': 'application/json', ...authorized(token) };
    const answer = await httpAnswer(endpoint, { method: 'POST', headers, body });
    return told(answer.status, answer.headers, answer.body);
  };
}

/** Of a body that is JSON, and ends in its variables if it has any; a page could not send it unasked. */
function get(accept: string): Way {
  return async ({ endpoint }, body, token) => {
    // As they are written: not all that is JSON comes through JSON.parse and JSON.stringify as it was.
    const [head = '', variables] = body.split(',"variables":');
    const asked: Record<string, string> = JSON.parse(variables === undefined ? body : `${head}}`);
    const parameters = {
      ...asked,
      ...(variables === undefined ? {} : { variables: variables.slice(0, -1) }),
    };
    const headers = { accept, 'x-graphql-csrf': '1', ...authorized(token) };
    const answer = await httpAnswer(`${endpoint}?${new URLSearchParams(parameters).toString()}`, { headers });
    return told(answer.status, answer.headers, answer.body);
  };
}

const inProcess: Way = async (server, body, token) => {
  const headers = { accept: MODERN, 'content-type': 'application/json', ...authorized(token) };
  const response = await server.fetch(new Request('http://app/graphql', { method: 'POST', headers, body }));
  return told(response.status, Object.fromEntries(response.headers), await response.text());
};

const overWebSocket: Way = ({ endpoint }, body, token) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(endpoint.replace(/^http/, 'ws'), 'graphql-transport-ws');
    const settle = (answer: Told): void => {
      resolve(answer);
      socket.terminate();
    };
    socket.once('error', reject);
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'connection_init', payload: authorized(token) }));
    });
    socket.on('message', (data: Buffer) => {
      const text = withoutRequestIds(data.toString());
      const { type, payload } = JSON.parse(text);
      if (type === 'connection_ack') socket.send(`{"id":"a","type":"subscribe","payload":${body}}`);
      else if (type === 'error') settle({ text, errors: payload });
      else settle({ text, ...payload });
    });
    socket.once('close', (closed) => settle({ text: '', closed }));
  });

/** Every way in which one operation can be asked for. */
export const WAYS = {
  POST: post(MODERN),
  'POST of a client that knows no statuses': post('application/json'),
  GET: get(MODERN),
  'server-sent events': post(SSE),
  'server-sent events by GET': get(SSE),
  'multipart HTTP': post(ACCEPT_MULTIPART),
  WebSocket: overWebSocket,
  'fetch in this process': inProcess,
} as const satisfies Record<string, Way>;

export type WayName = keyof typeof WAYS;

/** Those whose request has a body. */
export const POSTS = [
  'POST',
  'POST of a client that knows no statuses',
  'server-sent events',
  'multipart HTTP',
  'fetch in this process',
] as const satisfies readonly WayName[];
