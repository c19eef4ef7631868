import type { SessionStore } from '../../core/store.ts';
import { checkWritable } from './check.ts';
import type { StoreContext } from './context.ts';
import { createSession } from './create.ts';
import { appendToDraft, drafts, startDraft } from './drafts.ts';
import { eraseUser } from './erase.ts';
import { forkSession } from './fork.ts';
import { createKeys } from './keys.ts';
import type { RedisLink } from './link.ts';
import { createListsAtHand } from './lists.ts';
import { readableParts } from './readable-parts.ts';
import { item, page, read } from './reads.ts';
import { restoreSession } from './restore.ts';
import { ends, get } from './snapshots.ts';
import { createSpreadLists } from './spread-lists.ts';
import { append, clear, pop, recall, remove, update } from './writes.ts';

export interface RedisStoreOptions {
  /** The connection for commands that `connectRedis` made; the store closes it. */
  readonly client: RedisLink;
  /** Eight random characters of 0-9, A-Z, a-z; asked once a write. */
  readonly newMark: () => string;
  /** Milliseconds after the last write to a draft until it counts as abandoned; 60,000. */
  readonly draftIdleMs?: number | undefined;
  /** What all keys begin with; `as`. */
  readonly prefix?: string | undefined;
}

/** The session store on Redis 7.0 or later, or Valkey, alone, with Sentinel or as a Cluster. What it promises of durability is what Redis below it does. */
export function createRedisStore(options: RedisStoreOptions): SessionStore {
  const { client, newMark, draftIdleMs = 60_000, prefix = 'as' } = options;
  const keys = createKeys(prefix);
  const lists = client.isSpread
    ? createSpreadLists({ link: client, keys })
    : createListsAtHand({ link: client, keys });
  const context: StoreContext = { link: client, keys, lists, newMark, draftIdleMs };
  return {
    create: (session) => createSession(context, session),
    get: (id) => get(context, id),
    list: (userId, request) => lists.page(userId, request),
    append: (write) => append(context, write),
    recall: (write) => recall(context, write),
    fork: (wanted) => forkSession(context, wanted),
    restore: (session, batches) => restoreSession(context, session, batches),
    update: (write) => update(context, write),
    pop: (write) => pop(context, write),
    startDraft: (write) => startDraft(context, write),
    appendToDraft: (write) => appendToDraft(context, write),
    drafts: (id) => drafts(context, id),
    clear: (write) => clear(context, write),
    delete: (write) => remove(context, write),
    erase: (userId, onErased) => eraseUser(context, userId, onErased),
    page: (id, request) => page(context, id, request),
    item: (id, entry) => item(context, id, entry),
    read: (id, after, limit) => read(context, id, after, limit),
    ends: (ids) => ends(context, ids),
    listSignatures: (userIds) => readableParts(userIds.map((userId) => lists.signature(userId))),
    check: () => checkWritable(client, `${prefix}:check`),
    async close() {
      lists.close();
      await client.close();
    },
  };
}
