import {
  coerceInputValue,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { coded } from './errors.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** Errors told at once: more help nobody. */
const MAX_ERRORS = 5;

/** The variables that an operation declares: clients may send any number of others, which are not kept. */
export function declaredVariables(operation: OperationDefinitionNode, given: Variables): Variables {
  const declared: [string, unknown][] = [];
  for (const { variable } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (Object.hasOwn(given, name)) declared.push([name, given[name]]);
  }
  return Object.fromEntries(declared);
}

/**
 * The values of an operation's variables as resolvers are given them.
 * @throws an AggregateError of BAD_USER_INPUT.
 */
export function coercedVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  values: Variables,
): Variables {
  const definitions = operation.variableDefinitions ?? [];
  // What is wrong is not told in GraphQL's words, and so need not all be found.
  const { coerced } = getVariableValues(schema, definitions, values, { maxErrors: 0 });
  if (coerced !== undefined) return coerced;
  throw new AggregateError(variableErrors(schema, operation, values));
}

/**
 * What is wrong with the values of an operation's variables: where it is and what belongs there, never the value, which
 * GraphQL's own messages repeat. What is not told is not looked for: there may be millions of faults.
 */
export function variableErrors(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  values: Variables,
): readonly GraphQLError[] {
  const errors: GraphQLError[] = [];
  for (const { variable, type: typeNode, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) continue;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      if (isNonNullType(type) && defaultValue === undefined) errors.push(errorAt(type, [name]));
    } else {
      for (const path of faultsOf(value, type, MAX_ERRORS - errors.length)) {
        errors.push(errorAt(type, [name, ...path]));
      }
    }
    if (errors.length >= MAX_ERRORS) break;
  }
  return errors;
}

type Path = readonly (string | number)[];

/** Where in a value something is wrong; as many places as are asked for. */
function faultsOf(value: unknown, type: GraphQLInputType, most: number): readonly Path[] {
  const faults: Path[] = [];
  try {
    coerceInputValue(value, type, (path) => {
      faults.push(path);
      if (faults.length === most) throw ENOUGH;
    });
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return faults;
}
const ENOUGH = new Error('As many faults as are told.');

function errorAt(type: GraphQLInputType, path: Path): GraphQLError {
  const place = path.join('.');
  const index = path.at(-1);
  const details = typeof index === 'number' ? { path, index } : { path };
  const message = `Variable $${place} ${expectation(typeAt(type, path.slice(1)) ?? type)}.`;
  return coded('BAD_USER_INPUT', message, undefined, details);
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

function typeAt(type: GraphQLInputType, path: Path): GraphQLInputType | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return type;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return typeAt(nullable.ofType, rest);
  if (!isInputObjectType(nullable)) return undefined;
  const field = nullable.getFields()[step];
  return field === undefined ? undefined : typeAt(field.type, rest);
}
