import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ErasureOptions } from '../core/erasure.ts';
import { StoreUnavailableError } from '../core/errors.ts';
import type { ImportEnds } from '../core/import/importing.ts';
import type { RateStore } from '../core/rates.ts';
import type { SessionStore } from '../core/store.ts';
import { callerOfUser } from '../transport/auth/credential.ts';
import { digest } from './digest.ts';
import { openStorage } from './storage.ts';
import { systemClock } from './system-clock.ts';

/** A store that is opened for one command. */
export interface OpenedStore {
  readonly store: SessionStore;
  readonly close: () => Promise<void>;
}

/** What the erasure of a user needs, and its end. */
export interface OpenedErasure extends Omit<ErasureOptions, 'userId'> {
  readonly close: () => Promise<void>;
}

/**
 * Opens the store for a command that needs one that is there.
 * @throws StoreUnavailableError when there is no database.
 */
export async function openStore(config: Config, log: Logger): Promise<OpenedStore> {
  return openExisting(config, log);
}

/** Opens what the erasure of a user needs. Throws as `openStore` does. */
export async function openErasure(config: Config, user: string, log: Logger): Promise<OpenedErasure> {
  const opened = await openExisting(config, log);
  return { ...opened, caller: callerOfUser(user), digest, now: () => systemClock.now() };
}

/** Opens the store to bring in what was exported; a dry run makes no database file where there is none. */
export async function openRestore(
  config: Config,
  { dryRun }: { readonly dryRun: boolean },
  log: Logger,
): Promise<OpenedStore> {
  const absent = dryRun && isAbsent(config.store);
  return open(absent ? { ...config, store: { kind: 'sqlite', path: ':memory:' } } : config, log);
}

/** Opens both ends of an import; a dry run makes no database file where there is none. */
export async function openImport(
  config: Config,
  { from, dryRun }: { readonly from: string; readonly dryRun: boolean },
  log: Logger,
): Promise<ImportEnds> {
  const { createForeignHistories } = await import('../adapters/redis/foreign-histories.ts');
  const { store, close } = await openRestore(config, { dryRun }, log);
  const source = createForeignHistories(from);
  return {
    source,
    store,
    digest,
    async close() {
      await source.close();
      await close();
    },
  };
}

type Target = Config['store'];

function isAbsent(target: Target): boolean {
  return target.kind === 'sqlite' && !existsSync(target.path);
}

async function openExisting(
  config: Config,
  log: Logger,
): Promise<OpenedStore & { readonly rates: RateStore }> {
  const target = config.store;
  if (target.kind === 'sqlite' && isAbsent(target)) {
    throw new StoreUnavailableError(`There is no database ${target.path}. STORE_URL says where it is.`);
  }
  return open(config, log);
}

async function open(config: Config, log: Logger): Promise<OpenedStore & { readonly rates: RateStore }> {
  const { store, live, rates } = await openStorage(config.store, config.redis, log);
  return {
    store,
    rates,
    async close() {
      await live.close();
      await store.close();
    },
  };
}
