import {
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What an event is for those who selected this of it; null: that must be executed. */
export type Projection = (event: unknown) => Readonly<Record<string, unknown>> | null;

/** @throws {NotPlain} for what must be executed, and whatever resolvers throw, which execution then tells. */
type Complete<T = unknown> = (value: unknown) => T;

/** What is selected, or an event, needs more than its own fields. */
class NotPlain extends Error {}

/**
 * Executes the selection of a subscription for events that have all of it in themselves, in a tenth of the time and of the
 * garbage. Whatever needs more is refused, and left to GraphQL's own execution, which does all from the start: arguments,
 * directives, resolvers that wait or use their context, nulls where none may be, errors. Made at the first event.
 */
export function projectionOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Projection {
  let project: Complete<Readonly<Record<string, unknown>>> | undefined;
  return (event) => {
    try {
      project ??= plainly(() => new Selections(schema, document).rootOf(operation));
      return project(event);
    } catch {
      return null;
    }
  };
}

/** The selections of one document, each made a function. */
class Selections {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    this.#fragments = new Map(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
      ),
    );
  }

  /** Where a subscription begins is an argument of its root, which the event no longer needs. */
  rootOf({ selectionSet }: OperationDefinitionNode): Complete<Readonly<Record<string, unknown>>> {
    const root = this.#schema.getSubscriptionType();
    if (!root) throw new NotPlain();
    const [[key, nodes] = [], ...others] = this.#collected(root, [selectionSet]);
    const field = root.getFields()[nodes?.[0]?.name.value ?? ''];
    if (key === undefined || nodes === undefined || field === undefined || others.length > 0)
      throw new NotPlain();
    const value = this.#valueOf(field, nodes);
    return (event) => ({ [key]: value(event) });
  }

  #objectOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Complete {
    // Execution would ask.
    if (type.isTypeOf) throw new NotPlain();
    const fields = [...this.#collected(type, sets)].map(([key, nodes]) => {
      const name = nodes[0]?.name.value ?? '';
      if (name === '__typename') return { key, value: () => type.name };
      const field = type.getFields()[name];
      if (field === undefined || field.args.length > 0) throw new NotPlain();
      return { key, value: this.#valueOf(field, nodes) };
    });
    return (source) => {
      const result: Record<string, unknown> = {};
      for (const { key, value } of fields) result[key] = value(source);
      return result;
    };
  }

  #valueOf({ name, resolve, type }: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]): Complete {
    const complete = this.#completeOf(
      type,
      nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
    );
    // Who needs the context, or to know what was asked, fails without them.
    if (resolve) return (source) => complete(resolve(source, {}, undefined, undefined as never));
    return (source) => {
      const value: unknown = isRecord(source) ? source[name] : undefined;
      if (typeof value === 'function') throw new NotPlain();
      return complete(value);
    };
  }

  #completeOf(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    const present = this.#presentOf(getNullableType(type), sets);
    const isNullable = !isNonNullType(type);
    return (value) => {
      if (value === null || value === undefined) {
        if (isNullable) return null;
        throw new NotPlain();
      }
      if (isThenable(value)) throw new NotPlain();
      return present(value);
    };
  }

  #presentOf(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    if (isLeafType(type)) {
      return (value) => {
        const serialized: unknown = type.serialize(value);
        if (serialized === null || serialized === undefined) throw new NotPlain();
        return serialized;
      };
    }
    if (isListType(type)) {
      const each = this.#completeOf(type.ofType, sets);
      return (value) => {
        if (!Array.isArray(value)) throw new NotPlain();
        return value.map((one) => each(one));
      };
    }
    if (isAbstractType(type)) return this.#abstractOf(type, sets);
    if (isObjectType(type)) return this.#objectOf(type, sets);
    throw new NotPlain();
  }

  /** A type of which there is no event costs nothing; one that is not plain leaves the others so. */
  #abstractOf(type: GraphQLAbstractType, sets: readonly SelectionSetNode[]): Complete {
    const { resolveType } = type;
    if (!resolveType) throw new NotPlain();
    const known = new Map<string, Complete>();
    const completeOf = (name: string): Complete => {
      const actual = this.#schema.getType(name);
      if (!isObjectType(actual) || !this.#schema.isSubType(type, actual)) throw new NotPlain();
      const complete = plainly(() => this.#objectOf(actual, sets));
      known.set(name, complete);
      return complete;
    };
    return (value) => {
      const name: unknown = resolveType(value, undefined, undefined as never, type);
      if (typeof name !== 'string') throw new NotPlain();
      return (known.get(name) ?? completeOf(name))(value);
    };
  }

  /** What is selected of an object, by the names in the answer, in the order in which they stand there. */
  #collected(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
    const found = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const set of sets) this.#collect(type, set, found, visited);
    return found;
  }

  #collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    found: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.directives !== undefined && selection.directives.length > 0) throw new NotPlain();
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        // Of an object it would be no field.
        if (key === '__proto__') throw new NotPlain();
        const nodes = found.get(key);
        if (nodes === undefined) found.set(key, [selection]);
        else nodes.push(selection);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#once(selection, visited);
      if (fragment === undefined || !this.#applies(fragment.typeCondition?.name.value, type)) continue;
      this.#collect(type, fragment.selectionSet, found, visited);
    }
  }

  #once({ name }: { readonly name: { readonly value: string } }, visited: Set<string>) {
    if (visited.has(name.value)) return undefined;
    visited.add(name.value);
    return this.#fragments.get(name.value);
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const named = this.#schema.getType(condition);
    return isAbstractType(named) && this.#schema.isSubType(named, type);
  }
}

/** What is not plain is found once. */
function plainly<T>(make: () => Complete<T>): Complete<T> {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    return () => {
      throw error;
    };
  }
}

/** Nobody waits for what it comes to: execution asks again. */
function isThenable(value: unknown): boolean {
  if (value instanceof Promise) {
    value.catch(() => undefined);
    return true;
  }
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
