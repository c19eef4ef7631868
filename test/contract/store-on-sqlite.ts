import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryLive } from '../../src/adapters/memory/live.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Doorbell, ListDoorbell } from '../../src/core/live.ts';
import type { StoreSettings, StoreUnderTest } from './store-under-test.ts';

/** A clock that stands still until it is told to go on. */
export interface HandClock extends Clock {
  elapse(ms: number): void;
}

export function handClock(now = Date.UTC(2030, 0, 1)): HandClock {
  return {
    now: () => now,
    every: () => () => {},
    elapse: (ms) => void (now += ms),
  };
}

/** Gives other marks with each call, in the order of their number. */
export function marks(): () => string {
  let count = 0;
  return () => (count++).toString(36).padStart(8, 'M');
}

export interface SqliteUnderTest extends StoreUnderTest {
  readonly clock: HandClock;
}

export interface SqliteSettings extends StoreSettings {
  readonly clock?: HandClock;
}

/** The SQLite store at that path, with the doorbells of this process. */
export function openSqlite(path: string, settings: SqliteSettings = {}): SqliteUnderTest {
  const { clock = handClock(), ...abandoning } = settings;
  const { live, ring, ringList } = createMemoryLive({
    onError: (error) => {
      throw error;
    },
  });
  const store = createSqliteStore({
    path,
    clock,
    newMark: marks(),
    announce: ring,
    announceList: ringList,
    ...abandoning,
  });
  return {
    store,
    losesDoorbells: false,
    clock,
    elapse: async (ms) => clock.elapse(ms),
    heard: async (sessionId) => {
      const bells: Doorbell[] = [];
      await live.listen(sessionId, (doorbell) => void bells.push(doorbell));
      return bells;
    },
    heardList: async (userId) => {
      const bells: ListDoorbell[] = [];
      await live.listenToList(userId, (doorbell) => void bells.push(doorbell));
      return bells;
    },
    close: async () => {
      await live.close();
      await store.close();
    },
  };
}

export interface TemporaryFolder {
  /** The path of a file in it, which is not made. */
  file(name: string): string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'agent-sessions-'));
  return { file: (name) => join(path, name), remove: () => rm(path, { recursive: true }) };
}
