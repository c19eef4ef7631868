import type { IncomingMessage } from 'node:http';
import type { AnswerType } from './http-answer.ts';
import type { Framing } from './payload.ts';

/** How results follow one another in the answer to one HTTP request. */
export interface StreamFormat {
  readonly transport: 'event-stream' | 'multipart';
  readonly contentType: string;
  /** What the answer begins with: sent at once, so that the client knows that it was heard. */
  readonly opening: string;
  readonly frame: Framing;
  /** Says that the connection lives, and nothing else. */
  readonly heartbeat: string;
  /** Says that nothing more will come. */
  readonly ending: string;
}

/**
 * The distinct connections mode of GraphQL over SSE, https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md,
 * with the place of each event as its id: a browser's EventSource hands the last one back in Last-Event-ID.
 */
const serverSentEvents: StreamFormat = {
  transport: 'event-stream',
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  frame: ({ json, cursor }) =>
    cursor === null ? `event: next\ndata: ${json}\n\n` : `id: ${cursor}\nevent: next\ndata: ${json}\n\n`,
  heartbeat: ':\n\n',
  ending: 'event: complete\ndata:\n\n',
};

const BOUNDARY = 'graphql';
const part = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--${BOUNDARY}`;

/**
 * GraphQL subscriptions over multipart HTTP, version 1.0, as Apollo Client asks for them:
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
 */
const multipart: StreamFormat = {
  transport: 'multipart',
  contentType: `multipart/mixed; boundary="${BOUNDARY}"; subscriptionSpec="1.0"`,
  opening: `--${BOUNDARY}${part('{}')}`,
  frame: ({ json }) => part(`{"payload":${json}}`),
  heartbeat: part('{}'),
  ending: `${part('{"payload":null}')}--\r\n`,
};

/** What a client asks for that takes a stream. */
export interface AskedFormat {
  readonly format: StreamFormat;
  /** The type of an answer that is not streamed; null: everything is. */
  readonly single: AnswerType | null;
}

const GRAPHQL_JSON = 'application/graphql-response+json' satisfies AnswerType;

/** The stream that a client asks for; null: one answer, whatever it asks. */
export function streamFormatOf({ headers: { accept = '' } }: IncomingMessage): AskedFormat | null {
  let json: AnswerType | null = null;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((text) => text.trim().toLowerCase());
    // Who names JSON first would rather have that where both are possible.
    if (type === 'text/event-stream') return { format: serverSentEvents, single: json };
    const asked = parameters.some((text) => /^subscriptionspec="?1\.0"?$/.test(text));
    if (type === 'multipart/mixed' && asked) return { format: multipart, single: json ?? GRAPHQL_JSON };
    if (type === 'application/json' || type === GRAPHQL_JSON) json ??= type;
    if (type === '*/*') json ??= 'application/json';
  }
  return null;
}
