import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSession, ConnectionState, SessionEvent, SessionEvents } from '../../src/client/index.ts';
import { eventsUpTo, rawOf } from './events-read.ts';
import { assistant, EVERY_KIND, user } from './sdk-items.ts';
import { serve, type Served, type Way } from './session-sources.ts';

describe.each<Way>(['in process', 'over HTTP'])('the events of a session %s', (way) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(way);
  });
  afterAll(() => served.close());

  const newSession = (): Promise<AgentSession> => served.sessions.create();

  it('begin with what happens from now on', async () => {
    const session = await newSession();
    await session.addItems([user('before')]);
    const events = session.events();
    expect(await eventsUpTo('CaughtUp', events)).toHaveLength(1);
    await session.addItems([user('after')]);
    expect((await eventsUpTo('ItemAdded', events)).map(rawOf)).toEqual([user('after')]);
    await events.return();
  });

  it('begin with the whole log after "0", then say that they have caught up, and go on', async () => {
    const session = await newSession();
    await session.addItems(EVERY_KIND);
    const events = session.events({ after: '0' });
    const replayed = await eventsUpTo('CaughtUp', events);
    expect(replayed.slice(0, -1).map(rawOf)).toEqual(EVERY_KIND);
    const { cursor } = replayed.at(-1) ?? {};
    expect(cursor).toBe((await session.info())?.cursor);
    await session.trackAgent('triage');
    await session.update({ title: 'New' });
    await session.popItem();
    await session.clear();
    const live = await eventsUpTo('SessionCleared', events);
    expect(live).toMatchObject([
      { __typename: 'ItemAdded', item: { __typename: 'Handoff', from: null, to: 'triage', agent: 'triage' } },
      { __typename: 'SessionUpdated', session: { title: 'New', currentAgent: 'triage' } },
      { __typename: 'ItemRemoved' },
      { __typename: 'ItemRemoved' },
      { __typename: 'SessionCleared' },
    ]);
    await events.return();
  });

  it('go on after the cursor of a message', async () => {
    const session = await newSession();
    await session.addItems([user('one')]);
    const [message] = await session.getMessages();
    await session.addItems([assistant('two')]);
    const events = session.events({ after: message?.cursor ?? '' });
    expect((await eventsUpTo('CaughtUp', events)).map(rawOf)).toEqual([assistant('two'), undefined]);
    await events.return();
  });

  it('give every item its type, and all that its type has', async () => {
    const session = await newSession();
    await session.addItems(EVERY_KIND);
    const events = session.events({ after: '0' });
    const items = (await eventsUpTo('CaughtUp', events)).flatMap((event) =>
      event.__typename === 'ItemAdded' ? [event.item] : [],
    );
    expect(new Set(items.map(({ __typename }) => __typename))).toEqual(
      new Set(['Message', 'ToolCall', 'ToolResult', 'Reasoning', 'OtherItem']),
    );
    for (const item of items) {
      expect(item).toMatchObject({ agent: null, metadata: {}, dialect: 'AGENTS_JS', derived: false });
      expect(item.id).toContain(':');
      expect(item.createdAt).toMatch(/Z$/);
    }
    expect(items.find(({ __typename }) => __typename === 'Message')).toMatchObject({
      status: 'COMPLETED',
      role: 'USER',
    });
    await events.return();
  });

  it('see what the same object began to write before, the making of the session included', async () => {
    const session = served.sessions.session(`begun-${way.replaceAll(' ', '-')}`);
    void session.addItems([user('one')]);
    const events = session.events({ after: '0' });
    void session.addItems([user('two')]);
    expect((await eventsUpTo('ItemAdded', events)).map(rawOf)).toEqual([user('one')]);
    expect((await eventsUpTo('ItemAdded', events)).map(rawOf).at(-1)).toEqual(user('two'));
    await events.return();
  });

  it('are NOT_FOUND, and make nothing, where there is no session', async () => {
    for (const after of ['0', undefined]) {
      const named = served.sessions.session('nobody').events(after === undefined ? {} : { after });
      await expect(named.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await named.next()).toEqual({ done: true, value: undefined });
      await expect(served.sessions.session().events().next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(served.sessions.load('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are refused after what is no cursor of the session', async () => {
    const session = await newSession();
    await expect(session.events({ after: 'rubbish' }).next()).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { path: ['after'] },
    });
  });

  it('end after SessionDeleted', async () => {
    const session = await newSession();
    const sessionId = await session.getSessionId();
    const states: ConnectionState[] = [];
    const events = session.events({ after: '0', onState: (state) => states.push(state) });
    await eventsUpTo('CaughtUp', events);
    await session.delete();
    const last: SessionEvent[] = [];
    for await (const event of events) last.push(event);
    expect(last).toEqual([{ __typename: 'SessionDeleted', sessionId, cursor: null }]);
    expect(states).toEqual(['connecting', 'live', 'closed']);
  });

  it('say that what was seen is gone when the session was made again', async () => {
    const session = await served.sessions.create({ id: `again-${way.replaceAll(' ', '-')}` });
    await session.addItems([user('old')]);
    const { cursor = '' } = (await session.info()) ?? {};
    await session.delete();
    const again = await served.sessions.create({ id: `again-${way.replaceAll(' ', '-')}` });
    const events = again.events({ after: cursor });
    expect(await eventsUpTo('CaughtUp', events)).toMatchObject([
      { __typename: 'ResyncRequired', reason: 'EXPIRED' },
      { __typename: 'CaughtUp' },
    ]);
    await again.addItems([user('new')]);
    expect((await eventsUpTo('ItemAdded', events)).map(rawOf)).toEqual([user('new')]);
    await events.return();
  });

  it('let a loop be left, which closes the connection', async () => {
    const session = await newSession();
    const states: ConnectionState[] = [];
    for await (const event of session.events({ after: '0', onState: (state) => states.push(state) })) {
      if (event.__typename === 'CaughtUp') break;
    }
    expect(states).toEqual(['connecting', 'live', 'closed']);
  });

  it('end at once when they are left while somebody waits for the next one', async () => {
    const session = await newSession();
    const events = session.events({ after: '0' });
    await eventsUpTo('CaughtUp', events);
    const waiting = [events.next(), events.next()];
    expect(await events.return()).toEqual({ done: true, value: undefined });
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('end with the block that uses them', async () => {
    const session = await newSession();
    let kept: SessionEvents;
    {
      await using events = session.events({ after: '0' });
      await eventsUpTo('CaughtUp', events);
      kept = events;
    }
    expect(await kept.next()).toEqual({ done: true, value: undefined });
  });

  it('reject with ABORTED when their signal fires, or that of the session', async () => {
    const created = await newSession();
    for (const which of ['events', 'session'] as const) {
      const controller = new AbortController();
      const { signal } = controller;
      const id = await created.getSessionId();
      const session = served.sessions.session(id, which === 'session' ? { signal } : {});
      const events = session.events({ after: '0', ...(which === 'events' ? { signal } : {}) });
      await eventsUpTo('CaughtUp', events);
      const waiting = events.next();
      controller.abort('enough');
      await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
      expect(await events.next()).toEqual({ done: true, value: undefined });
      await expect(created.events({ signal }).next()).rejects.toMatchObject({ code: 'ABORTED' });
    }
  });
});
