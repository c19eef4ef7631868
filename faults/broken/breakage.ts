import type { Storage } from '../../src/app/storage.ts';
import type { Sessions } from '../../src/core/sessions.ts';
import type { Watching } from '../../src/core/watching.ts';

/** What a broken server has in place of a part of the product; what is absent is the product's. */
export interface Breakage {
  readonly storage?: (own: Storage, env: Readonly<Record<string, string>>) => Storage;
  readonly watching?: (
    own: Watching,
    parts: { readonly storage: Storage; readonly sessions: Sessions },
  ) => Watching;
  /** Settings that differ. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds between looks at the watched sessions. */
  readonly pollMs?: number;
  /** Marks of entries, on SQLite. */
  readonly newMark?: () => string;
  /** WebSockets are served by graphql-ws alone, beside the product's pipeline. */
  readonly bareWebSocket?: boolean;
}
