import type { ErasedSession } from './erased.ts';
import type { Digest } from './once.ts';
import type { RateStore } from './rates.ts';
import type { SessionStore } from './store.ts';

/** What was erased, for who asked for it and for who has to show it. It names no session and holds nothing of what was said. */
export interface ErasureReceipt {
  readonly receipt: 'agent-sessions erasure';
  readonly version: 1;
  readonly userId: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Whether nothing was found at last. false: sessions kept being made for the user meanwhile, and some are there. */
  readonly complete: boolean;
  readonly sessions: number;
  readonly items: number;
  /** What else was kept under the user's name. */
  readonly records: number;
  /** Of the ids of the sessions, in order, a line each: who has the ids can tell that these were erased. */
  readonly sessionsDigest: string;
  /** Where parts of it may still be, which the store cannot reach. */
  readonly remains: readonly string[];
}

export interface ErasureOptions {
  readonly store: SessionStore;
  readonly rates: RateStore;
  readonly userId: string;
  /** Whom the rates know the user as. */
  readonly caller: string;
  readonly digest: Digest;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How often what is there is looked through while sessions are found. */
const ROUNDS = 5;

/**
 * Erases all that is kept of a user. After a failure it is to be run again; the receipt is of one run.
 * @throws StoreUnavailableError, StoreTimeoutError.
 */
export async function eraseUser(options: ErasureOptions): Promise<ErasureReceipt> {
  const { store, rates, userId, caller, digest, now } = options;
  const startedAt = now();
  const ids = new Set<string>();
  let [items, records, found] = [0, 0, 0];
  let remains: readonly string[] = [];
  const onErased = (session: ErasedSession): void => {
    found++;
    ids.add(session.id);
    items += session.items;
  };
  let sessions = 0;
  for (let round = 0; round < ROUNDS && (round === 0 || found > 0); round++) {
    sessions += found;
    found = 0;
    const rest = await store.erase(userId, onErased);
    records += rest.records;
    ({ remains } = rest);
  }
  await rates.forget(caller);
  return {
    receipt: 'agent-sessions erasure',
    version: 1,
    userId,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(now()).toISOString(),
    complete: found === 0,
    sessions: sessions + found,
    items,
    records,
    sessionsDigest: `sha256:${digest([...ids].toSorted().join('\n'))}`,
    remains,
  };
}
