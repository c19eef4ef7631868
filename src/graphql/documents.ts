import {
  getOperationAST,
  GraphQLError,
  NoFragmentCyclesRule,
  parse,
  Source,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { ErrorCode } from '../core/errors.ts';
import { checkSubscriptionRoots } from './subscription-roots.ts';
import { extentOf } from './document-extent.ts';
import { checkSource, type DocumentLimits } from './document-limits.ts';
import { coded } from './errors.ts';
import { VariableCoercion } from './execution/coercion.ts';
import { OperationExecutor } from './execution/executor.ts';
import { OperationCost } from './operation-cost.ts';

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
  /** Whether messages may say what the schema has that is named like what was asked for. */
  readonly suggestions: boolean;
}

/** One operation of a document, with what is known of it whoever asks for it. */
export interface CheckedOperation {
  readonly operation: OperationDefinitionNode;
  readonly variables: VariableCoercion;
  readonly cost: OperationCost;
  readonly executor: OperationExecutor;
}

/** A document that may be executed. */
export interface CheckedDocument {
  /** The same text for all who sent it. */
  readonly text: string;
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  /** Its words and signs. */
  readonly tokens: number;
  /** Whether it asks for the schema as a whole. */
  readonly introspects: boolean;
  readonly operations: Map<OperationDefinitionNode, CheckedOperation>;
}

/** Errors of validation that are told at once, and what is told of each: more help nobody. */
const MAX_ERRORS = 5;
const MAX_MESSAGE = 300;
const MAX_PLACES = 2;
/**
 * Documents that are remembered, since clients send the same few again and again: how many, how long each, in
 * characters, and how long all of them together, in words and signs, of which each takes half a kilobyte.
 */
const REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 16 * 1024;
const REMEMBERED_TOKENS = 60_000;

/** Parses and validates what clients send, each document once. */
export class Documents {
  readonly #options: DocumentsOptions;
  readonly #known = new Map<string, CheckedDocument>();
  /** The text that was asked for last. */
  #newest = '';
  #tokens = 0;

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /**
   * @throws GRAPHQL_PARSE_FAILED, QUERY_TOO_COMPLEX; an AggregateError of GRAPHQL_VALIDATION_FAILED, which are several.
   */
  check(text: string): CheckedDocument {
    const known = this.#known.get(text);
    if (known !== undefined) {
      this.#renew(text, known);
      return known;
    }
    const checked = this.#checked(text);
    if (text.length <= LONGEST_REMEMBERED) this.#remember(text, checked);
    return checked;
  }

  /** The one that was not asked for the longest time is the first to go. Most are asked for again and again. */
  #renew(text: string, known: CheckedDocument): void {
    if (text === this.#newest) return;
    this.#known.delete(text);
    this.#known.set(text, known);
    this.#newest = text;
  }

  #remember(text: string, checked: CheckedDocument): void {
    this.#known.set(text, checked);
    this.#newest = text;
    this.#tokens += checked.tokens;
    for (const [oldest, { tokens }] of this.#known) {
      if (this.#known.size <= REMEMBERED && this.#tokens <= REMEMBERED_TOKENS) return;
      this.#known.delete(oldest);
      this.#tokens -= tokens;
    }
  }

  #checked(text: string): CheckedDocument {
    const { schema, limits, suggestions } = this.#options;
    const source = new Source(text);
    const { document, tokens } = parsed(source, limits);
    const { introspects, isCircular } = extentOf(document, limits);
    // Before validation, whose own rule for subscriptions cannot evaluate conditions that are variables.
    if (!isCircular) checkSubscriptionRoots(document);
    const errors = withoutLines(source, () =>
      validate(schema, document, isCircular ? [NoFragmentCyclesRule] : undefined, {
        maxErrors: MAX_ERRORS,
        hideSuggestions: !suggestions,
      }),
    );
    if (errors.length > 0) {
      throw new AggregateError(
        errors.slice(0, MAX_ERRORS).map((error) => codedAt('GRAPHQL_VALIDATION_FAILED', error)),
      );
    }
    return { text, schema, document, tokens, introspects, operations: new Map() };
  }
}

/**
 * GraphQL's errors count the lines before each place in the document that they name, and some name all there are: while
 * they are made they find no lines. `codedAt` counts those of the places that are told.
 */
function withoutLines<T>(source: Source, work: () => T): T {
  const { body } = source;
  source.body = '';
  try {
    return work();
  } finally {
    source.body = body;
  }
}

function parsed(source: Source, limits: DocumentLimits): { document: DocumentNode; tokens: number } {
  try {
    const tokens = checkSource(source.body, limits);
    return { document: parse(source), tokens };
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions['code'] !== undefined) throw error;
    if (error instanceof GraphQLError) throw codedAt('GRAPHQL_PARSE_FAILED', error);
    throw error;
  }
}

/** The operation that is meant, if it is one of the document's. */
export function operationOf(
  { schema, document, operations }: CheckedDocument,
  operationName: string | null | undefined,
): CheckedOperation | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  let checked = operations.get(operation);
  if (checked === undefined) {
    checked = {
      operation,
      variables: new VariableCoercion(schema, operation),
      cost: new OperationCost(schema, document, operation),
      executor: new OperationExecutor(schema, document, operation),
    };
    operations.set(operation, checked);
  }
  return checked;
}

/** What GraphQL says of a document, with the first of the places that it names. */
function codedAt(code: ErrorCode, { message, nodes, source, positions }: GraphQLError): GraphQLError {
  const text = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
  return coded(code, text, {
    nodes: nodes?.slice(0, MAX_PLACES),
    source,
    positions: positions?.slice(0, MAX_PLACES),
    path: undefined,
  });
}
