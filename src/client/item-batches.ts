import { AgentSessionsError } from './errors.ts';

/** What one write may hold, and how much of the 16 MiB of a request its items may take: 12 MiB when all is three-byte text. */
const ITEMS_PER_WRITE = 1000;
const UNITS_PER_WRITE = 4 * 1024 * 1024;

/** Items that go in one write, and the place of the first in the whole list. */
export interface ItemBatch {
  readonly start: number;
  readonly items: readonly object[];
}

/** Splits a list so that each part fits a write; an item that is too large alone is left to the server to refuse. */
export function itemBatches(items: readonly object[]): readonly ItemBatch[] {
  const batches: { start: number; items: object[] }[] = [];
  let units = 0;
  for (const [index, item] of items.entries()) {
    const size = jsonSize(item, index);
    const open = batches.at(-1);
    if (open === undefined || open.items.length === ITEMS_PER_WRITE || units + size > UNITS_PER_WRITE) {
      batches.push({ start: index, items: [item] });
      units = size;
    } else {
      open.items.push(item);
      units += size;
    }
  }
  return batches;
}

/** The items, each known to survive JSON: what it would alter silently is BAD_USER_INPUT before anything is sent. */
export function checkedItems(items: readonly object[]): readonly object[] {
  for (const [index, item] of items.entries()) jsonSize(item, index);
  return items;
}

/** The same of the one item of an input. */
export function checkedItem(item: object): object {
  jsonSize(item, null);
  return item;
}

function jsonSize(item: object, index: number | null): number {
  const reject = (what: string): never => {
    const details = index === null ? { path: ['item'] } : { path: ['items', index], index };
    throw new AgentSessionsError('BAD_USER_INPUT', `${details.path.join('.')} holds ${what}.`, { details });
  };
  const text = JSON.stringify(item, function (this: unknown, key, value: unknown) {
    // Buffers turn themselves into something else before they come here as `value`.
    const original: unknown = Reflect.get(Object(this) as object, key);
    if (typeof value === 'number' && !Number.isFinite(value)) reject('a number that JSON has not');
    if (typeof value === 'bigint') reject('a bigint, which JSON has not');
    if (typeof value === 'function' || typeof value === 'symbol') reject(`a ${typeof value}`);
    if (value === undefined && Array.isArray(this)) reject('undefined in a list');
    if (ArrayBuffer.isView(original)) reject('binary data: make it a data: URL');
    if (original instanceof Map || original instanceof Set) reject('a Map or a Set');
    return value;
  });
  return text.length;
}
