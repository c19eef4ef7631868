import {
  Kind,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Variables } from '../variables.ts';

/** What is left to GraphQL's own coercion: faults, which it tells of, and what is seldom. */
const UNSURE = Symbol('unsure');

/** A value as resolvers are given it, or UNSURE. */
type Coerce = (value: unknown) => unknown;

interface Declared {
  readonly name: string;
  readonly isRequired: boolean;
  readonly coerce: Coerce;
  /** What it is when it was not sent; undefined: nothing. */
  readonly usual: unknown;
}

/**
 * The variables of an operation as GraphQL makes them of what was sent, with the types looked up once and not in each
 * request. It knows what is right; of anything else it says nothing.
 */
export class VariableCoercion {
  readonly #declared: readonly Declared[];

  constructor(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode) {
    const known = new Map<GraphQLInputObjectType, Coerce>();
    this.#declared = variableDefinitions.map(({ variable, type: typeNode, defaultValue }) => {
      const type = typeFromAST(schema, typeNode);
      const name = variable.name.value;
      // No property can be called so.
      if (!isInputType(type) || name === '__proto__') {
        return { name, isRequired: true, coerce: () => UNSURE, usual: undefined };
      }
      return {
        name,
        isRequired: isNonNullType(type) && defaultValue === undefined,
        coerce: coercionOf(type, known),
        usual: defaultValue === undefined ? undefined : valueFromAST(defaultValue, type),
      };
    });
  }

  /** null: GraphQL has to say what they are, or what is wrong. */
  coerced(sent: Variables): Variables | null {
    const values: Record<string, unknown> = {};
    for (const { name, isRequired, coerce, usual } of this.#declared) {
      if (Object.hasOwn(sent, name)) {
        const value = coerce(sent[name]);
        if (value === UNSURE) return null;
        values[name] = value;
      } else if (isRequired) return null;
      else if (usual !== undefined) values[name] = usual;
    }
    return values;
  }
}

function coercionOf(type: GraphQLInputType, known: Map<GraphQLInputObjectType, Coerce>): Coerce {
  if (isNonNullType(type)) {
    const coerce = coercionOf(type.ofType, known);
    return (value) => (value === null ? UNSURE : coerce(value));
  }
  if (isListType(type)) return listOf(coercionOf(type.ofType, known));
  if (isLeafType(type)) {
    return (value) => {
      if (value === null || value === undefined) return value === null ? null : UNSURE;
      try {
        const parsed: unknown = type.parseValue(value);
        return parsed ?? UNSURE;
      } catch {
        return UNSURE;
      }
    };
  }
  const made = known.get(type);
  if (made !== undefined) return made;
  // Found before its fields are looked at, which may be of the same type.
  let coerce: Coerce | undefined;
  const later: Coerce = (value) => (coerce ??= objectOf(type, known))(value);
  known.set(type, later);
  return later;
}

function listOf(coerce: Coerce): Coerce {
  return (value) => {
    if (value === null) return null;
    if (!Array.isArray(value)) return UNSURE;
    const elements: unknown[] = [];
    for (const element of value) {
      const done = coerce(element);
      if (done === UNSURE) return UNSURE;
      elements.push(done);
    }
    return elements;
  };
}

function objectOf(type: GraphQLInputObjectType, known: Map<GraphQLInputObjectType, Coerce>): Coerce {
  const fields = Object.values(type.getFields()).map(({ name, type: fieldType, defaultValue }) => ({
    name,
    isRequired: isNonNullType(fieldType) && defaultValue === undefined,
    coerce: coercionOf(fieldType, known),
    usual: defaultValue,
  }));
  if (type.isOneOf) return () => UNSURE;
  return (value) => {
    if (value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value)) return UNSURE;
    const given = value as Readonly<Record<string, unknown>>;
    const object: Record<string, unknown> = {};
    let found = 0;
    for (const { name, isRequired, coerce, usual } of fields) {
      const inner = Object.hasOwn(given, name) ? given[name] : undefined;
      if (inner === undefined) {
        if (isRequired) return UNSURE;
        if (usual !== undefined) object[name] = usual;
        continue;
      }
      const done = coerce(inner);
      if (done === UNSURE) return UNSURE;
      object[name] = done;
      found++;
    }
    // Whoever sends more has mistaken a name.
    for (const _name in given) if (--found < 0) return UNSURE;
    return object;
  };
}

/**
 * The arguments of a field whose arguments are variables and nothing else, by what the variables are; null where GraphQL
 * has to say what they are.
 */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
): ((variables: Variables) => Readonly<Record<string, unknown>> | null) | null {
  const taken: { readonly name: string; readonly variable: string }[] = [];
  for (const { name, type, defaultValue } of field.args) {
    const value = given.find((argument) => argument.name.value === name)?.value;
    if (value?.kind === Kind.VARIABLE) taken.push({ name, variable: value.name.value });
    else if (value !== undefined || defaultValue !== undefined || isNonNullType(type)) return null;
  }
  return (variables) => {
    const values: Record<string, unknown> = {};
    for (const { name, variable } of taken) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      if (value === undefined || value === null) return null;
      values[name] = value;
    }
    return values;
  };
}
