import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from '../../src/app/storage.ts';
import type { EntryId } from '../../src/core/cursor.ts';
import type { Doorbell } from '../../src/core/live.ts';
import type { ItemEntry, NewItem, StoredItem } from '../../src/core/log.ts';
import type { Append } from '../../src/core/store.ts';

/** A log of one session in this process that gives each entry a number and writes it in a second step. */
export function withNaiveLog(own: Storage): Storage {
  const rows: ItemEntry[] = [];
  const rings = new Set<(bell: Doorbell) => void>();
  let counter = 1;
  const sessionOf = async (id: string) => {
    const session = await own.store.get(id);
    const end = rows.at(-1)?.id ?? session?.end;
    return session === null || end === undefined
      ? null
      : { ...session, end, itemCount: rows.length, messageCount: rows.length };
  };
  const after = (place: EntryId | null): ItemEntry[] =>
    rows.filter(({ id }) => numberOf(id) > numberOf(place));

  const append = async (write: Append) => {
    const number = ++counter;
    // The second call is on its way, and others overtake it.
    await sleep(Math.random() * 10);
    const entries = write.steps.flatMap((step) =>
      step.kind === 'item' ? entryOf(number, step.item, rows.at(-1)?.id ?? null) : [],
    );
    rows.push(...entries);
    rows.sort((one, other) => numberOf(one.id) - numberOf(other.id));
    for (const ring of rings) ring('look');
    const session = await sessionOf(write.sessionId);
    if (session === null) throw new RangeError('The session was not made.');
    return { session, entries };
  };

  return {
    ...own,
    live: {
      ...own.live,
      async listen(_sessionId, ring) {
        rings.add(ring);
        return async () => void rings.delete(ring);
      },
    },
    store: {
      ...own.store,
      append,
      get: sessionOf,
      async read(sessionId, place, limit) {
        const session = await sessionOf(sessionId);
        if (session === null) return null;
        const entries = after(place).slice(0, limit);
        const drafts = entries.length < limit ? { revision: '', open: [] } : null;
        return { state: 'ok', born: session.born, end: session.end, entries, drafts };
      },
      async page(_sessionId, request) {
        const found = after(request.after ?? null);
        return {
          entries: found.slice(0, request.count),
          hasNext: found.length > request.count,
          hasPrevious: false,
        };
      },
      ends: async () => [{ entry: rows.at(-1)?.id ?? idOf(1), drafts: '' }],
    },
  };
}

function idOf(number: number): EntryId {
  return `${number}.00000000` as EntryId;
}

function numberOf(id: EntryId | null): number {
  return Number(id?.split('.', 1)[0] ?? 0);
}

export function entryOf(number: number, item: NewItem, prev: EntryId | null): ItemEntry {
  return { kind: 'item', id: idOf(number), prev, at: Date.now(), item: storedOf(item) };
}

function storedOf({ raw, dialect, role, metadata, derived, status }: NewItem): StoredItem {
  return { raw, dialect, role, metadata, derived, status, agent: null, toolName: null, handoff: false };
}
