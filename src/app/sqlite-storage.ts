import type { Logger } from 'pino';
import { createMemoryLive } from '../adapters/memory/live.ts';
import { createMemoryRates } from '../adapters/memory/rates.ts';
import { createSqliteStore, durability } from '../adapters/sqlite/store.ts';
import type { StoreConfig } from '../config.ts';
import { newMark } from './marks.ts';
import type { Storage } from './storage.ts';
import { systemClock } from './system-clock.ts';

export function openSqliteStorage(
  { path }: Extract<StoreConfig, { readonly kind: 'sqlite' }>,
  log: Logger,
): Storage {
  const { live, ring, ringList } = createMemoryLive({
    onError: (error) => log.error({ err: error }, 'A listener threw'),
  });
  const store = createSqliteStore({
    path,
    clock: systemClock,
    newMark,
    announce: ring,
    announceList: ringList,
  });
  const promise = `SQLite ${path === ':memory:' ? 'in memory' : path}: ${durability(path)}`;
  return {
    store,
    live,
    rates: createMemoryRates(systemClock),
    describe: async () => promise,
    inspect: async () => [{ ok: true, text: `${promise}.` }],
  };
}
