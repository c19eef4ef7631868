import { itemIdOf, type EntryId } from '../cursor.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { ItemEntry } from '../log.ts';
import type { Session } from '../session.ts';
import type { SessionStore } from '../store.ts';
import type { LogRead, SessionPlace } from '../store-reads.ts';
import {
  EXPORT_FORMAT,
  EXPORT_VERSION,
  type EndLine,
  type ExportHeader,
  type ItemLine,
  type SessionLine,
} from './format.ts';

export interface ExportOptions {
  readonly store: SessionStore;
  /** Which session, or all of a user. */
  readonly of: { readonly session: string } | { readonly user: string };
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Entries that are read at once; a read ends sooner when they are large. */
const READ_ENTRIES = 500;
const PAGE_SESSIONS = 100;
/** How often a session is begun anew that others take items from while it is read. */
const TRIES = 5;

/**
 * The lines of an export, without line breaks. Of a session all that its log held at the moment of its line; messages that are being written are not in the log.
 * @throws NotFoundError when there is no such session; ConflictError when others never stop to take items from one;
 * StoreUnavailableError, StoreTimeoutError.
 */
export async function* exportLines({ store, of, now }: ExportOptions): AsyncGenerator<string> {
  const header = { format: EXPORT_FORMAT, version: EXPORT_VERSION, exportedAt: timeOf(now) } as const;
  yield JSON.stringify(header satisfies ExportHeader);
  let sessions = 0;
  if ('session' in of) {
    if (!(yield* sessionLines(store, of.session))) throw new NotFoundError();
    sessions = 1;
  } else {
    for await (const id of idsOf(store, of.user)) if (yield* sessionLines(store, id)) sessions++;
  }
  yield JSON.stringify({ end: { sessions } } satisfies EndLine);
}

/**
 * A user's sessions, each once, from the one that was active the longest ago: whatever is written to meanwhile moves to
 * where the walk has not been yet.
 */
async function* idsOf(store: SessionStore, userId: string): AsyncGenerator<string> {
  const met = new Set<string>();
  let before: SessionPlace | undefined;
  for (;;) {
    const { sessions } = await store.list(userId, { count: PAGE_SESSIONS, from: 'end', before });
    before = sessions[0];
    if (before === undefined) return;
    for (const { id } of sessions.toReversed()) {
      if (!met.has(id)) yield id;
      met.add(id);
    }
  }
}

/** Whether there was one. */
async function* sessionLines(store: SessionStore, id: string): AsyncGenerator<string, boolean> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const session = await store.get(id);
    if (session === null) return false;
    yield sessionLine(session);
    if (!(yield* itemLines(store, session))) continue;
    yield JSON.stringify({ end: { items: session.itemCount } } satisfies EndLine);
    return true;
  }
  throw new ConflictError(`Others keep taking items from the session ${id}. Try again later.`);
}

/** Whether they were all that the snapshot counts: not when items went meanwhile that had not been read yet. */
async function* itemLines(store: SessionStore, session: Session): AsyncGenerator<string, boolean> {
  const { id, born, end, itemCount } = session;
  let items = 0;
  let after: EntryId | null = null;
  for (;;) {
    const read: LogRead | null = await store.read(id, after, READ_ENTRIES);
    if (read?.state !== 'ok' || read.born !== born) return false;
    for (const entry of read.entries) {
      if (entry.kind === 'item') {
        items++;
        yield itemLine(id, entry);
      }
      if (entry.id === end) return items === itemCount;
      after = entry.id;
    }
    if (after === read.end || read.entries.length === 0) return false;
  }
}

function sessionLine(session: Session): string {
  const { id, userId, title, metadata, expiresAfter, maxItems, currentAgent, agentsUsed } = session;
  const { messageCount, itemCount, createdAt, updatedAt } = session;
  return JSON.stringify({
    session: {
      ...{ id, userId, title, metadata, expiresAfter, maxItems, currentAgent, agentsUsed },
      ...{ messageCount, itemCount, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) },
    },
  } satisfies SessionLine);
}

/** The raw item goes in as the text that it is: it is neither read nor made anew. */
function itemLine(sessionId: string, { id, at, item }: ItemEntry): string {
  const { dialect, agent, toolName, status, derived, handoff, metadata, raw } = item;
  const told = { id: itemIdOf(sessionId, id), createdAt: timeOf(at), dialect, agent, toolName };
  const rest = { ...told, status, derived, handoff } satisfies Omit<ItemLine['item'], 'metadata' | 'raw'>;
  const head = JSON.stringify(rest).slice(0, -1);
  return `{"item":${head},"metadata":${metadata},"raw":${raw}}}`;
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
