import type { JsonObject } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { ItemDialect, NewItem } from '../log.ts';
import { checkedItem, inList, itemFor } from './new-item.ts';
import { shapeOf } from './shape.ts';
import type { ConversationItem } from './wrapped-history.ts';

export function checkedRunItems(values: readonly unknown[], limits: Limits): JsonObject[] {
  return values.map((value, index) => checkedRunItem(value, index, limits));
}

/**
 * An item that a run returned, if it is one. Unlike what clients write by themselves it may be only spaces: models do
 * answer so, and one such message must not cost the session the whole run.
 * @throws BadUserInputError or PayloadTooLargeError with the `index`.
 */
export function checkedRunItem(value: unknown, index: number, limits: Limits): JsonObject {
  return checkedItem(value, inList('items', index), limits).value;
}

/** A checked item, ready for the log. */
export function runItem(
  { raw, derived }: ConversationItem,
  { dialect, metadata }: { readonly dialect: ItemDialect; readonly metadata: string },
): NewItem {
  return itemFor(
    { raw: JSON.stringify(raw), shape: shapeOf(raw) ?? { kind: 'other', type: '' } },
    {
      // Only Python wraps: what comes out of a wrapper is Python's, in whichever list the wrapper stood.
      dialect: derived ? 'RESPONSES' : dialect,
      // The agent that is current where the item stands, which only the store knows.
      agent: null,
      metadata,
      derived,
    },
  );
}
