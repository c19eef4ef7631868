import {
  GraphQLError,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type ResponsePath,
} from 'graphql';
import { completed, isPromise, type Run, type Slot } from './run.ts';

type Complete = Slot['complete'];

/** What completion has to know of the field whose values it completes. */
export interface Completing extends Pick<Slot, 'nodes'> {
  /** As messages name it. */
  readonly name: string;
  /** The type of that name. */
  readonly typeNamed: (name: string) => unknown;
  readonly isPossible: (type: GraphQLAbstractType, actual: GraphQLObjectType) => boolean;
  readonly info: (run: Run, place: ResponsePath) => GraphQLResolveInfo;
  /** Answers what is selected of an object. */
  readonly object: (type: GraphQLObjectType, run: Run, value: unknown, place: ResponsePath) => unknown;
}

/** How values of a type are made what is answered, as GraphQL's `CompleteValue` does. */
export function completionOf(field: Completing, type: GraphQLOutputType): Complete {
  if (!isNonNullType(type)) return nullable(withoutNull(field, type));
  const complete = nullable(withoutNull(field, type.ofType));
  return (run, value, place) => {
    const done = complete(run, value, place);
    if (done === null) throw new Error(`Cannot return null for non-nullable field ${field.name}.`);
    return done;
  };
}

function nullable(complete: Complete): Complete {
  return (run, value, place) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : complete(run, value, place);
  };
}

function withoutNull(field: Completing, type: GraphQLOutputType): Complete {
  if (isListType(type)) return listOf(field, type);
  if (isLeafType(type)) return leafOf(type);
  if (isObjectType(type)) return (run, value, place) => field.object(type, run, value, place);
  if (isNonNullType(type)) return completionOf(field, type);
  return abstractOf(field, type);
}

function leafOf(type: GraphQLLeafType): Complete {
  return (_run, value) => {
    const written: unknown = type.serialize(value);
    if (written !== null && written !== undefined) return written;
    throw new Error(`${type.name} has no form for a value of this field.`);
  };
}

function listOf(field: Completing, { ofType }: GraphQLList<GraphQLOutputType>): Complete {
  const slot: Slot = {
    nodes: field.nodes,
    isNonNull: isNonNullType(ofType),
    complete: completionOf(field, ofType),
  };
  return (run, value, place) => {
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${field.name}".`);
    }
    const elements: unknown[] = [];
    let isPending = false;
    for (const element of value) {
      const done = completed(run, slot, element, { prev: place, key: elements.length, typename: undefined });
      isPending ||= isPromise(done);
      elements.push(done);
    }
    return isPending ? Promise.all(elements) : elements;
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function abstractOf(field: Completing, type: GraphQLAbstractType): Complete {
  const actual = (name: unknown): GraphQLObjectType => {
    const found = typeof name === 'string' ? field.typeNamed(name) : undefined;
    if (isObjectType(found) && field.isPossible(type, found)) return found;
    throw new GraphQLError(`A value of field "${field.name}" is of no type that ${type.name} may be.`, {
      nodes: field.nodes,
    });
  };
  return (run, value, place) => {
    const name: unknown = type.resolveType?.(value, run.context, field.info(run, place), type);
    return isPromise(name)
      ? name.then((resolved) => field.object(actual(resolved), run, value, place))
      : field.object(actual(name), run, value, place);
  };
}
