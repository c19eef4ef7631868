import { isEntryId, type EntryId } from '../../src/core/cursor.ts';

function place(text: string): EntryId {
  if (!isEntryId(text)) throw new Error(`${text} is not the text of an entry's id.`);
  return text;
}

/** After every entry, in the forms of both stores. */
export const BEYOND_PLACES = ['999999999999999.abcdefgh', '999999999999999-999999999999999.abcdefgh'].map(
  place,
);

/** Well formed, in the forms of both stores, and given by neither. */
export const FOREIGN_PLACES: readonly EntryId[] = [
  ...['0.abcdefgh', '5.abcdefgh', '0-0.abcdefgh', '5-1.abcdefgh', '1700000000000-0.abcdefgh'].map(place),
  ...BEYOND_PLACES,
];

/** The same place with another mark: what a cursor names after the log's tail was lost and written anew. */
export function withOtherMark(entry: EntryId): EntryId {
  return place(`${entry.slice(0, -1)}${entry.endsWith('z') ? 'y' : 'z'}`);
}
