import {
  locatedError,
  responsePathAsArray,
  type FieldNode,
  type GraphQLError,
  type ResponsePath,
} from 'graphql';

/** A place in an answer; undefined: all of it. */
export type Place = ResponsePath | undefined;

/** One execution of an operation. */
export class Run {
  readonly context: unknown;
  readonly root: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly errors: GraphQLError[] = [];
  readonly #nulled = new Set<Place>();

  constructor(root: unknown, context: unknown, variables: Readonly<Record<string, unknown>>) {
    this.root = root;
    this.context = context;
    this.variables = variables;
  }

  /** Tells of an error at a place that is null for it, unless that is within another that is null already. */
  fail(error: GraphQLError, place: Place): void {
    if (this.#nulled.size > 0) {
      for (let at = place; at !== undefined; at = at.prev) if (this.#nulled.has(at)) return;
      if (this.#nulled.has(undefined)) return;
    }
    this.#nulled.add(place);
    this.errors.push(error);
  }
}

/** What stands at a place: a field, or an element of its list. */
export interface Slot {
  readonly nodes: readonly FieldNode[];
  readonly isNonNull: boolean;
  /** Makes what was resolved what is answered, or a promise of that. */
  readonly complete: (run: Run, value: unknown, place: ResponsePath) => unknown;
}

/** Completes what was resolved, or will be; an error makes what may be null null, and anything else the error's. */
export function completed(run: Run, slot: Slot, value: unknown, place: ResponsePath): unknown {
  try {
    const done = isPromise(value)
      ? value.then((resolved) => slot.complete(run, resolved, place))
      : slot.complete(run, value, place);
    return isPromise(done) ? done.then(undefined, (error: unknown) => failed(run, slot, error, place)) : done;
  } catch (error) {
    return failed(run, slot, error, place);
  }
}

export function failed(run: Run, { nodes, isNonNull }: Slot, error: unknown, place: ResponsePath): null {
  const located = locatedError(error, nodes, responsePathAsArray(place));
  if (isNonNull) throw located;
  run.fail(located, place);
  return null;
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
