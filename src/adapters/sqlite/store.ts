import type { SessionStore } from '../../core/store.ts';
import { appendSteps, recallAppend } from './append.ts';
import type { Context } from './change.ts';
import { createCommitGroup } from './commit-group.ts';
import { createSession } from './create.ts';
import { getSession, readDrafts, readEnds } from './current.ts';
import { appendToDraft, startDraft } from './draft-writes.ts';
import { clearSession, deleteSession, updateSession } from './edit.ts';
import { eraseUser } from './erase.ts';
import { forkSession } from './fork.ts';
import { listSessions } from './list.ts';
import { IN_MEMORY, openDatabase } from './open.ts';
import { readPage } from './pages.ts';
import { popItem } from './pop.ts';
import { readItem, readLog } from './read.ts';
import { restoreSession } from './restore.ts';
import { trimmed } from './trimming.ts';

export interface SqliteStoreOptions extends Omit<Context, 'db' | 'draftIdleMs'> {
  /** A file, made with its folder if need be, or `:memory:`. One process at a time should write to it. */
  readonly path: string;
  /** Milliseconds without a write after which a draft is abandoned; absent: a minute. */
  readonly draftIdleMs?: number;
}

const DRAFT_IDLE_MS = 60_000;

/**
 * Sessions in one SQLite file. The driver works synchronously, so calls do not overlap; the methods are async so that
 * their errors reject, and so that writes of one turn share a commit.
 * @throws StoreUnavailableError when the file cannot be opened, or was written by a newer version.
 */
export function createSqliteStore({
  path,
  draftIdleMs = DRAFT_IDLE_MS,
  ...options
}: SqliteStoreOptions): SessionStore {
  const db = openDatabase(path);
  const context: Context = { db, draftIdleMs, ...options };
  const { clock } = options;
  const group = createCommitGroup(context);
  return {
    create: (session) => group.write((held) => createSession(held, session)),
    get: async (id) => getSession(context, id),
    list: async (userId, page) => listSessions(context, userId, page),
    append: (write) => group.write((held) => appendSteps(held, write)),
    recall: async (write) => recallAppend(context, write),
    fork: (wanted) => group.write((held) => forkSession(held, wanted)),
    restore: (session, batches) => restoreSession(context, session, batches),
    update: async (write) => trimmed(context, await group.write((held) => updateSession(held, write))),
    pop: (write) => group.write((held) => popItem(held, write)),
    startDraft: (write) => group.write((held) => startDraft(held, write)),
    appendToDraft: (write) => group.write((held) => appendToDraft(held, write)),
    drafts: async (sessionId) => readDrafts(context, sessionId),
    clear: (write) => group.write((held) => clearSession(held, write)),
    delete: (write) => group.write((held) => deleteSession(held, write)),
    erase: (userId, onErased) => eraseUser(context, userId, onErased),
    page: async (sessionId, request) => readPage(context, sessionId, request),
    item: async (sessionId, entry) => readItem(context, sessionId, entry),
    read: async (sessionId, after, limit) => readLog(context, sessionId, after, limit),
    ends: async (sessionIds) => readEnds(context, sessionIds),
    // Within one process no doorbell is lost that a signature would have to make up for.
    listSignatures: async (userIds) => userIds.map(() => ''),
    check: async () =>
      db.write(() => {
        db.run('INSERT OR REPLACE INTO probe (id, at) VALUES (1, ?)', clock.now());
      }),
    close: async () => {
      await group.settled();
      db.close();
    },
  };
}

/** What an acknowledged write is worth, in words. */
export function durability(path: string): string {
  return path === IN_MEMORY
    ? 'nothing outlives the process'
    : 'every acknowledged write is on disk (WAL, synchronous=FULL)';
}
