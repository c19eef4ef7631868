import { CodedError } from '../core/errors.ts';
import type { SessionStore } from '../core/store.ts';
import type { Tracing } from '../core/tracing.ts';

/** Hears of calls of the store; it is quick, and never throws. */
export interface StoreMetrics {
  /** @param outcome OK, or the code of the error. */
  call(method: keyof SessionStore, outcome: string, durationMs: number): void;
  /** A write added so many items to a log. */
  appended(items: number): void;
}

export interface MeasuredStoreOptions {
  readonly metrics: StoreMetrics;
  /** null: calls are not traced. */
  readonly tracing: Tracing | null;
  /** Milliseconds since some moment, never backwards. */
  readonly elapsed: () => number;
}

/** The same store, with every call counted, timed and, within a request that is traced, shown in its trace. */
export function measuredStore(
  store: SessionStore,
  { metrics, tracing, elapsed }: MeasuredStoreOptions,
): SessionStore {
  const timed = async <T>(method: keyof SessionStore, call: () => Promise<T>): Promise<T> => {
    const begun = elapsed();
    try {
      const result = await call();
      metrics.call(method, 'OK', elapsed() - begun);
      return result;
    } catch (error) {
      metrics.call(
        method,
        error instanceof CodedError ? error.code : 'INTERNAL_SERVER_ERROR',
        elapsed() - begun,
      );
      throw error;
    }
  };
  const measured = <T>(method: keyof SessionStore, call: () => Promise<T>): Promise<T> =>
    tracing === null ? timed(method, call) : tracing.part(`store ${method}`, () => timed(method, call));
  return {
    create: (session) => measured('create', () => store.create(session)),
    get: (id) => measured('get', () => store.get(id)),
    list: (userId, page) => measured('list', () => store.list(userId, page)),
    async append(write) {
      const written = await measured('append', () => store.append(write));
      metrics.appended(written.entries.length);
      return written;
    },
    recall: (write) => measured('recall', () => store.recall(write)),
    fork: (wanted) => measured('fork', () => store.fork(wanted)),
    restore: (session, batches) => measured('restore', () => store.restore(session, batches)),
    update: (write) => measured('update', () => store.update(write)),
    pop: (write) => measured('pop', () => store.pop(write)),
    startDraft: (write) => measured('startDraft', () => store.startDraft(write)),
    appendToDraft: (write) => measured('appendToDraft', () => store.appendToDraft(write)),
    drafts: (id) => measured('drafts', () => store.drafts(id)),
    clear: (write) => measured('clear', () => store.clear(write)),
    delete: (write) => measured('delete', () => store.delete(write)),
    erase: (userId, onErased) => measured('erase', () => store.erase(userId, onErased)),
    page: (id, request) => measured('page', () => store.page(id, request)),
    item: (id, entry) => measured('item', () => store.item(id, entry)),
    read: (id, after, limit) => measured('read', () => store.read(id, after, limit)),
    ends: (ids) => measured('ends', () => store.ends(ids)),
    listSignatures: (userIds) => measured('listSignatures', () => store.listSignatures(userIds)),
    check: () => measured('check', () => store.check()),
    close: () => store.close(),
  };
}
