import type { Viewer } from '../../src/core/access.ts';
import type { ListChange } from '../../src/core/feed/list-channel.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Sessions } from '../../src/core/sessions.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { Watching } from '../../src/core/watching.ts';
import { openFeed, type FeedSettings, type FeedUnderTest } from './feed-under-test.ts';

export const ADA: Viewer = { kind: 'USER', userId: 'ada' };

/** A subscriber to a list who takes each change as it comes. */
export interface ListWatch {
  /** `id` of a session that is gone, `id: title` of one that is there. */
  readonly told: readonly string[];
  readonly changes: readonly ListChange[];
  /** What ended it, if not the subscriber. */
  readonly over: Promise<unknown>;
  stop(): Promise<void>;
}

export interface ListUnderTest extends FeedUnderTest {
  readonly watching: Watching;
  /** Follows ada's list, as ada unless another viewer is given. */
  watch(after?: string | null, viewer?: Viewer, userId?: string): Promise<ListWatch>;
}

/** Lists on a real store in memory, whose signatures tell of every change of the newest hundred. */
export async function openList(settings: FeedSettings = {}): Promise<ListUnderTest> {
  const store = (real: SessionStore): SessionStore => {
    const signed: SessionStore = { ...real, listSignatures: (userIds) => signaturesOf(real, userIds) };
    return settings.store?.(signed) ?? signed;
  };
  const feed = await openFeed({ ...settings, store });
  const sessions = new Sessions({
    store: store(feed.store),
    limits: LIMITS,
    newId: () => 'new',
    digest: (text) => text,
  });
  const watching = new Watching({ sessions, feeds: feed.feeds, lists: feed.lists });
  return {
    ...feed,
    watching,
    watch: async (after, viewer = ADA, userId) => watchOf(await watching.list(viewer, userId, after)),
  };
}

async function signaturesOf(store: SessionStore, userIds: readonly string[]): Promise<readonly string[]> {
  const pages = userIds.map((userId) => store.list(userId, { count: 100, from: 'start' }));
  return (await Promise.all(pages)).map(({ sessions }) => sessions.map(({ end }) => end).join());
}

function watchOf(stream: AsyncIterableIterator<ListChange, undefined>): ListWatch {
  const changes: ListChange[] = [];
  const over = (async () => {
    for await (const change of stream) changes.push(change);
    return undefined;
  })().catch((error: unknown) => error);
  return {
    changes,
    get told() {
      return changes.map(({ sessionId, session }) =>
        session === null ? sessionId : `${sessionId}: ${session.title}`,
      );
    },
    over,
    async stop() {
      await stream.return?.();
      await over;
    },
  };
}
