import { describe, expect, it } from 'vitest';
import { isEntryId, type EntryId } from '../../src/core/cursor.ts';
import { Window, type Bell } from '../../src/core/feed/window.ts';
import type { Moment } from '../../src/core/live.ts';
import type { LogEntry } from '../../src/core/log.ts';
import { messageItem } from '../support/samples.ts';

const BOUNDS = { changes: 8, characters: 10_000, handed: 5_000 };

function entryId(number: number): EntryId {
  const id = `${number}.aaaaaaaa`;
  if (!isEntryId(id)) throw new Error(`${id} is no entry`);
  return id;
}

function moment(number: number, drafts = ''): Moment {
  return { entry: entryId(number), drafts };
}

function entry(number: number, text: string): LogEntry {
  const item = { ...messageItem('USER', text), toolName: null, handoff: false };
  return { kind: 'item', id: entryId(number), prev: entryId(number - 1), at: 0, item };
}

/** The bell of one write of so many entries after that one. */
function bell(after: number, count: number, text = 'x'): Bell {
  const numbers = Array.from({ length: count }, (_, index) => after + 1 + index);
  return {
    from: moment(after),
    to: moment(after + count),
    changes: numbers.map((number) => ({ kind: 'entry', entry: entry(number, text) })),
  };
}

const numbers = (bells: readonly Bell[] | null): number[] | undefined =>
  bells?.flatMap(({ changes }) =>
    changes.flatMap((change) => (change.kind === 'entry' ? Number.parseInt(change.entry.id, 10) : [])),
  );

describe('a window on the newest changes', () => {
  it('knows nothing at first', () => {
    const window = new Window(BOUNDS);
    expect(window.end).toBeNull();
    expect(window.after(moment(1))).toBeNull();
    expect(window.numberOf(moment(1))).toBeNull();
  });

  it('gives what follows any moment in it, and nothing for moments outside', () => {
    const window = new Window(BOUNDS);
    window.push(bell(3, 2));
    window.push(bell(5, 2));
    expect(window.end).toEqual(moment(7));
    expect(numbers(window.after(moment(3)))).toEqual([4, 5, 6, 7]);
    expect(numbers(window.after(moment(5)))).toEqual([6, 7]);
    expect(numbers(window.after(moment(7)))).toEqual([]);
    expect(window.after(moment(2))).toBeNull();
    expect(window.after(moment(8))).toBeNull();
  });

  it('keeps no more than is worth keeping, and the newest in any case', () => {
    const window = new Window(BOUNDS);
    for (let after = 1; after <= 6; after++) window.push(bell(after, 1), 4);
    expect(window.after(moment(1))).toBeNull();
    expect(numbers(window.after(moment(5)))).toEqual([6, 7]);
    window.push(bell(7, 1), 0);
    expect(window.after(moment(6))).toBeNull();
    expect(numbers(window.after(moment(7)))).toEqual([8]);
  });

  it('has no moment in the middle of a write, nor one with other drafts', () => {
    const window = new Window(BOUNDS);
    window.push(bell(3, 2));
    expect(window.after(moment(4))).toBeNull();
    expect(window.after(moment(3, 'other'))).toBeNull();
    expect(window.after(moment(5, 'other'))).toBeNull();
  });

  it('tells apart the moments that drafts make of one end of the log', () => {
    const window = new Window(BOUNDS);
    const append = (from: string, to: string, text: string): Bell => ({
      from: moment(3, from),
      to: moment(3, to),
      changes: [{ kind: 'draftAppended', draftId: 'd', channel: 'TEXT', offset: 0, text }],
    });
    window.push(append('a', 'b', 'one'));
    window.push(append('b', 'c', 'two'));
    expect(window.after(moment(3, 'a'))).toHaveLength(2);
    expect(window.after(moment(3, 'b'))).toHaveLength(1);
    expect(window.after(moment(3, 'c'))).toEqual([]);
    expect(window.after(moment(3))).toBeNull();
  });

  it('numbers the moments of a chain in their order', () => {
    const window = new Window(BOUNDS);
    for (let after = 0; after < 30; after++) window.push(bell(after, 1));
    const order = [26, 27, 28, 29, 30].map((number) => window.numberOf(moment(number)));
    expect(order).not.toContain(null);
    expect(order.toSorted((a, b) => Number(a) - Number(b))).toEqual(order);
    expect(new Set(order).size).toBe(5);
    expect(window.numberOf(moment(1))).toBeNull();
  });

  it.each([
    ['a gap', 8, 2],
    ['a repeat', 2, 2],
    ['what came before', 0, 2],
  ])('begins anew with what does not fit its chain: %s', (_what, after, count) => {
    const window = new Window(BOUNDS);
    window.push(bell(3, 4));
    window.push(bell(after, count));
    expect(window.end).toEqual(moment(after + count));
    expect(window.after(moment(after))).toHaveLength(1);
    expect(window.after(moment(7))).toBeNull();
    expect(window.numberOf(moment(7))).toBeNull();
  });

  it('hands out so much at once, and a write however large', () => {
    const window = new Window(BOUNDS);
    for (let after = 0; after < 4; after++) window.push(bell(after, 1, 'x'.repeat(2000)));
    expect(numbers(window.after(moment(0)))).toEqual([1, 2, 3]);
    expect(numbers(window.after(moment(3)))).toEqual([4]);
    window.push(bell(4, 1, 'x'.repeat(20_000)));
    expect(numbers(window.after(moment(4)))).toEqual([5]);
  });

  it('hands out what later changes do not touch', () => {
    const window = new Window(BOUNDS);
    window.push(bell(3, 2));
    const given = window.after(moment(3));
    window.push(bell(5, 1));
    window.forget();
    expect(numbers(given)).toEqual([4, 5]);
    expect(window.end).toBeNull();
  });

  it('keeps the newest when there are too many changes', () => {
    const window = new Window(BOUNDS);
    for (let after = 0; after < 100; after++) {
      window.push(bell(after, 1));
      expect(window.end).toEqual(moment(after + 1));
      expect(window.after(moment(after))).toHaveLength(1);
      if (after >= 8) expect(window.after(moment(after - 8))).toBeNull();
    }
  });

  it('keeps the newest when there are too many characters', () => {
    const window = new Window(BOUNDS);
    for (let after = 0; after < 8; after++) window.push(bell(after, 1, 'x'.repeat(2000)));
    expect(window.end).toEqual(moment(8));
    expect(window.after(moment(0))).toBeNull();
    expect(numbers(window.after(moment(7)))).toEqual([8]);
  });

  it('knows the end also when the newest write alone is too large', () => {
    const window = new Window(BOUNDS);
    window.push(bell(0, 1, 'x'.repeat(20_000)));
    expect(window.end).toEqual(moment(1));
    window.push(bell(1, 2));
    expect(numbers(window.after(moment(1)))).toEqual([2, 3]);
    expect(window.after(moment(0))).toBeNull();
  });
});
