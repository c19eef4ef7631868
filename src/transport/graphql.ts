import { ServerResponse, type IncomingMessage } from 'node:http';
import {
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { ErrorCode } from '../core/errors.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { clientError, coded, isVariableError, type ReportFault } from '../graphql/errors.ts';
import { variableErrors, type VariablesOfOperation } from '../graphql/variables.ts';
import { BODY_BYTES } from './request.ts';

export interface GraphQLPipelineOptions {
  readonly schema: GraphQLSchema;
  /** What resolvers get, made for every operation. */
  readonly context: () => GraphQLContext;
  readonly report: ReportFault;
}

/** Errors of validation that are told at once. */
const MAX_ERRORS = 5;

/** The stages of one operation, for transports that bring operations one by one. */
export interface OperationStages {
  readonly schema: GraphQLSchema;
  /** @throws what `clientError` knows. */
  readonly parse: (source: string) => DocumentNode;
  readonly validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
  readonly contextFactory: () => Promise<unknown>;
  readonly execute: (args: ExecutionArgs) => Promise<ExecutionResult>;
}

export interface GraphQLPipeline {
  /** Answers an HTTP request with one result. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly fetch: (request: Request) => Promise<Response>;
  /** `origin` is what the transport knows of who asks. */
  readonly stages: (origin: object) => OperationStages;
}

/**
 * The one pipeline that every operation goes through, whatever transport brought it: parse, validate, execute or
 * subscribe, and the one mapping of errors.
 */
export function createGraphQLPipeline({ schema, context, report }: GraphQLPipelineOptions): GraphQLPipeline {
  const yoga = createYoga<object, GraphQLContext>({
    schema,
    context,
    plugins: [errorCodes, requestFaults, oneAnswer],
    maskedErrors: { maskError: (error) => clientError(error, report) },
    maxRequestBodySize: BODY_BYTES,
    // The console's pages and the health checks are routes of their own.
    graphiql: false,
    landingPage: false,
    // Yoga's default reflects any origin and allows credentials.
    cors: false,
    multipart: false,
    batching: false,
    // `report` tells what the server must know.
    logging: false,
  });
  return {
    handle: async (request, response) => {
      await yoga(request, response);
    },
    fetch: async (request) => yoga.fetch(request),
    stages: (origin) => yoga.getEnveloped(origin) as OperationStages,
  };
}

/** Gives codes to the errors of the stages that run before and around resolvers. */
const errorCodes: Plugin = {
  onParse: () => (done) => {
    if (!(done.result instanceof Error)) return;
    done.replaceParseResult(codedAt('GRAPHQL_PARSE_FAILED', done.result));
  },
  onValidate: () => (done) => {
    if (done.valid) return;
    const errors: readonly Error[] = done.result;
    done.setResult(errors.slice(0, MAX_ERRORS).map((error) => codedAt('GRAPHQL_VALIDATION_FAILED', error)));
  },
  onExecute: ({ args }) => ({
    onExecuteDone: ({ result, setResult }) => {
      const errors = errorsOfVariables(result, args);
      if (errors !== null) setResult({ errors });
    },
  }),
  onSubscribe: ({ args }) => ({
    onSubscribeResult: ({ result, setResult }) => {
      const errors = errorsOfVariables(result, args);
      if (errors !== null) setResult({ errors });
    },
  }),
};

/** GraphQL's messages about variables repeat their values: they are told anew without. */
function errorsOfVariables(result: unknown, operation: VariablesOfOperation) {
  if (
    typeof result !== 'object' ||
    result === null ||
    !('errors' in result) ||
    !Array.isArray(result.errors)
  ) {
    return null;
  }
  return result.errors.some(isVariableError) ? variableErrors(operation) : null;
}

function codedAt(code: ErrorCode, error: Error): GraphQLError {
  return coded(code, error.message, error instanceof GraphQLError ? error : undefined);
}

/** What the parsers of requests choke on is the client's fault, such as variables in an address that are no JSON. */
const requestFaults: Plugin = {
  onRequestParse: ({ requestParser, setRequestParser }) => {
    if (requestParser === undefined) return;
    setRequestParser(async (request) => {
      try {
        return await requestParser(request);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw coded('BAD_REQUEST', 'The request holds JSON with a syntax error.');
      }
    });
  },
};

/** A request that asks for one answer is given no stream: those have a handler of their own. */
const oneAnswer: Plugin = {
  onSubscribe: ({ args, setResultAndStopExecution }) => {
    if (!isNodeContext(args.contextValue)) return;
    const message =
      'A subscription is a stream: accept text/event-stream or multipart/mixed;subscriptionSpec="1.0", or use a WebSocket.';
    const error = coded('BAD_REQUEST', message, undefined, {}, { status: 406 });
    setResultAndStopExecution({ errors: [error] });
  },
};

/** Yoga puts Node's own response into the context of what came over HTTP. */
function isNodeContext(context: unknown): context is { readonly res: ServerResponse } {
  return (
    typeof context === 'object' &&
    context !== null &&
    'res' in context &&
    context.res instanceof ServerResponse
  );
}
