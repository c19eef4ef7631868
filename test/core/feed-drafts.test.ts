import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { FeedEvent } from '../../src/core/feed/feed-event.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { append, at, expectCode, sessionNow } from '../contract/store-under-test.ts';
import { appendTo, finish, startDraft } from '../support/drafts.ts';
import { answers, says } from '../support/samples.ts';
import { unreliableLive, type Fate } from '../support/unreliable-live.ts';
import { until } from '../support/until.ts';
import { openFeed, type FeedSettings, type FeedUnderTest } from './feed-under-test.ts';
import { WatchedDrafts } from './watched-drafts.ts';

const kinds = (events: readonly FeedEvent[]): string[] => events.map(({ kind }) => kind);

/** A watcher that waits for ever must be told as what led to it, before the test's own time is up. */
const BOUNDS = { numRuns: 60, interruptAfterTimeLimit: 25_000, markInterruptAsFailure: true };

describe('a reader of drafts', () => {
  const opened: FeedUnderTest[] = [];
  const open = async (settings?: FeedSettings): Promise<FeedUnderTest> => {
    const feed = await openFeed(settings);
    opened.push(feed);
    return feed;
  };
  afterEach(async () => {
    for (const feed of opened.splice(0)) await feed.close();
  });

  it('watches a message being written, and the item take its place', async () => {
    const { store, follow } = await open();
    const followed = await follow();
    await until('it waits', () => followed.events.length === 1);
    await startDraft(store, 'd');
    await appendTo(store, 'd', 0, 'Hel');
    await appendTo(store, 'd', 3, 'lo');
    const [entry] = await finish(store, 'd', answers('Hello'));
    await until('the item', () => followed.entries.length === 1);
    expect(followed.events.slice(1)).toMatchObject([
      { kind: 'draftStarted', draft: { id: 'd', text: '', reasoning: '' } },
      { kind: 'draftAppended', draftId: 'd', channel: 'TEXT', offset: 0, text: 'Hel' },
      { kind: 'draftAppended', draftId: 'd', channel: 'TEXT', offset: 3, text: 'lo' },
      { kind: 'entry', entry: { ...entry, finishesDraft: 'd' } },
    ]);
  });

  it('is given what was written before it came, after the replay and before it has caught up', async () => {
    const { store, follow } = await open();
    await append(store, 's', says('question'));
    await startDraft(store, 'd');
    await appendTo(store, 'd', 0, 'thinking', 'REASONING');
    await appendTo(store, 'd', 0, 'Hel');
    const followed = await follow(null);
    await until('it waits', () => followed.events.length === 4);
    await appendTo(store, 'd', 3, 'lo');
    await until('the rest', () => followed.events.length === 5);
    expect(followed.events.slice(1)).toMatchObject([
      { kind: 'entry' },
      { kind: 'draftStarted', draft: { id: 'd', text: 'Hel', reasoning: 'thinking' } },
      { kind: 'caughtUp' },
      { kind: 'draftAppended', channel: 'TEXT', offset: 3, text: 'lo' },
    ]);
  });

  it('is told when a draft is dropped, and when the history is cleared under it', async () => {
    const { store, follow } = await open();
    const followed = await follow();
    await until('it waits', () => followed.events.length === 1);
    await startDraft(store, 'dropped');
    await store.append({ sessionId: 's', steps: [], draft: { id: 'dropped' } });
    await startDraft(store, 'cleared');
    await store.clear({ sessionId: 's' });
    await until('all', () => followed.events.length === 6);
    expect(kinds(followed.events.slice(1, 4))).toEqual(['draftStarted', 'draftCancelled', 'draftStarted']);
    expect(kinds(followed.events.slice(4)).toSorted()).toEqual(['draftCancelled', 'entry']);
    await expectCode(appendTo(store, 'cleared', 0, 'x'), 'NOT_FOUND');
  });

  it('is given in one piece what many lost doorbells would have told', async () => {
    let lose = false;
    const { store, follow, clock } = await open({
      live: (live) => unreliableLive(live, () => (lose ? 'lose' : 'pass')),
    });
    const followed = await follow();
    await until('it waits', () => followed.events.length === 1);
    await startDraft(store, 'd');
    await appendTo(store, 'd', 0, 'a');
    await startDraft(store, 'gone');
    await until('both', () => followed.events.length === 4);
    lose = true;
    for (const [index, piece] of ['b', 'c', 'd'].entries()) await appendTo(store, 'd', index + 1, piece);
    await store.append({ sessionId: 's', steps: [], draft: { id: 'gone' } });
    clock.tick();
    await until('the rest', () => followed.events.length === 6);
    expect(followed.events.slice(4)).toEqual([
      { kind: 'draftCancelled', draftId: 'gone' },
      { kind: 'draftAppended', draftId: 'd', channel: 'TEXT', offset: 1, text: 'bcd' },
    ]);
  });

  it('is told a draft anew of which the store has lost what was told', async () => {
    const { store, feeds } = await open();
    await startDraft(store, 'd');
    await appendTo(store, 'd', 0, 'lost');
    const session = await sessionNow(store);
    const reader = await feeds.follow(session);
    const events = [await reader.next(), await reader.next()].map(({ value }) => value);
    expect(events).toMatchObject([{ kind: 'draftStarted', draft: { text: 'lost' } }, { kind: 'caughtUp' }]);
    const { drafts } = reader.position;
    const towards = (text: string) =>
      drafts.towards({
        revision: 'x',
        open: [{ id: 'd', role: 'ASSISTANT', agent: null, startedAt: 0, text, reasoning: '' }],
      });
    expect(towards('lo')).toMatchObject([
      { kind: 'draftCancelled', draftId: 'd' },
      { kind: 'draftStarted', draft: { text: 'lo' } },
    ]);
    expect(towards('lost')).toEqual([]);
    await reader.return();
  });
});

