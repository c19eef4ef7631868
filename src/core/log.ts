import type { EntryId } from './cursor.ts';

export const MESSAGE_ROLES = ['USER', 'ASSISTANT', 'SYSTEM', 'DEVELOPER'] as const;
export type MessageRole = (typeof MESSAGE_ROLES)[number];

/** The JSON form of an item: `AGENTS_JS` is the Agents SDK for JavaScript, `RESPONSES` is Python's and the Responses API. */
export type ItemDialect = 'AGENTS_JS' | 'RESPONSES';

/** INTERRUPTED: what had been written of a message that was never finished. */
export type MessageStatus = 'COMPLETED' | 'INTERRUPTED';

/** What an item is before and after it has a place in the log. */
interface ItemBody {
  /** The item as JSON text, kept and handed back to the letter; without line breaks, as JSON.stringify writes it. */
  readonly raw: string;
  readonly dialect: ItemDialect;
  /** Set exactly when the item is a message: it decides in which pages and counts the item appears. */
  readonly role: MessageRole | null;
  /** JSON text of an object. */
  readonly metadata: string;
  /** Recovered from a wrapped history rather than written by its author. */
  readonly derived: boolean;
  readonly status: MessageStatus;
}

/** What a writer hands over. */
export interface NewItem extends ItemBody {
  /** The agent that wrote it; null: the one that is current where the item comes to stand. */
  readonly agent: string | null;
  /** On a tool call: results that come later without a tool's name find it under this id. */
  readonly call: { readonly id: string; readonly name: string } | null;
  /** On a tool result without a tool's name: the call that has it. */
  readonly resultOf: string | null;
}

/** An item in the log. */
export interface StoredItem extends ItemBody {
  /** The agent that wrote it, or that was current where it stands; null: there was none. */
  readonly agent: string | null;
  /** On a tool result that names no tool: the name found under its call's id when it was written. */
  readonly toolName: string | null;
  /** Written by the store because the current agent changed; an item that a writer made look like one has false. */
  readonly handoff: boolean;
}

interface EntryBase {
  readonly id: EntryId;
  /** The entry that was the log's last when this one was written; null on a session's first. */
  readonly prev: EntryId | null;
  /** When it was written, milliseconds since 1970. */
  readonly at: number;
}

/** An item was added. */
export interface ItemEntry extends EntryBase {
  readonly kind: 'item';
  readonly item: StoredItem;
  /** The draft that became this item; absent on all others, and on copies in a fork. */
  readonly finishesDraft?: string;
}

/** Tombstone: the named entry is no longer in the log. */
export interface RemovedEntry extends EntryBase {
  readonly kind: 'removed';
  readonly removed: EntryId;
}

/** Title, metadata or expiry changed. */
export interface UpdatedEntry extends EntryBase {
  readonly kind: 'updated';
}

/** Tombstone for all before it: the log begins here. */
export interface ClearedEntry extends EntryBase {
  readonly kind: 'cleared';
}

/** The log's first entry, so that an empty session has an end that can be named. */
export interface CreatedEntry extends EntryBase {
  readonly kind: 'created';
}

export type LogEntry = ItemEntry | RemovedEntry | UpdatedEntry | ClearedEntry | CreatedEntry;

/** The item that stands for a change of the current agent; keys in this order, in every store. */
export function handoffRaw(from: string | null, to: string): string {
  return JSON.stringify({ type: 'handoff', from, to });
}
