import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { PayloadTooLargeError } from '../core/errors.ts';
import { coded } from '../graphql/errors.ts';
import type { OperationRequest } from './operation.ts';

/** Largest body of a request, bytes. */
export const BODY_BYTES = 16 * 1024 * 1024;

const operationRequest = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/**
 * What a request asks for: the JSON of a POST, or the parameters in the address of a GET; null when the client left before
 * it had said all.
 * @throws errors of BAD_REQUEST and PAYLOAD_TOO_LARGE.
 */
export async function readOperationRequest(request: IncomingMessage): Promise<OperationRequest | null> {
  if (request.method === 'GET') return operationRequestOf(parametersOf(request));
  const body = await readBody(request);
  return body === null ? null : operationRequestOf(parsed(body));
}

function operationRequestOf(given: unknown): OperationRequest {
  const read = operationRequest.safeParse(given);
  if (read.success) return read.data;
  const name = read.error.issues[0]?.path[0];
  throw coded(
    'BAD_REQUEST',
    name === undefined
      ? 'A request is a JSON object with a query.'
      : `A request is a JSON object with a query; its ${String(name)} is of the wrong type.`,
  );
}

function parametersOf({ url = '' }: IncomingMessage): unknown {
  const query = url.indexOf('?');
  const parameters = new URLSearchParams(query === -1 ? '' : url.slice(query + 1));
  const variables = parameters.get('variables');
  return {
    query: parameters.get('query') ?? undefined,
    operationName: parameters.get('operationName'),
    variables: variables === null ? null : parsed(variables),
  };
}

/** What is too large is read to its end, and thrown away: a client that is still sending would not see the answer. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= BODY_BYTES) return chunks.push(chunk);
      chunks = [];
      reject(
        new PayloadTooLargeError(`A request may have ${BODY_BYTES} bytes.`, {
          limit: BODY_BYTES,
          actual: length,
        }),
      );
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString()));
    request.once('error', () => resolve(null));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw coded('BAD_REQUEST', 'The request holds JSON with a syntax error.');
  }
}
