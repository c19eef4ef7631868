import { newItems } from '../agents/new-item.ts';
import { BadUserInputError, PayloadTooLargeError } from '../errors.ts';
import { checkedJsonObject, isJsonObject, type JsonObject } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { NewItem } from '../log.ts';

/** A foreign record as an item, or why it can be none. `entry` names the record for ever. */
export type ImportedItem =
  { readonly entry: string; readonly item: NewItem } | { readonly entry: string; readonly refused: string };

/** The key in the metadata of items and sessions under which an import says where they come from. */
export const IMPORTED_FROM = 'importedFrom';

/** What an imported item says of its record, beside `entry`. */
export interface Provenance {
  /** Seconds since 1970, as the record has it. */
  readonly timestamp?: number;
  readonly toolCallId?: string;
  /** The record's own metadata, where it could not become the item's. */
  readonly metadata?: string;
}

/**
 * Makes an item of a record. What the log does not take is refused, with the reason for people.
 * @param own The record's own metadata, to which the provenance is added.
 */
export function importedItem(
  entry: string,
  raw: unknown,
  provenance: Provenance,
  own: JsonObject,
  limits: Limits,
): ImportedItem {
  const createdAt = provenance.timestamp === undefined ? null : isoTime(provenance.timestamp * 1000);
  const from = { entry, ...(createdAt === null ? {} : { createdAt }), ...provenance };
  try {
    const metadata = checkedJsonObject(
      { ...own, [IMPORTED_FROM]: from },
      { name: 'metadata', maxBytes: limits.metadataBytes, maxDepth: limits.metadataDepth },
    );
    const [item] = newItems([raw], { dialect: 'RESPONSES', agent: null, metadata }, limits);
    return item === undefined ? { entry, refused: 'it is nothing' } : { entry, item };
  } catch (error) {
    if (!(error instanceof BadUserInputError || error instanceof PayloadTooLargeError)) throw error;
    // The record is known by its entry, not by its place in the list of one.
    return { entry, refused: error.message.replace('items[0]', 'it').replace(/\.$/, '') };
  }
}

/** The entry of the record that an item was made of, from its metadata; null when it was not imported. */
export function entryOf(metadata: string): string | null {
  const value: unknown = JSON.parse(metadata);
  const from = isJsonObject(value) ? value[IMPORTED_FROM] : undefined;
  const entry = isJsonObject(from) ? from['entry'] : undefined;
  return typeof entry === 'string' ? entry : null;
}

/** RFC 3339 in UTC; null for what no date can hold. */
export function isoTime(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
