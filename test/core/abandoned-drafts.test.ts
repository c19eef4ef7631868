import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/core/access.ts';
import { DraftEndings } from '../../src/core/draft-endings.ts';
import { Drafting } from '../../src/core/drafting.ts';
import { LIMITS } from '../../src/core/limits.ts';
import type { SessionEvent } from '../../src/core/session-event.ts';
import { Sessions } from '../../src/core/sessions.ts';
import { Watching } from '../../src/core/watching.ts';
import { expectCode, sessionNow } from '../contract/store-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { until } from '../support/until.ts';
import { openFeed, type FeedUnderTest } from './feed-under-test.ts';

const SERVICE: Viewer = { kind: 'SERVICE', userId: 'ada' };
const MINUTE = 60_000;

describe('a draft that nobody writes to for a minute', () => {
  let feed: FeedUnderTest;
  let drafting: Drafting;
  let endings: DraftEndings;
  let watching: Watching;
  let stop: () => Promise<unknown>;
  let events: SessionEvent[];
  let count = 0;

  /** `s` is watched. */
  beforeEach(async () => {
    feed = await openFeed();
    const { store, feeds, lists } = feed;
    const options = { store, limits: LIMITS, newId: () => `draft${count++}`, digest: (text: string) => text };
    drafting = new Drafting(options);
    endings = new DraftEndings(options);
    watching = new Watching({ sessions: new Sessions(options), feeds, lists });
    const stream = await watching.events(SERVICE, 's', null);
    events = [];
    stop = async () => stream.return?.();
    void (async () => {
      for await (const event of stream) events.push(event);
    })();
    await until('it has caught up', () => events.length === 1);
  });
  afterEach(async () => {
    await stop();
    await feed.close();
  });

  const begin = async (text: string, given: object = {}) => {
    const { id: draftId } = await drafting.start(SERVICE, { sessionId: 's', ...given });
    const draft = { sessionId: 's', draftId };
    if (text !== '') await drafting.append(SERVICE, { ...draft, text, offset: 0 });
    return draft;
  };
  const last = async (count: number): Promise<readonly SessionEvent[]> => {
    await eventually(() => expect(events.length).toBeGreaterThanOrEqual(count + 1));
    return events.slice(-count);
  };

  it('is told to those who watch as an interrupted message, though nobody else is there', async () => {
    const draft = await begin('so f', { agent: 'guide' });
    await drafting.append(SERVICE, { ...draft, text: 'hm', offset: 0, channel: 'REASONING' });
    await last(3);
    feed.elapse(MINUTE);
    expect((await last(6)).slice(3)).toMatchObject([
      { type: 'ItemAdded', finishesDraft: null, item: { entry: { item: { handoff: true } } } },
      { type: 'ItemAdded', finishesDraft: null },
      {
        type: 'ItemAdded',
        finishesDraft: draft.draftId,
        item: { entry: { item: { status: 'INTERRUPTED' } } },
      },
    ]);
    expect(await sessionNow(feed.store)).toMatchObject({ currentAgent: 'guide', itemCount: 3 });
  });

  it('is told as dropped when nothing was written', async () => {
    const draft = await begin('');
    await last(1);
    feed.elapse(MINUTE);
    expect(await last(2)).toMatchObject([
      { type: 'DraftStarted' },
      { type: 'DraftCancelled', draftId: draft.draftId },
    ]);
    expect((await sessionNow(feed.store)).itemCount).toBe(0);
  });

  it('can be neither written to nor finished, and is cancelled as what it has become', async () => {
    const draft = await begin('so f');
    feed.elapse(MINUTE);
    await expectCode(drafting.append(SERVICE, { ...draft, text: 'ar', offset: 4 }), 'NOT_FOUND');
    await expectCode(endings.finish(SERVICE, draft), 'NOT_FOUND');
    await expectCode(endings.finish(SERVICE, { ...draft, idempotencyKey: 'k' }), 'NOT_FOUND');
    const { message } = await endings.cancel(SERVICE, { ...draft, keep: false });
    expect(message?.item).toMatchObject({ status: 'INTERRUPTED' });
    expect((await sessionNow(feed.store)).itemCount).toBe(1);
  });

  it('goes on as long as it is written to, be it with what is there already', async () => {
    const draft = await begin('so f');
    for (let minutes = 0; minutes < 5; minutes++) {
      feed.elapse(MINUTE - 1);
      await drafting.append(SERVICE, { ...draft, text: 'so f', offset: 0 });
    }
    expect((await drafting.read('s', draft.draftId))?.text).toBe('so f');
    feed.elapse(MINUTE - 1);
    const { message } = await endings.finish(SERVICE, draft);
    expect(message.item.status).toBe('COMPLETED');
  });
});
