import {
  coerceInputValue,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  type DocumentNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { coded } from './errors.ts';

export interface VariablesOfOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: unknown;
}

/** Errors told at once: more help nobody. */
const MAX_ERRORS = 5;

/**
 * What is wrong with an operation's variables: where it is and what belongs there, never the value, which GraphQL's own
 * messages repeat.
 */
export function variableErrors(operation: VariablesOfOperation): GraphQLError[] {
  const values = (operation.variableValues ?? {}) as Readonly<Record<string, unknown>>;
  const errors: GraphQLError[] = [];
  const add = (type: GraphQLInputType, path: readonly (string | number)[]): void => {
    if (errors.length >= MAX_ERRORS) return;
    const place = path.join('.');
    const index = path.at(-1);
    const details = typeof index === 'number' ? { path, index } : { path };
    errors.push(
      coded(
        'BAD_USER_INPUT',
        `Variable $${place} ${expectation(typeAt(type, path.slice(1)) ?? type)}.`,
        undefined,
        details,
      ),
    );
  };
  const definitions = getOperationAST(operation.document, operation.operationName)?.variableDefinitions ?? [];
  for (const { variable, type: typeNode, defaultValue } of definitions) {
    const name = variable.name.value;
    const type = typeFromAST(operation.schema, typeNode);
    if (!isInputType(type)) continue;
    const value = values[name];
    if (value === undefined) {
      if (isNonNullType(type) && defaultValue === undefined) add(type, [name]);
      continue;
    }
    coerceInputValue(value, type, (path) => add(type, [name, ...path]));
  }
  return errors;
}

/** What belongs where a value was refused. */
function expectation(type: GraphQLInputType): string {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (!isEnumType(nullable)) return `is no valid ${String(nullable)}`;
  return `must be one of ${nullable
    .getValues()
    .map(({ name }) => name)
    .join(', ')}`;
}

function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return type;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return typeAt(nullable.ofType, rest);
  if (!isInputObjectType(nullable)) return undefined;
  const field = nullable.getFields()[step];
  return field === undefined ? undefined : typeAt(field.type, rest);
}
