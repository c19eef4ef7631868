import { describe, expect, it } from 'vitest';
import { pageSize, type PageArguments } from '../../src/core/paging.ts';

const STANDARD = { count: 50, from: 'end' } as const;

describe('the size of a page', () => {
  it.each<readonly [PageArguments, number, 'start' | 'end']>([
    [{}, 50, 'end'],
    [{ first: null, last: null, after: null, before: null }, 50, 'end'],
    [{ first: 3 }, 3, 'start'],
    [{ first: 100, before: 'x' }, 100, 'start'],
    [{ last: 1 }, 1, 'end'],
    [{ last: 3, after: 'x' }, 3, 'end'],
    [{ first: 3, last: null }, 3, 'start'],
    [{ after: 'x' }, 50, 'start'],
    [{ before: 'x' }, 50, 'end'],
    [{ after: 'x', before: 'y' }, 50, 'start'],
  ])('for %j is %i from the %s', (args, count, from) => {
    expect(pageSize(args, 100, STANDARD)).toEqual({ count, from });
  });

  it('is what the list’s own standard says when nothing is said', () => {
    expect(pageSize({}, 100, { count: 7, from: 'start' })).toEqual({ count: 7, from: 'start' });
  });

  it.each(['first', 'last'])('is refused outside of 1 to the maximum, as %s', (name) => {
    for (const size of [0, -1, 101, 2 ** 31, NaN]) {
      expect(() => pageSize({ [name]: size }, 100, STANDARD)).toThrow(
        expect.objectContaining({
          code: 'BAD_USER_INPUT',
          details: { path: [name], limit: 100, actual: size },
        }),
      );
    }
  });

  it('is refused when both ends are asked for', () => {
    expect(() => pageSize({ first: 1, last: 1 }, 100, STANDARD)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
  });
});
