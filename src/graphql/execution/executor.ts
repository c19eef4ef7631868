import {
  execute,
  Kind,
  visit,
  BREAK,
  isAbstractType,
  isObjectType,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Variables } from '../variables.ts';
import { Plan } from './plan.ts';

/**
 * Executes one operation of a document as often as it is asked for: the first time as GraphQL does, since most documents
 * of a stranger come once, and from then on by a plan, where there can be one.
 */
export class OperationExecutor {
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #operation: OperationDefinitionNode;
  /** null: there can be none; undefined: it was not needed yet. */
  #plan: Plan | null | undefined;
  #isKnown = false;

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.#schema = schema;
    this.#document = document;
    this.#operation = operation;
  }

  /** @param variables Those of `args`, as `coercedVariables` made them. */
  execute(args: ExecutionArgs, variables: Variables): ExecutionResult | Promise<ExecutionResult> {
    if (!this.#isKnown) {
      this.#isKnown = true;
      return execute(args);
    }
    this.#plan ??= planOf(this.#schema, this.#document, this.#operation);
    return this.#plan?.execute(args.rootValue, args.contextValue, variables) ?? execute(args);
  }
}

function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan | null {
  const type = schema.getRootType(operation.operation);
  if (!type || !isPlannable(schema) || !isPlain(document)) return null;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return new Plan(schema, fragments, operation, type);
}

/** Whether nothing in a document depends on directives, asks for the schema, or is called what no property can be. */
function isPlain(document: DocumentNode): boolean {
  let plain = true;
  visit(document, {
    Directive: () => ((plain = false), BREAK),
    Field: ({ name, alias }) => {
      const key = alias?.value ?? name.value;
      if (key !== '__proto__' && !INTROSPECTION.has(name.value)) return undefined;
      plain = false;
      return BREAK;
    },
  });
  return plain;
}
const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type']);

const plannable = new WeakMap<GraphQLSchema, boolean>();

/** Whether values tell their types in the way that plans know. */
function isPlannable(schema: GraphQLSchema): boolean {
  let known = plannable.get(schema);
  if (known === undefined) {
    known = Object.values(schema.getTypeMap()).every((type) =>
      isAbstractType(type)
        ? type.resolveType !== undefined && type.resolveType !== null
        : !isObjectType(type) || type.isTypeOf === undefined || type.isTypeOf === null,
    );
    plannable.set(schema, known);
  }
  return known;
}
