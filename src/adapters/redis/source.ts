import type { Session } from '../../core/session.ts';
import type { Fork } from '../../core/store.ts';
import { decodeSession } from './codec.ts';
import type { StoreContext } from './context.ts';
import { runWrite } from './keeping.ts';
import { listOf, textOf } from './reply.ts';

/** What one read of a source may take: log entries, and bytes of items after which it ends. */
export interface BatchSize {
  readonly entries: number;
  readonly bytes: number;
}

/** How far a fork has read its source. */
export interface Progress {
  /** The source's first entry; '' before the first batch. */
  readonly born: string;
  /** The last entry to read; '': the log's end. */
  readonly upTo: string;
  /** The last item that was read; '' for none. */
  readonly item: string;
  /** The place after which to go on; '' at the beginning, and when all has been read. */
  readonly place: string;
}

export type SourceRead =
  | { readonly state: 'gone' | 'changed' }
  | { readonly state: 'expired'; readonly source: Session }
  | {
      readonly state: 'ok';
      /** As it was when this was read. */
      readonly source: Session;
      readonly upTo: string;
      readonly place: string;
      /** As XRANGE gives them. */
      readonly items: readonly unknown[];
      /** The agent that was current where the source's log begins, as JSON; '' for none. */
      readonly base: string;
    };

/** The next items of a fork's source; see scripts/read-fork.lua. */
export async function readSource(
  context: StoreContext,
  { sourceId, owner = '' }: Fork,
  { born, upTo, item, place }: Progress,
  size: BatchSize,
): Promise<SourceRead> {
  const limits = [String(size.entries), String(size.bytes)];
  const keys = context.keys.reading(sourceId);
  const reply = await runWrite(context, sourceId, (client) =>
    client.readFork(...keys, owner, upTo, born, item, place, ...limits),
  );
  const [state, snapshot, end, next, items, base] = listOf(reply);
  if (state === 'gone' || state === 'changed') return { state };
  const source = decodeSession(sourceId, snapshot).session;
  if (state === 'expired') return { state, source };
  return {
    state: 'ok',
    source,
    upTo: textOf(end),
    place: textOf(next),
    items: listOf(items),
    base: textOf(base),
  };
}
