import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { diagnose, type Finding } from '../core/diagnosis.ts';
import { openAuthentication } from './authentication.ts';
import { openStorage } from './storage.ts';
import { elapsed, systemClock } from './system-clock.ts';
import { openTrustedDocuments } from './trusted-documents.ts';

/**
 * Looks at everything that the configuration names, as the server would use it. Makes the database file, and brings it up
 * to date, as the server would.
 * @throws ConfigError when a file that is named cannot be used; what the store throws, when it does not work.
 */
export async function* examine(config: Config, log: Logger): AsyncGenerator<Finding, void, void> {
  openTrustedDocuments(config.trustedDocuments);
  (await openAuthentication(config.auth, log)).close();
  if (config.auth.none) {
    yield { ok: true, text: 'Everyone who reaches the server may do everything (AUTH=none).' };
  }
  const { store, live, inspect } = await openStorage(config.store, config.redis, log);
  try {
    yield* await inspect();
    const newId = (): string => randomBytes(8).toString('hex');
    yield* diagnose({ store, live, clock: systemClock, newId, elapsed });
  } finally {
    await live.close();
    await store.close();
  }
}
