import { createSourceEventStream, OperationTypeNode, type ExecutionResult } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { clientError, coded, forRequest, type ReportFault } from '../graphql/errors.ts';
import { bearerToken, type Authenticator, type Credential } from './auth/credential.ts';
import type { CredentialWatch } from './auth/credential-watch.ts';
import { toldResults } from './fetch-results.ts';
import { answerTypeOf, notJson, postOnly, refusalOf } from './http-answer.ts';
import { isPlainJson } from './json-type.ts';
import type { TransportLimits } from './limits.ts';
import type { Operation, OperationRequest, Operations } from './operations.ts';
import { errorsOf } from './payload.ts';
import type { Quota } from './quota.ts';
import { isEventStream } from './subscriptions.ts';
import { operationRequestOf, parametersOf } from './request.ts';
import { REQUEST_ID } from './request-id.ts';
import type { RequestRecord, RequestRecords } from './request-record.ts';

export interface FetchOptions {
  readonly authenticator: Authenticator;
  readonly watch: CredentialWatch;
  readonly operations: Operations;
  /** How many subscriptions a user may have. */
  readonly quota: Quota;
  readonly limits: TransportLimits;
  readonly records: RequestRecords;
  readonly report: ReportFault;
}

interface Caller extends Record<string, unknown> {
  readonly credential: Credential;
  readonly record: RequestRecord;
}

/**
 * Answers requests without a port, for programs that have the server in their own process: Yoga reads the request and
 * writes the response, what lies between is the same as for every transport.
 */
export function createFetch(options: FetchOptions): (request: Request) => Promise<Response> {
  const { authenticator, operations, limits, records, report } = options;
  const yogaFor = (maxRequestBodySize: number) =>
    createYoga<Caller>({
      plugins: [ownOperations(options)],
      maskedErrors: { maskError: (error) => clientError(error, report) },
      maxRequestBodySize,
      graphiql: false,
      landingPage: false,
      cors: false,
      multipart: false,
      batching: false,
      // `report` tells what the server must know.
      logging: false,
    });
  const yogas = { SERVICE: yogaFor(limits.bodyBytes), USER: yogaFor(limits.userBodyBytes) };
  return async (request) => {
    const { method, headers } = request;
    const brought = { requestId: headers.get(REQUEST_ID), traceparent: headers.get('traceparent') };
    const record = records.begin('graphql', 'fetch', brought);
    const answer = async (): Promise<Response> => {
      try {
        const isJson = isPlainJson(headers.get('content-type'), headers.get('content-encoding'));
        if (method === 'POST' && !isJson) throw notJson();
        const credential = await authenticator.authenticate(bearerToken(headers.get('authorization')));
        record.admit(credential);
        await operations.begin(credential);
        return await yogas[credential.viewer.kind].fetch(request, { credential, record });
      } catch (error) {
        return refused(request, error, record);
      }
    };
    const response = await record.run(answer);
    response.headers.set(REQUEST_ID, record.id);
    if (!record.isFollowed) record.end(response.status);
    return response;
  };
}

/** Whoever is not known, and whoever asks too often, is told so before anything is read, as over HTTP. */
function refused({ headers }: Request, error: unknown, record: RequestRecord): Response {
  const type = answerTypeOf(headers.get('accept') ?? undefined) ?? 'application/graphql-response+json';
  const { status, payload, headers: more } = refusalOf(type, errorsOf(error), record.report);
  return new Response(record.tell(payload).json, {
    status,
    headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...more },
  });
}

type Failed = (errors: readonly unknown[]) => ExecutionResult;
type Result = ExecutionResult | AsyncIterable<ExecutionResult>;

function ownOperations({ operations, watch, quota, limits, report }: FetchOptions): Plugin<object, Caller> {
  const asked = new WeakMap<Request, OperationRequest>();
  const failedIn =
    (record: RequestRecord): Failed =>
    (errors) => {
      const told = errors.map((error) => forRequest(clientError(error, record.report), record.id));
      record.fail(told[0]?.extensions['code']);
      return { errors: told };
    };

  const run = async (
    method: string,
    read: OperationRequest,
    { credential, record }: Caller,
  ): Promise<Result> => {
    const failed = failedIn(record);
    try {
      const operation = operations.prepare(read, credential);
      record.ask(operation);
      if (operation.type === OperationTypeNode.SUBSCRIPTION) {
        return await subscribed(operation, credential, record);
      }
      if (operation.type === OperationTypeNode.MUTATION && method === 'GET') {
        throw postOnly();
      }
      const { data = null, errors } = await operations.execute(operation);
      return errors === undefined ? { data } : { data, ...failed(errors) };
    } catch (error) {
      return failed(errorsOf(error));
    }
  };

  const subscribed = async (
    operation: Operation,
    credential: Credential,
    record: RequestRecord,
  ): Promise<Result> => {
    const failed = failedIn(record);
    const giveBack = quota.take(credential);
    let isStreaming = false;
    try {
      const events: unknown = await createSourceEventStream(operation.args);
      if (!isEventStream(events)) return failed((events as ExecutionResult).errors ?? []);
      isStreaming = true;
      return toldResults(events, {
        execute: operation.execute,
        failed,
        watch,
        credential,
        answerCharacters: limits.answerCharacters,
        onResults: record.followResults(),
        onEnd: () => {
          giveBack();
          record.end();
        },
        report,
      });
    } finally {
      if (!isStreaming) giveBack();
    }
  };

  return {
    onRequestParse: ({ request, requestParser, setRequestParser }) => {
      setRequestParser(async (bounded) => {
        const given = request.method === 'GET' ? parametersOf(request) : await bodyOf(bounded, requestParser);
        const read = operationRequestOf(given);
        asked.set(request, read);
        // Yoga knows no other way to name a document.
        return { query: read.query ?? '' };
      });
    },
    onParams: ({ request, context, setParamsHandler }) => {
      setParamsHandler(() => run(request.method, asked.get(request) ?? {}, context));
    },
    onResultProcess: (processed) => {
      const { result } = processed;
      // What Yoga itself refuses has not been told yet.
      if (!('errors' in result) || result.errors === undefined) return;
      const { record } = processed.serverContext;
      processed.setResult({ ...result, ...failedIn(record)(result.errors) });
    },
  };
}

type RequestParser = (request: Request) => unknown;

/** What the parsers of requests choke on is the client's fault. */
async function bodyOf(request: Request, parser: RequestParser | undefined): Promise<unknown> {
  try {
    return await parser?.(request);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw coded('BAD_REQUEST', 'The request holds JSON with a syntax error.');
  }
}
