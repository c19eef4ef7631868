import { BadUserInputError } from './errors.ts';

/** Relay's paging arguments, as a client wrote them. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface PageSize {
  readonly count: number;
  /** Which end of what lies between the cursors to take. */
  readonly from: 'start' | 'end';
}

/** One page, in order, and whether there is more on either side. */
export interface Page<T> {
  readonly nodes: readonly T[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/**
 * How much of which end a client asked for. Without `first` and `last` it is `standard.count`, next to the given cursor,
 * else from `standard.from`.
 * @throws BadUserInputError for both at once, and for sizes outside 1 to `max`.
 */
export function pageSize(args: PageArguments, max: number, standard: PageSize): PageSize {
  const first = args.first ?? undefined;
  const last = args.last ?? undefined;
  if (first !== undefined && last !== undefined) {
    throw new BadUserInputError('first and last exclude each other.', { path: ['last'] });
  }
  if (first !== undefined) return { count: checkedSize(first, 'first', max), from: 'start' };
  if (last !== undefined) return { count: checkedSize(last, 'last', max), from: 'end' };
  if (args.after !== undefined && args.after !== null) return { count: standard.count, from: 'start' };
  if (args.before !== undefined && args.before !== null) return { count: standard.count, from: 'end' };
  return standard;
}

function checkedSize(size: number, name: string, max: number): number {
  if (size >= 1 && size <= max) return size;
  throw new BadUserInputError(`${name} must be 1 to ${max}.`, { path: [name], limit: max, actual: size });
}
