import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf } from '../support/follow.ts';
import type { Subscriptions } from './subscription-under-test.ts';

const WATCH = `subscription ($sessionId: ID!, $after: String) {
  sessionEvents(sessionId: $sessionId, after: $after) {
    __typename
    cursor
    ... on DraftStarted { draft { id text } }
    ... on DraftAppended { draftId offset text }
    ... on DraftCancelled { draftId }
    ... on ItemAdded { finishesDraft item { ... on Message { text } } }
  }
}`;

export function drafts(subscriptions: Subscriptions): void {
  const { api } = subscriptions;

  it('are shown while they are written, to who joins late too, and have no place in the log', async () => {
    const sessionId = await api.create();
    const started = await api.ask(
      'mutation ($input: StartMessageInput!) { startMessage(input: $input) { draft { id } } }',
      { input: { sessionId } },
    );
    const draftId = started.startMessage.draft.id;
    const append = (offset: number, text: string): Promise<unknown> =>
      api.ask(
        'mutation ($input: AppendToMessageInput!) { appendToMessage(input: $input) { draft { id } } }',
        { input: { sessionId, draftId, offset, text } },
      );
    const first = subscriptions.follow(WATCH, { sessionId });
    await eventually(() => expect(first.results).toHaveLength(2));
    await append(0, 'Par');
    await eventually(() => expect(first.results).toHaveLength(3));
    const late = subscriptions.follow(WATCH, { sessionId });
    await eventually(() => expect(late.results).toHaveLength(2));
    await append(3, 'is.\n');
    await api.ask(
      'mutation ($input: FinishMessageInput!) { finishMessage(input: $input) { message { cursor } } }',
      { input: { sessionId, draftId } },
    );
    const finished = {
      __typename: 'ItemAdded',
      cursor: expect.any(String),
      finishesDraft: draftId,
      item: { text: 'Paris.\n' },
    };
    const appended = { __typename: 'DraftAppended', cursor: null, draftId };
    await eventually(() => {
      expect(eventsOf(first)).toEqual([
        { __typename: 'DraftStarted', cursor: null, draft: { id: draftId, text: '' } },
        { __typename: 'CaughtUp', cursor: expect.any(String) },
        { ...appended, offset: 0, text: 'Par' },
        { ...appended, offset: 3, text: 'is.\n' },
        finished,
      ]);
      expect(eventsOf(late)).toEqual([
        { __typename: 'DraftStarted', cursor: null, draft: { id: draftId, text: 'Par' } },
        { __typename: 'CaughtUp', cursor: expect.any(String) },
        { ...appended, offset: 3, text: 'is.\n' },
        finished,
      ]);
    });
    await first.stop();
    await late.stop();
  });
}
