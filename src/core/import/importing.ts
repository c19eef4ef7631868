import { ConversationImport, type ConversationImportOptions } from './conversation-import.ts';
import type { SessionStore } from '../store.ts';
import type { Digest } from '../once.ts';
import type { ForeignHistories } from './foreign.ts';
import { Tally, type ImportReport } from './tally.ts';
import { targetsOf } from './targets.ts';

/** Where an import reads and writes. */
export interface ImportEnds {
  readonly source: ForeignHistories;
  readonly store: SessionStore;
  /** SHA-256, base64url. */
  readonly digest: Digest;
  /** Closes both. */
  close(): Promise<void>;
}

export interface ImportOptions extends ConversationImportOptions {
  readonly onProgress: (progress: ImportProgress) => void;
}

export type ImportProgress =
  | { readonly phase: 'search'; readonly entries: number }
  | { readonly phase: 'import'; readonly entries: number; readonly total: number };

/**
 * Brings foreign histories into sessions, each record once, however often and with whatever interruptions it is run.
 * @throws StoreUnavailableError, StoreTimeoutError: run it again, it goes on.
 */
export async function importHistories(options: ImportOptions): Promise<ImportReport> {
  const { source, digest, dryRun, onProgress } = options;
  const tally = new Tally();
  const { conversations, strays } = await source.survey((entries) =>
    onProgress({ phase: 'search', entries }),
  );
  for (const { entry, reason } of strays) tally.skipEntry(reason, entry);
  const total = conversations.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  onProgress({ phase: 'import', entries: done, total });
  for (const target of targetsOf(conversations, digest)) {
    await new ConversationImport(options, target, tally).run((entries) => {
      done += entries;
      onProgress({ phase: 'import', entries: done, total });
    });
  }
  return tally.report({
    dryRun,
    conversations: conversations.length,
    entries: total + strays.length,
  });
}
