import {
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { tooComplex, type DocumentLimits } from './document-limits.ts';

/** What is found when all that a document asks for is counted. */
export interface DocumentExtent {
  /** Whether it asks for the schema as a whole. */
  readonly introspects: boolean;
  /** Whether a fragment contains itself: then nothing else was counted. */
  readonly isCircular: boolean;
  /** Pairs of fields that validation has to compare; one with fields below it counts as several. */
  readonly comparisons: number;
}

/**
 * Counts what a parsed document asks for, before it is validated: what validation takes grows with the number of
 * operations times that of their fragments, and with the square of how often a field is repeated. Linear in the
 * document: how large it is with its fragments spread is known before they are.
 * @throws QUERY_TOO_COMPLEX
 */
export function extentOf({ definitions }: DocumentNode, limits: DocumentLimits): DocumentExtent {
  const { documentDefinitions: limit } = limits;
  if (definitions.length > limit) {
    throw tooComplex(`A document may have ${limit} operations and fragments.`, limit, definitions.length);
  }
  const sizes = new Sizes(definitions, limits);
  const roots = sizes.check();
  if (roots === null) return { introspects: false, isCircular: true, comparisons: 0 };
  const spread = new Spread(sizes.fragments, limits);
  for (const root of roots) spread.count(root);
  return { introspects: spread.introspects, isCircular: false, comparisons: spread.comparisons };
}

/** An operation or a fragment: what a document that can be executed is made of. */
type Root = OperationDefinitionNode | FragmentDefinitionNode;

/** How long the definitions of a document are with their fragments spread. */
class Sizes {
  readonly fragments = new Map<string, FragmentDefinitionNode>();
  readonly #definitions: readonly DefinitionNode[];
  readonly #limits: DocumentLimits;
  /** null while it is being counted. */
  readonly #known = new Map<FragmentDefinitionNode, number | null>();
  #isCircular = false;

  constructor(definitions: readonly DefinitionNode[], limits: DocumentLimits) {
    this.#definitions = definitions;
    this.#limits = limits;
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        this.fragments.set(definition.name.value, definition);
      }
    }
  }

  /**
   * The operations, and the fragments that none of them uses, which are validated all the same; null: a fragment contains
   * itself.
   * @throws QUERY_TOO_COMPLEX
   */
  check(): readonly Root[] | null {
    const { documentTokens: limit } = this.#limits;
    const roots: Root[] = [];
    let size = 0;
    const add = (root: Root, of: number): void => {
      roots.push(root);
      size += of;
    };
    for (const definition of this.#definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION) add(definition, this.#sizeOf(definition));
    }
    for (const definition of this.#definitions) {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION || this.#known.has(definition)) continue;
      add(definition, this.#ofFragment(definition));
    }
    if (this.#isCircular) return null;
    if (size > limit) {
      throw tooComplex(
        `A document may have ${limit} words and signs, fragments counted where they are used.`,
        limit,
        size,
      );
    }
    return roots;
  }

  #sizeOf(root: Root): number {
    this.#checkDirectives(root);
    const variables = root.kind === Kind.OPERATION_DEFINITION ? root.variableDefinitions : undefined;
    for (const variable of variables ?? []) this.#checkDirectives(variable);
    return tokensOf(root) + this.#spreadsOf(root.selectionSet);
  }

  /** What the fragments that are used in it add. */
  #spreadsOf({ selections }: SelectionSetNode): number {
    let size = 0;
    for (const selection of selections) {
      this.#checkDirectives(selection);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.fragments.get(selection.name.value);
        if (fragment !== undefined) size += this.#ofFragment(fragment);
      } else if (selection.selectionSet !== undefined) {
        size += this.#spreadsOf(selection.selectionSet);
      }
    }
    return size;
  }

  #ofFragment(fragment: FragmentDefinitionNode): number {
    const known = this.#known.get(fragment);
    if (known === null) this.#isCircular = true;
    if (known !== undefined) return known ?? 0;
    this.#known.set(fragment, null);
    const size = this.#sizeOf(fragment);
    this.#known.set(fragment, size);
    return size;
  }

  #checkDirectives({ directives = [] }: { readonly directives?: readonly unknown[] | undefined }): void {
    const { documentDirectives: limit } = this.#limits;
    if (directives.length <= limit) return;
    throw tooComplex(`One place may have ${limit} directives.`, limit, directives.length);
  }
}

