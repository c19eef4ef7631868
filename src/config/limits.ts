import { LIMITS, type Limits } from '../core/limits.ts';
import { TRANSPORT_LIMITS, type TransportLimits } from '../transport/limits.ts';
import type { Variable } from './variable.ts';

type Key = keyof Limits | keyof TransportLimits;

/** What can be bounded otherwise than by default, in the unit that its description names. */
const DESCRIPTIONS: Partial<Readonly<Record<Key, string>>> = {
  bodyBytes: 'Body of a request of a service, bytes.',
  userBodyBytes: 'Body of a request of a user, bytes.',
  textBytes: 'Text of a message, bytes of UTF-8.',
  itemBytes: 'JSON of an item, bytes of UTF-8.',
  metadataBytes: 'Metadata as JSON, bytes of UTF-8.',
  itemsPerWrite: 'Items in one write.',
  itemsPerPage: 'Items or messages in one page.',
  sessionsPerPage: 'Sessions in one page.',
  draftsPerSession: 'Messages of one session that are written at once.',
  documentTokens: 'Words and signs of a GraphQL document.',
  documentDefinitions: 'Operations and fragments of a document.',
  documentDepth: 'Fields within fields of a document, introspection apart.',
  documentAliases: 'Aliases of an operation.',
  documentRepeats: 'How often an operation may name one field.',
  documentDirectives: 'Directives in one place of a document.',
  answerFields: 'Fields that an answer might have, pages as long as they are asked for.',
  answerCharacters: 'Texts of an answer, or of an event of a subscription, characters.',
  operationMs: 'How long a query or a mutation may take, milliseconds.',
  headersMs: 'How long a connection may take to send the headers of a request, milliseconds.',
  bodyMs: 'How long a request may take to arrive whole, milliseconds.',
  frameBytes: 'A WebSocket message of a client, bytes.',
  controlFrames: 'Pings and pongs of a client on one WebSocket, in a second.',
  bufferedBytes: 'What may wait for one connection before the next event has to wait, bytes.',
  stallMs: 'How long a client may take nothing of what waits for it before it is cut, milliseconds.',
  operationsPerSocket: 'Operations that run at once on one WebSocket.',
  subscriptionsPerUser: 'Subscriptions of one user on one server.',
  socketsPerUser: 'WebSockets of one user on one server.',
  userRate:
    'Operations of one user in a second, on all servers that share a Redis; twice as many at once. 0: any number.',
  serviceRate: 'The same for one service. 0: any number.',
};

/** Limits that may be switched off. */
const OPTIONAL: ReadonlySet<Key> = new Set<Key>(['userRate', 'serviceRate']);

/** A timer that is set to more goes off at once. */
const GREATEST = 2 ** 31 - 1;

export interface ConfiguredLimits {
  readonly domain: Limits;
  readonly transport: TransportLimits;
}

const DEFAULTS: ConfiguredLimits['domain'] & ConfiguredLimits['transport'] = {
  ...LIMITS,
  ...TRANSPORT_LIMITS,
};

export const limitVariables: readonly Variable[] = keys().map((key) => ({
  name: nameOf(key),
  default: String(DEFAULTS[key]),
  description: DESCRIPTIONS[key] ?? '',
}));

/** The limits as the environment sets them; what is wrong is added to `problems`. */
export function parseLimits(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): ConfiguredLimits {
  const limits: { -readonly [Name in Key]: number } = { ...DEFAULTS };
  for (const key of keys()) {
    const text = env[nameOf(key)] ?? '';
    if (text === '') continue;
    const least = OPTIONAL.has(key) ? 0 : 1;
    const isWhole = /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= GREATEST;
    if (isWhole) limits[key] = Number(text);
    else problems.push(`${nameOf(key)} must be a whole number from ${least} to ${GREATEST}.`);
  }
  // Node starts no server that would give a request less time than its headers.
  if (limits.bodyMs < limits.headersMs) problems.push('LIMIT_BODY_MS must be LIMIT_HEADERS_MS or more.');
  Object.freeze(limits);
  return Object.freeze({ domain: limits, transport: limits });
}

function keys(): readonly Key[] {
  return Object.keys(DESCRIPTIONS) as Key[];
}

/** `bodyBytes` is LIMIT_BODY_BYTES. */
function nameOf(key: Key): string {
  return `LIMIT_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
