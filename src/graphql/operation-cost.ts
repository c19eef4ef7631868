import {
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { tooComplex } from './document-limits.ts';

interface ListLength {
  /** When nothing is said. */
  readonly usual: number;
  /** What asks for more is refused for that, where it is asked for. */
  readonly most: number;
}

/** A list of what a type has: hardly any is longer. */
const OF_TYPE: ListLength = { usual: 20, most: 20 };

/** Fields that answer with a list as long as their arguments say, or as the schema is. */
const LISTS: ReadonlyMap<string, ListLength> = new Map([
  ['sessions', { usual: 50, most: 100 }],
  ['messages', { usual: 50, most: 1_000 }],
  ['items', { usual: 50, most: 1_000 }],
  ['agentInputs', { usual: 1_000, most: 10_000 }],
  ['fields', OF_TYPE],
  ['args', OF_TYPE],
  ['inputFields', OF_TYPE],
  ['enumValues', OF_TYPE],
  ['possibleTypes', OF_TYPE],
  ['interfaces', OF_TYPE],
]);
const SIZES: ReadonlySet<string> = new Set(['first', 'last', 'limit']);

type Variables = Readonly<Record<string, unknown>>;

/** Counts the fields that an operation's answer may have, pages as long as they are asked for. */
export class OperationCost {
  readonly #schema: GraphQLSchema;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** What most operations cost whatever their variables are; null when it depends on them. */
  readonly #constant: number | null;

  /** Of a document that has been validated: its fragments do not contain themselves. */
  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.#schema = schema;
    this.#operation = operation;
    this.#fragments = new Map(
      document.definitions.flatMap((one) =>
        one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
      ),
    );
    const cost = this.#count({});
    this.#constant = cost.isVariable ? null : cost.fields;
  }

  /** @throws QUERY_TOO_COMPLEX */
  check(variables: Variables, limit: number): void {
    const fields = this.#constant ?? this.#count(variables).fields;
    if (fields <= limit) return;
    throw tooComplex(
      `The answer might have ${fields} fields, ${limit} are allowed: ask for shorter pages.`,
      limit,
      fields,
    );
  }

  #count(variables: Variables): Cost {
    const cost = new Cost(this.#schema, this.#fragments, this.#sizesIn(variables));
    cost.fields = cost.of(this.#operation.selectionSet);
    return cost;
  }

  /** The variables that are declared and may be sizes: there may be any number of others. */
  #sizesIn(variables: Variables): ReadonlyMap<string, number> {
    const sizes = new Map<string, number>();
    for (const { variable, defaultValue } of this.#operation.variableDefinitions ?? []) {
      const name = variable.name.value;
      const size = Object.hasOwn(variables, name) ? variables[name] : sizeOf(defaultValue);
      if (typeof size === 'number') sizes.set(name, size);
    }
    return sizes;
  }
}

/** One count, for one set of variables. */
class Cost {
  fields = 0;
  isVariable = false;
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #counted = new Map<string, number>();

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    sizes: ReadonlyMap<string, number>,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#sizes = sizes;
  }

  /** An object has one type, and any number of interfaces: of the fragments on types only the largest counts. */
  of({ selections }: SelectionSetNode): number {
    let fields = 0;
    const byType = new Map<string, number>();
    const addFragment = (type: string | undefined, cost: number): void => {
      if (type === undefined || !isObjectType(this.#schema.getType(type))) fields += cost;
      else byType.set(type, (byType.get(type) ?? 0) + cost);
    };
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          fields += this.#ofField(selection);
          break;
        case Kind.INLINE_FRAGMENT:
          addFragment(selection.typeCondition?.name.value, this.of(selection.selectionSet));
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.#fragments.get(selection.name.value);
          addFragment(fragment?.typeCondition.name.value, this.#ofFragment(selection.name.value));
        }
      }
    }
    return fields + Math.max(0, ...byType.values());
  }

  #ofField(field: FieldNode): number {
    // Who may see the schema as a whole is told before, and sees all of it.
    if (field.name.value === '__schema') return 1;
    const inner = field.selectionSet === undefined ? 1 : this.of(field.selectionSet);
    return 1 + this.#lengthOf(field) * inner;
  }

  #ofFragment(name: string): number {
    const known = this.#counted.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    const cost = fragment === undefined ? 0 : this.of(fragment.selectionSet);
    this.#counted.set(name, cost);
    return cost;
  }

  /** How many elements a field's list may have; 1 for what is no list, or a short one. */
  #lengthOf({ name, arguments: given = [] }: FieldNode): number {
    const length = LISTS.get(name.value);
    if (length === undefined) return 1;
    const sizes = given.flatMap(({ name: argument, value }) => {
      if (!SIZES.has(argument.value)) return [];
      const size = value.kind === Kind.VARIABLE ? this.#variable(value.name.value) : sizeOf(value);
      return size === undefined ? [] : [Math.min(Math.max(0, size), length.most)];
    });
    return sizes.length === 0 ? length.usual : Math.max(...sizes);
  }

  #variable(name: string): number | undefined {
    this.isVariable = true;
    return this.#sizes.get(name);
  }
}

function sizeOf(value: ValueNode | undefined): number | undefined {
  return value?.kind === Kind.INT ? Number(value.value) : undefined;
}
