import { CursorExpiredError } from './errors.ts';
import type { SessionStore } from './store.ts';
import type { ItemPage, ItemPageRequest } from './store-reads.ts';

/** No items, and none beside them. */
export const NOTHING: ItemPage = { entries: [], hasNext: false, hasPrevious: false };

/**
 * A page of a walk from the end of a log to its beginning: `before` is the first entry of the page that was read last.
 * When that has been trimmed since, so has all before it, and the page is empty. Throws as `SessionStore.page` does, but
 * no CursorExpiredError.
 */
export async function earlierItems(
  store: SessionStore,
  sessionId: string,
  request: ItemPageRequest,
): Promise<ItemPage> {
  try {
    return await store.page(sessionId, request);
  } catch (error) {
    if (error instanceof CursorExpiredError) return NOTHING;
    throw error;
  }
}
