import type { Storage } from '../../src/app/storage.ts';
import type { Viewer } from '../../src/core/access.ts';
import { parseCursor, START, type EntryId } from '../../src/core/cursor.ts';
import { NotFoundError } from '../../src/core/errors.ts';
import type { FeedEvent } from '../../src/core/feed/feed-event.ts';
import type { Following } from '../../src/core/feed/following.ts';
import type { Doorbell } from '../../src/core/live.ts';
import type { ItemEntry } from '../../src/core/log.ts';
import { isChange, sessionEvent, type SessionEvent } from '../../src/core/session-event.ts';
import type { Session } from '../../src/core/session.ts';
import type { Sessions } from '../../src/core/sessions.ts';
import { Watching } from '../../src/core/watching.ts';
import { BellQueue } from './bell-queue.ts';

export interface Told {
  readonly session: Session;
  /** Where to begin; null: at the log's first entry. */
  readonly place: EntryId | null;
  readonly storage: Storage;
  /** All that doorbells bring is in here until it is taken. */
  readonly bells: BellQueue<Doorbell>;
}

/** How a broken server tells a session's story. */
export type Tell = (told: Told) => AsyncGenerator<FeedEvent>;

/** Watching without the product's feed. */
export class NaiveWatching extends Watching {
  readonly #sessions: Sessions;
  readonly #storage: Storage;
  readonly #tell: Tell;

  constructor(tell: Tell, storage: Storage, sessions: Sessions) {
    // The product's parts of it are never reached.
    super({ sessions, feeds: undefined as never, lists: undefined as never });
    this.#tell = tell;
    this.#storage = storage;
    this.#sessions = sessions;
  }

  override async events(
    viewer: Viewer,
    sessionId: string,
    after: string | null | undefined,
  ): Promise<Following<SessionEvent>> {
    const session = await this.#sessions.get(viewer, sessionId);
    if (session === null) throw new NotFoundError();
    const start = after === START ? null : parseCursor(sessionId, after ?? '', 'after');
    const place = after === null || after === undefined ? session.end : start;
    const bells = new BellQueue<Doorbell>();
    const events = eventsOf(sessionId, this.#tell({ session, place, storage: this.#storage, bells }), bells);
    // The transport takes any stream of events; only the type says that there is one kind of it.
    return events as unknown as Following<SessionEvent>;
  }
}

async function* eventsOf(
  sessionId: string,
  told: AsyncGenerator<FeedEvent>,
  bells: BellQueue<Doorbell>,
): AsyncGenerator<SessionEvent> {
  try {
    for await (const event of told) {
      const outward = isChange(event) ? null : sessionEvent(sessionId, event);
      if (outward !== null) yield outward;
    }
  } finally {
    bells.close();
  }
}

/** Everything after a place, up to the log's end; returns the last place. */
export async function* replay({ session, place, storage }: Told): AsyncGenerator<FeedEvent, EntryId | null> {
  let last = place;
  for (;;) {
    const read = await storage.store.read(session.id, last, 100);
    if (read?.state !== 'ok') return last;
    for (const entry of read.entries) {
      yield { kind: 'entry', entry };
      last = entry.id;
    }
    if (last === read.end || read.entries.length === 0) return last;
  }
}

/** The items that a doorbell brings. */
export function itemsIn(bell: Doorbell): ItemEntry[] {
  return bell === 'look'
    ? []
    : bell.changes.flatMap((change) =>
        change.kind === 'entry' && change.entry.kind === 'item' ? change.entry : [],
      );
}

/** Listens, replays the log, then tells what the doorbells bring, without a look at what was told. */
export async function* replayThenBells(told: Told): AsyncGenerator<FeedEvent> {
  const { session, storage, bells } = told;
  const leave = await storage.live.listen(session.id, (bell) => bells.put(bell));
  try {
    const last = yield* replay(told);
    yield { kind: 'caughtUp', at: last ?? session.end };
    for await (const bell of bells) {
      for (const entry of itemsIn(bell)) yield { kind: 'entry', entry };
    }
  } finally {
    await leave();
  }
}
