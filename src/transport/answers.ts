import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  execute,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
} from 'graphql';
import { clientError, coded, isVariableError, type ReportFault } from '../graphql/errors.ts';
import { variableErrors } from '../graphql/variables.ts';
import type { GraphQLPipeline } from './graphql.ts';
import { prepareOperation, type Operation } from './operation.ts';
import { errorsOf, failure, payloadOf, type Payload } from './payload.ts';
import { readOperationRequest } from './request.ts';

export interface AnswersOptions {
  readonly pipeline: GraphQLPipeline;
  readonly report: ReportFault;
}

/** The two media types of GraphQL over HTTP. The older one knows no statuses for requests that are well formed. */
export type AnswerType = 'application/graphql-response+json' | 'application/json';

/**
 * Queries and mutations by POST, one answer each: the shortest way from Node's request to the executor and back. What
 * comes by GET goes through Yoga, which knows all of the protocol's turns.
 */
export class Answers {
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pipeline, report } = this.#options;
    const type = answerTypeOf(request);
    let operation: Operation;
    try {
      if (type === null) throw notAcceptable(NO_TYPE);
      const asked = await readOperationRequest(request);
      if (asked === null) return;
      operation = await prepareOperation(pipeline.stages({ http: request }), asked);
      if (operation.type === OperationTypeNode.SUBSCRIPTION) throw notAcceptable(STREAM_ONLY);
    } catch (error) {
      return refuse(response, type ?? 'application/json', errorsOf(error), report);
    }
    await answerOperation(response, type, operation, report);
  }
}

/** Executes a query or a mutation, and answers with its result. */
export async function answerOperation(
  response: ServerResponse,
  type: AnswerType,
  { args }: Operation,
  report: ReportFault,
): Promise<void> {
  const result = await executed(args);
  const { errors = [] } = result;
  if (errors.some(isVariableError)) return refuse(response, type, variableErrors(args), report);
  answer(response, 200, type, payloadOf(result, report));
}

async function executed(args: ExecutionArgs): Promise<ExecutionResult> {
  return execute(args);
}

/** Tells what was not executed: a client of the newer type learns that from the status, too. */
export function refuse(
  response: ServerResponse,
  type: AnswerType,
  errors: readonly unknown[],
  report: ReportFault,
): void {
  const told = errors.map((error) => clientError(error, report));
  const statuses = told.flatMap(({ extensions: { http } }) => {
    const isHidden = type === 'application/json' && http?.spec === true;
    return http?.status === undefined || isHidden ? [] : http.status;
  });
  answer(response, Math.max(200, ...statuses), type, failure(told, report));
}

function answer(response: ServerResponse, status: number, type: AnswerType, { json }: Payload): void {
  if (response.destroyed) return;
  const body = Buffer.from(json);
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.length,
    'cache-control': 'no-store',
  });
  response.end(body);
}

const NO_TYPE =
  'An answer is JSON, or a stream: accept application/graphql-response+json, application/json or text/event-stream.';
const STREAM_ONLY =
  'A subscription is a stream: accept text/event-stream or multipart/mixed;subscriptionSpec="1.0", or use a WebSocket.';

function notAcceptable(message: string): GraphQLError {
  return coded('BAD_REQUEST', message, undefined, {}, { status: 406 });
}

/** The type that a client likes best; null: neither. */
function answerTypeOf({ headers: { accept } }: IncomingMessage): AnswerType | null {
  // What most clients send, and curl.
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') {
    return 'application/json';
  }
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((text) => text.startsWith('q='))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) };
  });
  const liked = ranges
    .filter(({ type, quality }) => quality > 0 && TYPES.has(type))
    .toSorted((one, other) => other.quality - one.quality)[0];
  return liked === undefined ? null : (TYPES.get(liked.type) ?? null);
}

const TYPES: ReadonlyMap<string, AnswerType> = new Map([
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/json', 'application/json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
]);
