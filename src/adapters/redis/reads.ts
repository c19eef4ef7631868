import type { EntryId } from '../../core/cursor.ts';
import { CursorExpiredError, NotFoundError } from '../../core/errors.ts';
import type { ItemEntry } from '../../core/log.ts';
import type { ItemPage, ItemPageRequest, LogRead } from '../../core/store-reads.ts';
import { decodeLine, decodeStreamEntry, encodeRole, entryIdOf } from './codec.ts';
import type { StoreContext } from './context.ts';
import { decodeDrafts } from './draft-codec.ts';
import { listOf, textOf } from './reply.ts';

/** `SessionStore.item` */
export async function item(
  { link, keys }: StoreContext,
  id: string,
  entry: EntryId,
): Promise<ItemEntry | null> {
  const place = placeOf(entry);
  if (place === null) return null;
  const [found] = await link.read(keys.log(id), (client) => client.xrange(keys.log(id), place, place));
  if (found === undefined) return null;
  const decoded = decodeStreamEntry(found);
  return decoded.kind === 'item' && decoded.id === entry ? decoded : null;
}

/**
 * A read ends with the entry with which it passes so many bytes of items and their metadata: a reader that stands still
 * holds what it has read.
 */
const READ_BYTES = 96 * 1024;

/** `SessionStore.read` */
export async function read(
  { link, keys }: StoreContext,
  id: string,
  after: EntryId | null,
  limit: number,
): Promise<LogRead | null> {
  const limits = [String(limit), String(READ_BYTES)];
  const reply = await link.read(keys.session(id), (client) =>
    client.readLog(...keys.reading(id), after ?? '', ...limits),
  );
  if (reply === null) return null;
  const [state, bornText, endText, entries, drafts] = listOf(reply);
  const born = entryIdOf(textOf(bornText));
  const end = entryIdOf(textOf(endText));
  if (state === 'expired' || state === 'diverged') return { state, born, end };
  return {
    state: 'ok',
    born,
    end,
    entries: listOf(entries).map(decodeStreamEntry),
    drafts: drafts === undefined || drafts === null ? null : decodeDrafts(drafts),
  };
}

/** So much of a page is read at once, whatever it was asked to hold. */
const PAGE_BYTES = 2 * 1024 * 1024;

/** `SessionStore.page` */
export async function page(
  { link, keys }: StoreContext,
  id: string,
  request: ItemPageRequest,
): Promise<ItemPage> {
  const { count, from, after, before, upTo, roles } = request;
  if (roles?.length === 0) return { entries: [], hasNext: false, hasPrevious: false };
  const letters = [...new Set(roles)].map(encodeRole).join('');
  const reply = await link.read(keys.session(id), (client) =>
    client.readPage(
      ...keys.reading(id),
      String(count),
      from,
      after ?? '',
      before ?? '',
      upTo,
      letters,
      String(PAGE_BYTES),
    ),
  );
  if (reply === null) throw new NotFoundError();
  const [state, hasNext, hasPrevious, entries] = listOf(reply);
  if (state !== 'ok') throw new CursorExpiredError();
  return {
    entries: textOf(entries)
      .split('\n')
      .flatMap((line) => (line === '' ? [] : itemEntry(line))),
    hasNext: hasNext === 1,
    hasPrevious: hasPrevious === 1,
  };
}

function itemEntry(line: string): ItemEntry {
  const tab = line.indexOf('\t');
  const entry = decodeLine(line.slice(tab + 1), entryIdOf(line.slice(0, tab)));
  if (entry.kind !== 'item') throw new TypeError('A page holds an entry that is no item.');
  return entry;
}

/** The stream id in an entry's id, or null when it is of another store. */
function placeOf(entry: EntryId): string | null {
  const place = entry.slice(0, entry.indexOf('.'));
  return place.includes('-') ? place : null;
}
