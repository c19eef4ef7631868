import { ACCEPT_MULTIPART } from '../support/event-stream.ts';
import type { HttpAsked } from '../support/http-answer.ts';
import { anyOperation } from './any-operation.ts';
import type { Choices } from './choices.ts';
import type { Names } from './names.ts';

export interface AnyRequest extends HttpAsked {
  readonly path: string;
}

const METHODS = ['POST', 'GET', 'PUT', 'HEAD', 'OPTIONS', 'DELETE'];
const ACCEPTED = [
  'application/graphql-response+json',
  'application/json',
  'text/event-stream',
  ACCEPT_MULTIPART,
];
const STRANGELY_ACCEPTED = ['*/*', 'text/html', '', ',;q=x', 'application/*;q=0'];
const TYPES = [
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'text/plain',
  'multipart/form-data',
  '',
];
const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['origin', ['null', 'https://other.example', 'file://']],
  ['sec-fetch-site', ['same-origin', 'cross-site']],
  ['content-encoding', ['gzip', 'identity', 'br']],
  ['host', ['other.example', '', '[', 'localhost:1']],
  ['x-graphql-csrf', ['1']],
  ['connection', ['close', 'keep-alive']],
  ['expect', ['100-continue', 'nothing']],
];
const STRANGE_BODIES = [
  '',
  'null',
  '[]',
  '1',
  '"x"',
  '{}',
  '[{"query":"{__typename}"}]',
  '{"query":null}',
  '\ufeff{}',
];
const MORE = [
  { operationName: 'Q' },
  { operationName: 'R' },
  { operationName: 7 },
  { documentId: 'x' },
  { documentId: {} },
  { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
  { extensions: [] },
  { variables: [] },
  { variables: null },
  { query: 7 },
];

/** A request over HTTP, of a plain kind mostly. */
export function anyRequest(choices: Choices, names: Names, token: string | null): AnyRequest {
  const method = choices.once(10) ? choices.of(METHODS) : 'POST';
  const headers: Record<string, string> = {
    accept: choices.of(choices.once(8) ? STRANGELY_ACCEPTED : ACCEPTED),
    'content-type': choices.once(30) ? choices.of(TYPES) : 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  if (choices.once(4)) headers['last-event-id'] = latin(choices.of(names.cursors));
  if (choices.once(15)) {
    const [name, values] = choices.of(HEADERS);
    headers[name] = choices.of(values);
  }
  const asked = anyAsked(choices, names);
  const path = choices.once(80)
    ? choices.of(['/', '/health', '/ready', '/assets/../x', '/graphql/', '/%00'])
    : '/graphql';
  if (method === 'GET') return { method, headers, path: `${path}?${parameters(choices, asked)}` };
  if (method !== 'POST') return { method, headers, path };
  const body = choices.once(30) ? choices.of(STRANGE_BODIES) : JSON.stringify(asked);
  return { method, headers, path, body: choices.once(30) ? choices.damaged(body) : body };
}

/** What the JSON of a request says, or the payload of a message that subscribes. */
export function anyAsked(choices: Choices, names: Names): Readonly<Record<string, unknown>> {
  return { ...anyOperation(choices, names), ...(choices.once(12) ? choices.of(MORE) : {}) };
}

function parameters(choices: Choices, asked: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(asked).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value),
  ]);
  const written = new URLSearchParams(texts).toString();
  return choices.once(15) ? latin(choices.damaged(written)) : written;
}

/** What may stand in a header or an address. */
function latin(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '');
}
