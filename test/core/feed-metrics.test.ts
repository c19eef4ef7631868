import { afterEach, describe, expect, it } from 'vitest';
import type { FeedMetrics } from '../../src/core/feed/feed-metrics.ts';
import { append } from '../contract/store-under-test.ts';
import { newSession, says } from '../support/samples.ts';
import { unreliableLive, type Fate, type UnreliableLive } from '../support/unreliable-live.ts';
import { until } from '../support/until.ts';
import { openFeed, type FeedUnderTest } from './feed-under-test.ts';
import { openList } from './watched-list.ts';

/** What was measured, in words, in order. */
function written(): FeedMetrics & { readonly words: string[] } {
  const words: string[] = [];
  return {
    words,
    caughtUp: (why) => void words.push(`caught up: ${why}`),
    told: (at) => void words.push(`told: ${at}`),
    missed: (of) => void words.push(`missed: ${of}`),
    lost: (reason) => void words.push(`lost: ${reason}`),
  };
}

let feed: FeedUnderTest | undefined;
afterEach(async () => {
  await feed?.close();
});

describe('what is measured of those who watch', () => {
  let fate: Fate = 'pass';
  let live: UnreliableLive | undefined;

  async function watched() {
    fate = 'pass';
    const metrics = written();
    const opened = await openFeed({ metrics, live: (real) => (live = unreliableLive(real, () => fate)) });
    feed = opened;
    const followed = await opened.follow();
    await until('what was expected', () => followed.events.length === 1);
    return { ...opened, followed, words: metrics.words };
  }

  it('is one read of the store, then how late each entry is', async () => {
    const { store, followed, words } = await watched();
    await append(store, 's', says('a'), says('b'));
    await until('what was expected', () => followed.entries.length === 2);
    expect(words).toEqual(['caught up: replay', ...followed.entries.map(({ at }) => `told: ${at}`)]);
  });

  it('is a missed doorbell when the look found what none has told by the next look', async () => {
    const { store, clock, followed, words } = await watched();
    fate = 'lose';
    await append(store, 's', says('a'));
    clock.tick();
    await until('what was expected', () => followed.entries.length === 1);
    expect(words.slice(1)).toEqual(['caught up: behind', expect.stringMatching('told')]);
    clock.tick();
    await until('what was expected', () => words.includes('missed: session'));
    fate = 'pass';
    await append(store, 's', says('b'));
    await until('what was expected', () => followed.entries.length === 2);
    clock.tick();
    await append(store, 's', says('c'));
    await until('what was expected', () => followed.entries.length === 3);
    expect(words.filter((word) => word.startsWith('missed'))).toHaveLength(1);
  });

  it('is none when the doorbell was only late', async () => {
    const { store, clock, followed, words } = await watched();
    fate = 'hold';
    await append(store, 's', says('a'));
    clock.tick();
    await until('what was expected', () => followed.entries.length === 1);
    live?.release();
    fate = 'pass';
    clock.tick();
    await append(store, 's', says('b'));
    await until('what was expected', () => followed.entries.length === 2);
    clock.tick();
    expect(words.join()).not.toContain('missed');
  });

  it('is a missed doorbell of a list in the same way', async () => {
    const metrics = written();
    const list = await openList({ metrics, live: (real) => unreliableLive(real, () => 'lose') });
    feed = list;
    const watch = await list.watch();
    await list.store.create(newSession({ id: 'new', userId: 'ada' }));
    list.clock.tick();
    await until('what was expected', () => watch.told.length === 1);
    expect(metrics.words).toEqual([]);
    list.clock.tick();
    await until('what was expected', () => metrics.words.length === 1);
    expect(metrics.words).toEqual(['missed: list']);
    await watch.stop();
  });
});
