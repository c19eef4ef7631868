import { describe, expect, it } from 'vitest';
import { isEntryId, type EntryId } from '../../src/core/cursor.ts';
import { Window } from '../../src/core/feed/window.ts';
import type { LogEntry } from '../../src/core/log.ts';
import { messageItem } from '../support/samples.ts';

const BOUNDS = { entries: 8, characters: 10_000 };

function entryId(number: number): EntryId {
  const id = `${number}.aaaaaaaa`;
  if (!isEntryId(id)) throw new Error(`${id} is no entry`);
  return id;
}

/** Entries of those numbers, linked in their order. */
function chain(from: number, to: number, text = 'x'): LogEntry[] {
  return Array.from({ length: to - from }, (_, index) => ({
    kind: 'item',
    id: entryId(from + index),
    prev: entryId(from + index - 1),
    at: 0,
    item: { ...messageItem('USER', text), toolName: null, handoff: false },
  }));
}

const numbers = (entries: readonly LogEntry[] | null): number[] | undefined =>
  entries?.map(({ id }) => Number.parseInt(id, 10));

describe('a window on the newest entries', () => {
  it('knows nothing at first', () => {
    const window = new Window(BOUNDS);
    expect(window.end).toBeNull();
    expect(window.after(entryId(1))).toBeNull();
  });

  it('gives what follows any place in it, and nothing for places outside', () => {
    const window = new Window(BOUNDS);
    window.push(entryId(3), chain(4, 6));
    window.push(entryId(5), chain(6, 8));
    expect(window.end).toBe(entryId(7));
    expect(numbers(window.after(entryId(3)))).toEqual([4, 5, 6, 7]);
    expect(numbers(window.after(entryId(5)))).toEqual([6, 7]);
    expect(numbers(window.after(entryId(7)))).toEqual([]);
    expect(window.after(entryId(2))).toBeNull();
    expect(window.after(entryId(8))).toBeNull();
  });

  it.each([
    ['a gap', 9, 11],
    ['a repeat', 3, 5],
    ['what came before', 1, 3],
  ])('begins anew with what does not fit its chain: %s', (_what, from, to) => {
    const window = new Window(BOUNDS);
    window.push(entryId(3), chain(4, 8));
    window.push(entryId(from - 1), chain(from, to));
    expect(window.end).toBe(entryId(to - 1));
    expect(numbers(window.after(entryId(from - 1)))).toEqual(numbers(chain(from, to)));
    expect(window.after(entryId(7))).toEqual(window.end === entryId(7) ? [] : null);
  });

  it('hands out what later changes do not touch', () => {
    const window = new Window(BOUNDS);
    window.push(entryId(3), chain(4, 6));
    const given = window.after(entryId(3));
    window.push(entryId(5), chain(6, 7));
    window.forget();
    expect(numbers(given)).toEqual([4, 5]);
    expect(window.end).toBeNull();
  });

  it('keeps the newest when there are too many entries', () => {
    const window = new Window(BOUNDS);
    for (let number = 1; number <= 100; number++) {
      window.push(entryId(number - 1), chain(number, number + 1));
      expect(window.end).toBe(entryId(number));
      expect(window.after(entryId(number - 1))).toHaveLength(1);
      if (number > 8) expect(window.after(entryId(number - 9))).toBeNull();
    }
    window.push(entryId(100), chain(101, 151));
    expect(numbers(window.after(entryId(149)))).toEqual([150]);
    expect(window.after(entryId(100))).toBeNull();
  });

  it('keeps the newest when there are too many characters', () => {
    const window = new Window(BOUNDS);
    window.push(entryId(0), chain(1, 8, 'x'.repeat(2000)));
    expect(window.end).toBe(entryId(7));
    expect(window.after(entryId(0))).toBeNull();
    expect(numbers(window.after(entryId(6)))).toEqual([7]);
  });

  it('knows the end also when the newest entry alone is too large', () => {
    const window = new Window(BOUNDS);
    window.push(entryId(0), chain(1, 2, 'x'.repeat(20_000)));
    expect(window.end).toBe(entryId(1));
    window.push(entryId(1), chain(2, 4));
    expect(numbers(window.after(entryId(1)))).toEqual([2, 3]);
    expect(window.end).toBe(entryId(3));
  });
});
