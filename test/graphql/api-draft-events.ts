import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf, follow, type Follower, type Transport } from '../support/follow.ts';
import { WATCH } from '../support/watched-session.ts';
import type { Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const MESSAGES = `subscription ($sessionId: ID!) { messageAdded(sessionId: $sessionId, after: "0") { text status } }`;

/** An event without what every event has. */
const brief = ({ sessionId: _id, cursor: _cursor, ...event }: any): any => event;

export function draftEvents(api: Api): void {
  const calls = new DraftCalls(api);

  /** Follows from a place on, until it has caught up. */
  const watch = async (sessionId: string, transport: Transport = 'WebSocket', after?: string) => {
    const follower = follow(transport, api.endpoint, WATCH, { sessionId, after });
    await eventually(() => expect(eventsOf(follower).at(-1)?.__typename).toBe('CaughtUp'));
    return follower;
  };
  const events = (follower: Follower): any[] => eventsOf(follower).map(brief);
  /** What came since it had caught up, as soon as so many came. */
  const live = async (follower: Follower, count: number): Promise<any[]> => {
    const since = () => {
      const all = events(follower);
      return all.slice(all.findIndex(({ __typename }) => __typename === 'CaughtUp') + 1);
    };
    await eventually(() => expect(since().length).toBeGreaterThanOrEqual(count));
    return since();
  };

  /** Does one thing after the other, each when the last was told: what comes in quick succession may be told as one. */
  const tellOf = async (
    follower: Follower,
    things: readonly (readonly [() => Promise<unknown>, number])[],
  ) => {
    let count = (await live(follower, 0)).length;
    for (const [happen, events] of things) {
      await happen();
      count += events;
      await live(follower, count);
    }
    return live(follower, count);
  };

  it.each<Transport>(['WebSocket', 'SSE'])(
    'tell of a message while it is written, over %s',
    async (transport) => {
      const sessionId = await api.create();
      const follower = await watch(sessionId, transport);
      let draft = { sessionId, draftId: '' };
      const told = await tellOf(follower, [
        [async () => (draft = await calls.begin(sessionId, { agent: 'expert' })), 1],
        [() => calls.append(draft, 'hm', 0, 'REASONING'), 1],
        [() => calls.append(draft, 'Hel'), 1],
        [() => calls.append(draft, 'Hel'), 0],
        [() => calls.append(draft, 'ello', 1), 1],
        [() => api.write('finishMessage', { ...draft }), 3],
      ]);
      const { draftId } = draft;
      expect(told).toEqual([
        {
          __typename: 'DraftStarted',
          draft: { id: draftId, sessionId, role: 'ASSISTANT', agent: 'expert', text: '', reasoning: '' },
        },
        { __typename: 'DraftAppended', draftId, channel: 'REASONING', offset: 0, text: 'hm' },
        { __typename: 'DraftAppended', draftId, channel: 'TEXT', offset: 0, text: 'Hel' },
        { __typename: 'DraftAppended', draftId, channel: 'TEXT', offset: 3, text: 'lo' },
        {
          __typename: 'ItemAdded',
          finishesDraft: null,
          item: expect.objectContaining({ __typename: 'Handoff', to: 'expert' }),
        },
        {
          __typename: 'ItemAdded',
          finishesDraft: null,
          item: expect.objectContaining({ __typename: 'Reasoning' }),
        },
        {
          __typename: 'ItemAdded',
          finishesDraft: draftId,
          item: expect.objectContaining({ text: 'Hello', status: 'COMPLETED' }),
        },
      ]);
      for (const { __typename, cursor, sessionId: id } of eventsOf(follower)) {
        expect(id).toBe(sessionId);
        expect([__typename, cursor === null]).toEqual([__typename, __typename.startsWith('Draft')]);
      }
      await follower.stop();
    },
  );

  it.each<Transport>(['WebSocket', 'SSE'])(
    'bring a latecomer what was written so far, over %s',
    async (transport) => {
      const sessionId = await api.create();
      const cursor = await api.say(sessionId, 'question');
      const one = await calls.begun(sessionId, 'so far 😀');
      await calls.append(one, 'hm', 0, 'REASONING');
      const two = await calls.begin(sessionId, { role: 'USER' });
      const started = [
        { id: one.draftId, role: 'ASSISTANT', text: 'so far 😀', reasoning: 'hm' },
        { id: two.draftId, role: 'USER', text: '', reasoning: '' },
      ].map((draft) => ({ __typename: 'DraftStarted', draft: { sessionId, agent: null, ...draft } }));
      for (const [after, replayed] of [
        ['0', 1],
        [cursor, 0],
        [undefined, 0],
      ] as const) {
        const follower = await watch(sessionId, transport, after);
        expect(events(follower).slice(replayed)).toEqual([...started, { __typename: 'CaughtUp' }]);
        expect(eventsOf(follower).at(-1).cursor).toBe(cursor);
        await calls.append(one, 'so far 😀', 0);
        await follower.stop();
      }
      const follower = await watch(sessionId, transport, cursor);
      await calls.append(one, '!', 9);
      expect(await live(follower, 1)).toEqual([
        { __typename: 'DraftAppended', draftId: one.draftId, channel: 'TEXT', offset: 9, text: '!' },
      ]);
      await follower.stop();
    },
  );

  it('tell nothing of drafts that are over to who comes later, but for the item that one became', async () => {
    const sessionId = await api.create();
    const [dropped, kept, finished] = [
      await calls.begun(sessionId, 'dropped'),
      await calls.begun(sessionId, 'kept'),
      await calls.begun(sessionId, 'finished'),
    ];
    await api.write('cancelMessage', { ...dropped, keep: false });
    await api.write('cancelMessage', { ...kept });
    await api.write('finishMessage', { ...finished });
    const follower = await watch(sessionId, 'SSE', '0');
    expect(events(follower)).toMatchObject([
      { __typename: 'ItemAdded', finishesDraft: kept.draftId, item: { status: 'INTERRUPTED' } },
      { __typename: 'ItemAdded', finishesDraft: finished.draftId, item: { status: 'COMPLETED' } },
      { __typename: 'CaughtUp' },
    ]);
    await follower.stop();
  });

  it('say that a draft is over that became no message', async () => {
    const sessionId = await api.create();
    const follower = await watch(sessionId);
    const ids: string[] = [];
    let draft = { sessionId, draftId: '' };
    const begin = async () => {
      draft = await calls.begin(sessionId);
      ids.push(draft.draftId);
    };
    const told = await tellOf(follower, [
      [begin, 1],
      [() => calls.append(draft, 'x'), 1],
      [() => api.write('cancelMessage', { ...draft, keep: false }), 1],
      [begin, 1],
      [() => api.write('cancelMessage', { ...draft }), 1],
      [begin, 1],
      [() => calls.append(draft, 'hm', 0, 'REASONING'), 1],
      [() => api.write('cancelMessage', { ...draft }), 2],
      [begin, 1],
      [() => api.write('addItems', { sessionId, items: [{ type: 'x' }], finishesDraft: draft.draftId }), 2],
    ]);
    expect(told.filter(({ __typename }) => __typename === 'DraftCancelled')).toEqual(
      ids.map((draftId) => ({ __typename: 'DraftCancelled', draftId })),
    );
    expect(told.filter(({ __typename }) => __typename === 'ItemAdded')).toMatchObject([
      { finishesDraft: null, item: { __typename: 'Reasoning' } },
      { finishesDraft: null, item: { __typename: 'OtherItem' } },
    ]);
    await follower.stop();
  });

  it('tell of an interrupted message as of one that finishes its draft', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'so f');
    const follower = await watch(sessionId);
    await api.write('cancelMessage', { ...draft });
    expect(await live(follower, 1)).toMatchObject([
      {
        __typename: 'ItemAdded',
        finishesDraft: draft.draftId,
        item: { text: 'so f', status: 'INTERRUPTED' },
      },
    ]);
    await follower.stop();
  });

  it('tell of items that end a draft, the last message among them in its place', async () => {
    const sessionId = await api.create();
    const { draftId } = await calls.begun(sessionId, 'x');
    const follower = await watch(sessionId);
    const items = ['one', 'two'].map((content) => ({ role: 'assistant', content }));
    await api.write('addItems', { sessionId, items: [...items, { type: 'x' }], finishesDraft: draftId });
    expect(await live(follower, 3)).toMatchObject([
      { finishesDraft: null, item: { text: 'one' } },
      { finishesDraft: draftId, item: { text: 'two' } },
      { finishesDraft: null, item: { __typename: 'OtherItem' } },
    ]);
    await follower.stop();
  });

  it('drop all drafts with a clear, and begin new ones after it', async () => {
    const sessionId = await api.create();
    await calls.begun(sessionId, 'x');
    const follower = await watch(sessionId);
    await api.write('clearSession', { id: sessionId });
    const after = await calls.begun(sessionId, 'after');
    await eventually(() => {
      const told = events(follower).at(-1);
      expect(told.draft?.text ?? told.text).toBe('after');
    });
    const types = events(follower).map(({ __typename }) => __typename);
    expect(types.filter((type) => !['DraftCancelled', 'DraftAppended'].includes(type))).toEqual([
      'DraftStarted',
      'CaughtUp',
      'SessionCleared',
      'DraftStarted',
    ]);
    const latecomer = await watch(sessionId, 'SSE', '0');
    expect(events(latecomer)).toMatchObject([
      { __typename: 'SessionCleared' },
      { __typename: 'DraftStarted', draft: { id: after.draftId, text: 'after' } },
      { __typename: 'CaughtUp' },
    ]);
    await follower.stop();
    await latecomer.stop();
  });

  it('tell of no draft in a fork, nor that its messages were drafts', async () => {
    const sessionId = await api.create();
    await api.write('finishMessage', { ...(await calls.begun(sessionId, 'finished')) });
    await calls.begun(sessionId, 'open');
    const { session } = await api.write('forkSession', { id: sessionId }, 'session { id }');
    const follower = await watch(session.id, 'WebSocket', '0');
    expect(events(follower)).toMatchObject([
      { __typename: 'ItemAdded', finishesDraft: null, item: { text: 'finished' } },
      { __typename: 'CaughtUp' },
    ]);
    await follower.stop();
  });

  it('end with the session, whatever is being written', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x');
    const follower = await watch(sessionId);
    await calls.append(draft, 'y', 1);
    await api.write('deleteSession', { id: sessionId });
    await follower.done;
    expect(events(follower).at(-1)).toEqual({ __typename: 'SessionDeleted' });
    await follower.stop();
  });

  it('are none of messageAdded, which tells of what drafts became', async () => {
    const sessionId = await api.create();
    const follower = follow('WebSocket', api.endpoint, MESSAGES, { sessionId });
    await api.say(sessionId, 'question');
    const kept = await calls.begun(sessionId, 'kept');
    const dropped = await calls.begun(sessionId, 'dropped');
    const finished = await calls.begun(sessionId, 'finished');
    const instruction = await calls.begun(sessionId, 'x', { role: 'SYSTEM' });
    await calls.append(finished, 'hm', 0, 'REASONING');
    await api.write('cancelMessage', { ...dropped, keep: false });
    for (const draft of [instruction, finished]) await api.write('finishMessage', { ...draft });
    await api.write('cancelMessage', { ...kept });
    await api.say(sessionId, 'over');
    await eventually(() => expect(follower.results).toHaveLength(4));
    expect(follower.results.map(({ data }) => data.messageAdded)).toEqual([
      { text: 'question', status: 'COMPLETED' },
      { text: 'finished', status: 'COMPLETED' },
      { text: 'kept', status: 'INTERRUPTED' },
      { text: 'over', status: 'COMPLETED' },
    ]);
    await follower.stop();
  });
}