/** Words and signs from the first to the last. */
function tokensOf({ loc }: DefinitionNode): number {
  let tokens = 1;
  for (let token = loc?.startToken; token && token !== loc?.endToken; token = token.next ?? undefined)
    tokens++;
  return tokens;
}

/** Introspection is deep by itself: types are wrapped in lists and non-nulls. Its lists have a rule of their own. */
const INTROSPECTION_DEPTH = 20;
/** Two fields with fields below them take several times as long to compare as two without. */
const COMPARISONS_OF_COMPOSITES = 4;

/** Fields with one place in the answer. */
interface Place {
  fields: number;
  readonly below: SelectionSetNode[];
  readonly isIntrospection: boolean;
}

/** Follows operations as their executor would, fragments spread and what has one place in the answer put together. */
class Spread {
  introspects = false;
  comparisons = 0;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #limits: DocumentLimits;
  #aliases = 0;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, limits: DocumentLimits) {
    this.#fragments = fragments;
    this.#limits = limits;
  }

  count({ selectionSet }: Root): void {
    this.#aliases = 0;
    const { documentDepth: limit } = this.#limits;
    this.#level([selectionSet], 1, { limit, message: `Fields may be nested ${limit} deep.` });
  }

  #level(sets: readonly SelectionSetNode[], depth: number, bound: DepthBound): void {
    if (depth > bound.limit) throw tooComplex(bound.message, bound.limit, depth);
    const places = new Map<string, Place>();
    for (const set of sets) this.#gather(set, places);
    for (const { fields, below, isIntrospection } of places.values()) {
      this.#compare(fields, below.length > 0);
      if (below.length > 0) this.#level(below, depth + 1, isIntrospection ? DEEP : bound);
    }
  }

  #gather({ selections }: SelectionSetNode, places: Map<string, Place>): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) this.#addField(selection, places);
      else {
        const set =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
        if (set !== undefined) this.#gather(set.selectionSet, places);
      }
    }
  }

  #addField({ name: { value: name }, alias, selectionSet }: FieldNode, places: Map<string, Place>): void {
    if (alias !== undefined) this.#addAlias();
    if (name === '__schema') this.introspects = true;
    const isIntrospection = name === '__schema' || name === '__type';
    // What it is called decides nothing: no other field can have this key.
    const key = isIntrospection ? ` ${name}` : (alias?.value ?? name);
    let place = places.get(key);
    if (place === undefined) places.set(key, (place = { fields: 0, below: [], isIntrospection }));
    place.fields++;
    if (selectionSet !== undefined) place.below.push(selectionSet);
  }

  #addAlias(): void {
    const { documentAliases: limit } = this.#limits;
    this.#aliases++;
    if (this.#aliases > limit) {
      throw tooComplex(`An operation may have ${limit} aliases.`, limit, this.#aliases);
    }
  }

  /** Validation compares each with each other. */
  #compare(fields: number, isComposite: boolean): void {
    const { documentRepeats: limit } = this.#limits;
    if (fields > limit) {
      throw tooComplex(`An operation may ask for one field ${limit} times in one place.`, limit, fields);
    }
    this.comparisons += ((fields * (fields - 1)) / 2) * (isComposite ? COMPARISONS_OF_COMPOSITES : 1);
    const most = limit ** 2 / 2;
    if (this.comparisons > most) {
      throw tooComplex('A document repeats too many of its fields.', most, this.comparisons);
    }
  }
}

interface DepthBound {
  readonly limit: number;
  readonly message: string;
}

const DEEP: DepthBound = { limit: INTROSPECTION_DEPTH, message: 'Introspection is nested too deeply.' };
