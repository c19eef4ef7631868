import { expect, test } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { OpenDrafts } from '../../src/core/draft.ts';
import type { Doorbell, ListDoorbell, Moment } from '../../src/core/live.ts';
import type { ItemEntry, LogEntry } from '../../src/core/log.ts';
import type { Session } from '../../src/core/session.ts';
import type { AppendStep, Fork, SessionStore } from '../../src/core/store.ts';

/** How a test wants its store. */
export interface StoreSettings {
  /** Milliseconds without a write after which a draft is abandoned; absent: so long that no test sees it. */
  readonly draftIdleMs?: number;
}

/** An empty store, and what a test needs beside it. */
export interface StoreUnderTest {
  readonly store: SessionStore;
  /** Whether doorbells may be lost on their way: only then do signatures of lists have to tell of what was missed. */
  readonly losesDoorbells: boolean;
  /** Resolves when the store's clock has gone on by that many milliseconds. */
  elapse(ms: number): Promise<void>;
  /** Resolves when the session is listened to; the array fills as its doorbells ring. */
  heard(sessionId: string): Promise<Doorbell[]>;
  /** The same for the doorbells of a user's list. */
  heardList(userId: string): Promise<ListDoorbell[]>;
  close(): Promise<void>;
}

/** `it` of the contract: each test gets a store of its own, closed at its end. */
export function storeTest(open: () => Promise<StoreUnderTest>) {
  return test.extend<{ subject: StoreUnderTest; store: SessionStore }>({
    subject: async ({ task: _task }, use) => {
      const subject = await open();
      await use(subject);
      await subject.close();
    },
    store: async ({ subject }, use) => use(subject.store),
  });
}

export type StoreTest = ReturnType<typeof storeTest>;

/** Appends, and gives the entries that were added. */
export async function append(
  store: SessionStore,
  sessionId: string,
  ...steps: readonly AppendStep[]
): Promise<readonly ItemEntry[]> {
  return (await store.append({ sessionId, steps })).entries;
}

/** Forks session `s` into `f`. */
export function fork(store: SessionStore, given: Partial<Fork> = {}): Promise<Session> {
  return store.fork({ sourceId: 's', newId: 'f', ...given });
}

/** The session, which must exist. */
export async function sessionNow(store: SessionStore, sessionId = 's'): Promise<Session> {
  const session = await store.get(sessionId);
  if (session === null) throw new Error(`There is no session ${sessionId}.`);
  return session;
}

/** The drafts of the session, which must exist. */
export async function draftsNow(store: SessionStore, sessionId = 's'): Promise<OpenDrafts> {
  const drafts = await store.drafts(sessionId);
  if (drafts === null) throw new Error(`There is no session ${sessionId}.`);
  return drafts;
}

/** The state of the session, which must exist. */
export async function momentNow(store: SessionStore, sessionId = 's'): Promise<Moment> {
  const [moment] = await store.ends([sessionId]);
  if (!moment) throw new Error(`There is no session ${sessionId}.`);
  return moment;
}

/** The whole log, oldest first. */
export async function logOf(store: SessionStore, sessionId = 's'): Promise<readonly LogEntry[]> {
  return logAfter(store, sessionId, null);
}

/** The log after a place that must be known to it. */
export async function logAfter(
  store: SessionStore,
  sessionId: string,
  after: EntryId | null,
): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let place = after; ; place = at(entries, -1).id) {
    const read = await store.read(sessionId, place, 10_000);
    if (read?.state !== 'ok') throw new Error(`The place is ${read?.state ?? 'of no session'}.`);
    entries.push(...read.entries);
    if (read.entries.length === 0 || at(read.entries, -1).id === read.end) return entries;
  }
}

/** All items, oldest first. */
export async function itemsOf(store: SessionStore, sessionId = 's'): Promise<readonly ItemEntry[]> {
  const { end } = await sessionNow(store, sessionId);
  const items: ItemEntry[] = [];
  // A page of large items is shorter than asked for.
  for (let after: EntryId | undefined; ; after = items.at(-1)?.id) {
    const request = { count: 10_000, from: 'start', after, upTo: end } as const;
    const { entries, hasNext } = await store.page(sessionId, request);
    items.push(...entries);
    if (!hasNext) return items;
  }
}

/** The element at that index, which must be there; negative counts from the end. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list.at(index);
  if (element === undefined) throw new Error(`The list of ${list.length} has no element ${index}.`);
  return element;
}

export function expectCode(promise: Promise<unknown>, code: string): Promise<void> {
  return expect(promise).rejects.toMatchObject({ code });
}
