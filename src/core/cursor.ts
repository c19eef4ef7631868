import { BadUserInputError } from './errors.ts';

declare const entryId: unique symbol;

/**
 * Which log entry: `<place>.<mark>`. The store gives the place, which orders the entries of a session; the mark is
 * random, so that after a lost tail another entry in the same place is not taken for this one. Compare with `===`;
 * only the store that gave it may look inside.
 */
export type EntryId = string & { readonly [entryId]: true };

/** A place is digits, or Redis' two numbers; the bounds keep every place within what both stores can hold. */
const ENTRY_ID = /^(?:0|[1-9]\d{0,14})(?:-(?:0|[1-9]\d{0,14}))?\.[0-9A-Za-z]{8}$/;
const CURSOR = /^(.{1,48})~([0-9a-z]{1,7})$/;

/** The `after` that means: from the beginning, or from the last clear. */
export const START = '0';

export function isEntryId(text: string): text is EntryId {
  return ENTRY_ID.test(text);
}

/**
 * The public form of a place in a session's log. It carries a check of the session's id, so that a cursor handed to
 * the wrong session is refused instead of pointing somewhere.
 */
export function cursorOf(sessionId: string, entry: EntryId): string {
  return `${entry}~${checkOf(sessionId)}`;
}

/** @throws BadUserInputError when the text is no cursor, or one of another session. */
export function parseCursor(sessionId: string, text: string, name: string): EntryId {
  const [, entry = '', check] = CURSOR.exec(text) ?? [];
  if (!isEntryId(entry) || check !== checkOf(sessionId)) {
    throw new BadUserInputError(`${name} is not a cursor of this session.`, { path: [name] });
  }
  return entry;
}

/** Item ids are global: they name the session as well. */
export function itemIdOf(sessionId: string, entry: EntryId): string {
  return `${sessionId}:${entry}`;
}

/** The session and entry that an item id names, or null when it is no item id. */
export function parseItemId(id: string): { readonly sessionId: string; readonly entry: EntryId } | null {
  const colon = id.indexOf(':');
  const entry = id.slice(colon + 1);
  return colon > 0 && isEntryId(entry) ? { sessionId: id.slice(0, colon), entry } : null;
}

/** FNV-1a over the id's UTF-16 units: it guards against mistakes, not against forgery, which the store's look-up does. */
function checkOf(sessionId: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < sessionId.length; i++) {
    hash = Math.imul(hash ^ sessionId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
