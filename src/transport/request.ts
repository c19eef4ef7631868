import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { PayloadTooLargeError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { coded } from '../graphql/errors.ts';
import type { OperationRequest } from './operations.ts';

/**
 * What a request asks for: the JSON of a POST, or the parameters in the address of a GET; null when the client left before
 * it had said all.
 * @param beforeParsing Is told the length of a body that has come whole, and may refuse it; null: at once.
 * @throws errors of BAD_REQUEST and PAYLOAD_TOO_LARGE.
 */
export async function readOperationRequest(
  request: IncomingMessage,
  bodyBytes: number,
  beforeParsing: (bytes: number) => Promise<void> | null,
): Promise<OperationRequest | null> {
  if (request.method === 'GET') return operationRequestOf(parametersOf(request));
  const body = await readBody(request, bodyBytes);
  if (body === null) return null;
  const waiting = beforeParsing(body.length);
  if (waiting !== null) await waiting;
  // What is no text would be stored as another one.
  if (!isUtf8(body)) throw coded('BAD_REQUEST', 'A request is JSON in UTF-8.');
  return operationRequestOf(parsed(body.toString()), body.length);
}

/**
 * By hand and not by a schema, since every request passes here. Variables are not looked into: they may have a million keys.
 * @param bytes Length of the request that said so.
 * @throws an error of BAD_REQUEST
 */
export function operationRequestOf(given: unknown, bytes?: number): OperationRequest {
  if (!isJsonObject(given)) throw coded('BAD_REQUEST', 'A request is a JSON object with a query.');
  const query = textIn(given, 'query');
  const documentId = textIn(given, 'documentId');
  const variables = objectIn(given, 'variables');
  const operationName = textIn(given, 'operationName');
  const extensions = objectIn(given, 'extensions');
  // Clients name a document in one way or the other.
  return { query, documentId: documentId ?? persistedQueryOf(extensions), variables, operationName, bytes };
}

function textIn(given: JsonObject, name: string): string | undefined {
  const value = given[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name);
}

function objectIn(given: JsonObject, name: string): JsonObject | undefined {
  const value = given[name] ?? undefined;
  if (value === undefined || isJsonObject(value)) return value;
  throw wrongType(name);
}

function wrongType(name: string): GraphQLError {
  return coded('BAD_REQUEST', `A request is a JSON object with a query; its ${name} is of the wrong type.`);
}

/** What clients of automatically persisted queries call a document. */
function persistedQueryOf(extensions: JsonObject | undefined): string | undefined {
  const persisted = extensions?.['persistedQuery'];
  const hash = isJsonObject(persisted) ? persisted['sha256Hash'] : undefined;
  return typeof hash === 'string' ? hash : undefined;
}

/** @throws an error of BAD_REQUEST */
export function parametersOf({ url = '' }: { readonly url?: string | undefined }): unknown {
  const query = url.indexOf('?');
  const parameters = new URLSearchParams(query === -1 ? '' : url.slice(query + 1));
  const variables = parameters.get('variables');
  const extensions = parameters.get('extensions');
  return {
    query: parameters.get('query') ?? undefined,
    operationName: parameters.get('operationName'),
    variables: variables === null ? null : parsed(variables),
    documentId: parameters.get('documentId'),
    extensions: extensions === null ? null : parsed(extensions),
  };
}

/** What is too large is read to its end, and thrown away: a client that is still sending would not see the answer. */
function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > limit) reject(tooLarge(limit, declared));
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit && declared <= limit) return chunks.push(chunk);
      chunks = [];
      reject(tooLarge(limit, length));
    });
    request.on('end', () => resolve(whole(chunks)));
    request.on('error', () => resolve(null));
  });
}

/** Most requests come in one piece, which need not be copied. */
function whole(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}

function tooLarge(limit: number, actual: number): PayloadTooLargeError {
  return new PayloadTooLargeError(`A request may have ${limit} bytes.`, { limit, actual });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw coded('BAD_REQUEST', 'The request holds JSON with a syntax error.');
  }
}