type Step =
  | { readonly do: 'start' | 'text' | 'reason' | 'finish' | 'drop'; readonly which: number }
  | { readonly do: 'say' | 'clear' | 'pop' | 'join' | 'tick' | 'breathe' | 'release' };

const onDraft = fc.record({
  do: fc.constantFrom(
    'start' as const,
    'text' as const,
    'text' as const,
    'reason' as const,
    'finish' as const,
    'drop' as const,
  ),
  which: fc.nat(5),
});
const other = fc
  .constantFrom(
    'say' as const,
    'pop' as const,
    'join' as const,
    'tick' as const,
    'breathe' as const,
    'release' as const,
    'clear' as const,
  )
  .map((done): Step => ({ do: done }));
const steps = fc.array(fc.oneof({ weight: 4, arbitrary: onDraft }, { weight: 2, arbitrary: other }), {
  minLength: 10,
  maxLength: 60,
});
const fates = fc.array(fc.constantFrom<Fate>('pass', 'pass', 'pass', 'lose', 'repeat', 'hold', 'look'), {
  minLength: 1,
  maxLength: 30,
});

it('gives every watcher every character once, wherever it joins and whatever becomes of the doorbells', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fates, async (todo, turns) => {
      let turn = 0;
      const holder: { release(): void } = { release() {} };
      const feed = await openFeed({
        live(live) {
          const unreliable = unreliableLive(live, () => turns[turn++ % turns.length] ?? 'pass');
          holder.release = unreliable.release;
          return unreliable;
        },
      });
      try {
        const followers = [await feed.follow(null)];
        const written = new Map<string, string>();
        let count = 0;
        for (const step of todo) {
          if (step.do === 'join') followers.push(await feed.follow());
          else if (step.do === 'release') holder.release();
          else if (step.do === 'tick') feed.clock.tick();
          else if (step.do === 'breathe') await new Promise((resolve) => setImmediate(resolve));
          else await write(feed.store, step, written, () => `d${count++}`);
        }
        holder.release();
        const { open: drafts } = at([await feed.store.drafts('s')], 0) ?? { open: [] };
        const expected = new Map(drafts.map(({ id, text, reasoning }) => [id, { text, reasoning }]));
        const { end } = await sessionNow(feed.store);
        const held = (): Map<string, unknown>[] =>
          followers.map(({ events }) => {
            const watched = new WatchedDrafts();
            for (const event of events) watched.take(event);
            return watched.open;
          });
        await until(
          'all have everything',
          () => {
            feed.clock.tick();
            return (
              followers.every(({ place }) => place === end) &&
              held().every((open) => sorted(open) === sorted(expected))
            );
          },
          3000,
        );
        for (const { reader, over } of followers) {
          await reader.return();
          await over;
        }
      } finally {
        await feed.close();
      }
    }),
    BOUNDS,
  );
});

/** What a step says, if there is a draft to do it to. */
async function write(
  store: SessionStore,
  step: Step,
  written: Map<string, string>,
  newId: () => string,
): Promise<void> {
  const open = (await store.drafts('s'))?.open ?? [];
  const draft = 'which' in step ? open[step.which % Math.max(1, open.length)] : undefined;
  switch (step.do) {
    case 'start':
      await startDraft(store, newId());
      return;
    case 'text':
      if (draft !== undefined) await appendTo(store, draft.id, draft.text.length, `${written.size}😀`);
      return;
    case 'reason':
      if (draft !== undefined) await appendTo(store, draft.id, draft.reasoning.length, 'hm', 'REASONING');
      return;
    case 'finish':
      if (draft !== undefined) await finish(store, draft.id, answers(draft.text));
      return;
    case 'drop':
      if (draft !== undefined) await store.append({ sessionId: 's', steps: [], draft: { id: draft.id } });
      return;
    case 'say':
      await append(store, 's', says('x'));
      return;
    case 'pop':
      await store.pop({ sessionId: 's' });
      return;
    case 'clear':
      await store.clear({ sessionId: 's' });
      return;
    default:
  }
}

const sorted = (drafts: ReadonlyMap<string, unknown>): string =>
  JSON.stringify([...drafts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
