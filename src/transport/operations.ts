import {
  Kind,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Viewer } from '../core/access.ts';
import { PayloadTooLargeError, StoreTimeoutError } from '../core/errors.ts';
import type { Rates } from '../core/rates.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { tooComplex } from '../graphql/document-limits.ts';
import { operationOf, type CheckedDocument, type Documents } from '../graphql/documents.ts';
import { coded } from '../graphql/errors.ts';
import { coercedVariables, declaredVariables } from '../graphql/variables.ts';
import { checkAnswer } from './answer-size.ts';
import type { Credential } from './auth/credential.ts';
import type { TransportLimits } from './limits.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** What a client asks for, as every transport brings it. */
export interface OperationRequest {
  readonly query?: string | undefined;
  /** Names a trusted document. */
  readonly documentId?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
  /** Length of the request that said so; absent where its transport bounds it. */
  readonly bytes?: number | undefined;
}

/** A request counts as one operation more for each so many bytes. */
const BYTES_OF_ONE = 32 * 1024;
/** A subscription keeps its document as long as it lives, half a kilobyte for each word. */
const SUBSCRIPTION_TOKENS = 1_000;

/** An operation that may be run. */
export interface Operation {
  readonly type: OperationTypeNode;
  /** The name that its document gives it. */
  readonly name: string | undefined;
  /** Its first field; undefined when that stands in a fragment. */
  readonly field: string | undefined;
  /** The text of its document. */
  readonly source: string;
  /** What the source of a subscription is opened with. */
  readonly args: ExecutionArgs;
  /** Executes it once, or for one event of a subscription: what that may read is counted by itself. */
  readonly execute: (event?: unknown) => ExecutionResult | Promise<ExecutionResult>;
}

/** What resolvers are given besides the use cases. */
export interface ContextOrigin {
  readonly viewer: Viewer;
  /** What a client that comes back over server-sent events had last. */
  readonly lastEventId?: string | undefined;
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema;
  readonly context: (origin: ContextOrigin) => GraphQLContext;
  readonly documents: Documents;
  /** The only documents that are executed; null: any is. */
  readonly trusted: TrustedDocuments | null;
  readonly rates: Rates;
  readonly limits: TransportLimits;
  /** Who may ask for the schema as a whole. */
  readonly mayIntrospect: (credential: Credential) => boolean;
}

/** The one way that every operation goes, whatever transport brought it. */
export class Operations {
  readonly #options: OperationsOptions;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /**
   * Counts an operation, before anything is done for it; null: it is, at once.
   * @throws RateLimitedError
   */
  begin(credential: Credential): Promise<void> | null {
    return this.#take(credential, 1);
  }

  /**
   * Counts what a long request adds, before it is parsed, which takes as long as several short ones; null: nothing.
   * @throws RateLimitedError
   */
  beginParsing(credential: Credential, bytes: number): Promise<void> | null {
    const count = Math.floor(bytes / BYTES_OF_ONE);
    return count > 0 ? this.#take(credential, count) : null;
  }

  /**
   * All that comes before execution: the document, the variables, what it may cost.
   * @throws what `clientError` knows; an AggregateError when there are several.
   */
  prepare(asked: OperationRequest, credential: Credential, lastEventId?: string): Operation {
    const { schema, context, limits } = this.#options;
    const checked = this.#options.documents.check(this.#sourceOf(asked));
    const named = operationOf(checked, asked.operationName);
    if (named === null) {
      throw coded('BAD_REQUEST', 'The document has no such operation, or several and none is named.');
    }
    if (checked.introspects && !this.#options.mayIntrospect(credential)) {
      throw coded('GRAPHQL_VALIDATION_FAILED', 'The schema is not shown here.');
    }
    const { operation, variables: coercion, cost, executor } = named;
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) this.#checkKept(asked, checked);
    const variableValues = declaredVariables(operation, asked.variables ?? {});
    const variables = coercion.coerced(variableValues) ?? coercedVariables(schema, operation, variableValues);
    cost.check(variableValues, limits.answerFields);
    const [first] = operation.selectionSet.selections;
    const origin = { viewer: credential.viewer, lastEventId };
    const args = {
      schema,
      document: checked.document,
      operationName: asked.operationName ?? null,
      variableValues,
    };
    const opened =
      operation.operation === OperationTypeNode.SUBSCRIPTION
        ? { ...args, contextValue: context(origin) }
        : args;
    return {
      type: operation.operation,
      name: operation.name?.value,
      field: first?.kind === Kind.FIELD ? first.name.value : undefined,
      source: checked.text,
      args: opened,
      execute: (event) =>
        executor.execute({ ...args, rootValue: event, contextValue: context(origin) }, variables),
    };
  }

  /**
   * Runs a query or a mutation.
   * @throws StoreTimeoutError when it takes too long; PayloadTooLargeError when its answer is.
   */
  async execute(operation: Operation): Promise<ExecutionResult> {
    const { operationMs, answerCharacters } = this.#options.limits;
    const result = await within(operationMs, operation.execute());
    checkAnswer(result, answerCharacters);
    return result;
  }

  /** What a subscription was asked for with stays in memory: no more than a WebSocket could bring. */
  #checkKept({ bytes = 0 }: OperationRequest, { tokens }: CheckedDocument): void {
    const { frameBytes: limit } = this.#options.limits;
    if (bytes > limit) {
      throw new PayloadTooLargeError(`A subscription may be asked for with ${limit} bytes.`, {
        limit,
        actual: bytes,
      });
    }
    if (tokens <= SUBSCRIPTION_TOKENS) return;
    throw tooComplex(
      `The document of a subscription may have ${SUBSCRIPTION_TOKENS} words and signs.`,
      SUBSCRIPTION_TOKENS,
      tokens,
    );
  }

  #take({ viewer, caller }: Credential, count: number): Promise<void> | null {
    const { rates, limits } = this.#options;
    const perSecond = viewer.kind === 'USER' ? limits.userRate : limits.serviceRate;
    return perSecond > 0 ? rates.take(caller, { perSecond, burst: 2 * perSecond }, count) : null;
  }

  #sourceOf({ query, documentId }: OperationRequest): string {
    const { trusted } = this.#options;
    const source = trusted === null ? query : trusted.find(documentId, query);
    if (source !== undefined) return source;
    throw coded(
      'BAD_REQUEST',
      trusted === null
        ? 'A request has a query, which is a text.'
        : 'Only trusted documents are executed here.',
    );
  }
}

/** Rejects when the work takes longer; what it does meanwhile is not undone. */
function within<T>(ms: number, work: T | Promise<T>): T | Promise<T> {
  if (!(work instanceof Promise)) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new StoreTimeoutError(
          'This took too long; whether it wrote is not known. Repeat a write with the same idempotency key.',
        ),
      );
    }, ms);
    const over = (): void => clearTimeout(timer);
    void work.then(resolve, reject);
    void work.then(over, over);
  });
}
