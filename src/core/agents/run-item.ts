import { BadUserInputError } from '../errors.ts';
import { checkBytes, isJsonObject, jsonFault, type JsonObject } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { ItemDialect, NewItem } from '../log.ts';
import { isMessageContent } from './message.ts';
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
  const reject = (reason: string): never => {
    throw new BadUserInputError(`items[${index}] ${reason}.`, { path: ['items', index], index });
  };
  if (!isJsonObject(value)) return reject('is no JSON object');
  const fault = jsonFault(value, limits.itemDepth);
  if (fault !== null) return reject(fault);
  checkBytes(JSON.stringify(value), limits.itemBytes, `items[${index}]`, { index });
  const shape = shapeOf(value);
  if (shape === null) return reject('has neither a type nor the role of a message');
  if (shape.kind === 'message' && !isMessageContent(value['content'])) {
    return reject('has a content that is no text and no list of parts');
  }
  return value;
}

/** A checked item, ready for the log. */
export function runItem(
  { raw, derived }: ConversationItem,
  { dialect, metadata }: { readonly dialect: ItemDialect; readonly metadata: string },
): NewItem {
  const shape = shapeOf(raw);
  return {
    raw: JSON.stringify(raw),
    // Only Python wraps: what comes out of a wrapper is Python's, in whichever list the wrapper stood.
    dialect: derived ? 'RESPONSES' : dialect,
    role: shape?.kind === 'message' ? shape.role : null,
    // The agent that is current where the item stands, which only the store knows.
    agent: null,
    metadata,
    derived,
    status: 'COMPLETED',
    call: shape?.kind === 'call' ? { id: shape.callId, name: shape.name } : null,
    resultOf: shape?.kind === 'result' && shape.name === null ? shape.callId : null,
  };
}
