import { CursorExpiredError, NotFoundError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { Fork } from '../../core/store.ts';
import { streamEntry, writtenAt } from './codec.ts';
import type { StoreContext } from './context.ts';
import { textOf } from './reply.ts';
import { readSource, type Progress } from './source.ts';

/** A script holds up all others, so each moves only so much. */
const BATCH = { entries: 500, bytes: 1024 * 1024 } as const;

export interface Copied {
  /** The source at the moment that the copy is of: that of the last read. */
  readonly source: Session;
  /** The last entry of the copy. */
  readonly last: string;
}

/**
 * Copies a session's items to the staging keys of another, whatever stood there. null: the source has lost what was
 * copied already, or the staging keys are gone; begin anew.
 * @throws NotFoundError, CursorExpiredError.
 */
export async function copyItems(
  context: StoreContext,
  wanted: Fork & { readonly owner: string; readonly mark: string },
): Promise<Copied | null> {
  const { link, keys, lists } = context;
  const { newId, owner, mark } = wanted;
  const staging = keys.staging(newId, mark);
  let progress: Progress = { born: '', upTo: wanted.upTo ?? '', item: '', place: '' };
  const key = keys.session(newId);
  let last = '';
  for (;;) {
    const read = await readSource(context, wanted, progress, BATCH);
    if (read.state === 'changed') return null;
    if (read.state !== 'ok') {
      await link.run(key, (client) => client.unlink(...staging));
      throw read.state === 'gone' ? new NotFoundError() : new CursorExpiredError();
    }
    const { source, upTo, place, items } = read;
    const values = items.flatMap(encodeCopy);
    const reply = await link.run(key, (client) =>
      client.copyItems(...staging, newId, owner, mark, '', lists.prefix, last, ...values),
    );
    if (reply === null) return null;
    last = textOf(reply);
    if (place === '') return { source, last };
    const newest = items.at(-1);
    const item = newest === undefined ? progress.item : streamEntry(newest).id;
    progress = { born: source.born, upTo, item, place };
  }
}

/** What a copy has of its own: mark, kind, entry before and time, in the fields of the log; and it finishes no draft. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['m', 'k', 'p', 'w', 'e']);

/** The values of an item; see scripts/copy-items.lua. */
function encodeCopy(item: unknown): readonly string[] {
  const { id, fields } = streamEntry(item);
  const kept = Object.entries(fields).flatMap(([name, value = '']) =>
    OWN_FIELDS.has(name) ? [] : [name, value],
  );
  return [String(writtenAt(id, fields)), fields['k'] ?? '', String(kept.length), ...kept];
}
