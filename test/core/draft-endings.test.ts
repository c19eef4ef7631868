import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DraftEndings } from '../../src/core/draft-endings.ts';
import { LIMITS } from '../../src/core/limits.ts';
import type { Append, SessionStore } from '../../src/core/store.ts';
import { itemsOf } from '../contract/store-under-test.ts';
import { appendTo, startDraft } from '../support/drafts.ts';
import { openFeed, type FeedUnderTest } from './feed-under-test.ts';

const SERVICE = { kind: 'SERVICE', userId: 'local' } as const;
const DRAFT = { sessionId: 's', draftId: 'd' } as const;

describe('the end of a draft', () => {
  let feed: FeedUnderTest;
  /** Happens when the next end is about to be written, which was decided by what was read before. */
  let meanwhile: (() => Promise<unknown>) | undefined;
  let endings: DraftEndings;

  beforeEach(async () => {
    feed = await openFeed();
    const { store } = feed;
    const late: SessionStore = {
      ...store,
      append: async (write: Append) => {
        const first = meanwhile;
        meanwhile = undefined;
        await first?.();
        return store.append(write);
      },
    };
    endings = new DraftEndings({ store: late, limits: LIMITS, digest: (text) => text });
    await startDraft(store, 'd');
    await appendTo(store, 'd', 0, 'Hello');
  });
  afterEach(() => feed.close());

  it('has what was written while it was being made', async () => {
    meanwhile = () => appendTo(feed.store, 'd', 5, ' there');
    expect((await endings.finish(SERVICE, DRAFT)).message.item.raw).toContain('Hello there');
  });

  it('is the first of two with one key, though what it is made of came between them', async () => {
    const once = { ...DRAFT, idempotencyKey: 'k' };
    let first: unknown;
    meanwhile = async () => {
      await appendTo(feed.store, 'd', 0, 'thought', 'REASONING');
      first = (await endings.finish(SERVICE, once)).message;
    };
    expect((await endings.finish(SERVICE, once)).message).toEqual(first);
    expect(await itemsOf(feed.store)).toHaveLength(2);
  });

  it('is not found by the second of two without a key', async () => {
    meanwhile = () => endings.finish(SERVICE, DRAFT);
    await expect(endings.finish(SERVICE, DRAFT)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is the same for whoever cancels it while it is finished', async () => {
    let first: unknown;
    meanwhile = async () => (first = (await endings.finish(SERVICE, DRAFT)).message);
    expect((await endings.cancel(SERVICE, { ...DRAFT, keep: false })).message).toEqual(first);
  });

  it('is given up when the draft never stands still', async () => {
    let length = 5;
    const write = async () => {
      await appendTo(feed.store, 'd', length++, '.');
      meanwhile = write;
    };
    meanwhile = write;
    await expect(endings.finish(SERVICE, DRAFT)).rejects.toMatchObject({ code: 'CONFLICT' });
    meanwhile = undefined;
    expect((await endings.finish(SERVICE, DRAFT)).message.item.raw).toContain('Hello...');
  });

  it('finds nothing in a session that is deleted or cleared meanwhile', async () => {
    meanwhile = () => feed.store.clear({ sessionId: 's' });
    await expect(endings.finish(SERVICE, DRAFT)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await startDraft(feed.store, 'd');
    meanwhile = () => feed.store.delete({ sessionId: 's' });
    await expect(endings.cancel(SERVICE, DRAFT)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
