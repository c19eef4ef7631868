import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { dataOf } from '../support/graphql-request.ts';
import { faultyFetch } from './faulty-fetch.ts';
import { assistant, call, result, user } from './sdk-items.ts';
import { serve, type Served } from './session-sources.ts';

describe('an AgentSession', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve('over HTTP');
  });
  afterAll(() => served.close());

  describe('that was only named', () => {
    it('sends nothing, is empty to read, and is made by its first write', async () => {
      const way = faultyFetch(served.app.app.fetch);
      const session = connect({ fetch: way.fetch }).session('lazy', { title: 'Lazy', metadata: { a: 1 } });
      expect(way.sent).toEqual([]);
      expect(await session.getItems()).toEqual([]);
      expect(await session.messageCount()).toBe(0);
      expect(await session.currentAgent()).toBeNull();
      expect(await session.getMetadata()).toEqual({});
      expect(await session.getMessages()).toEqual([]);
      expect(await session.toAgentInputs()).toEqual([]);
      expect(await session.info()).toBeNull();
      await expect(served.sessions.load('lazy')).rejects.toMatchObject({ code: 'NOT_FOUND' });

      await session.addItems([user('one')]);
      expect(await session.info()).toMatchObject({ id: 'lazy', title: 'Lazy', metadata: { a: 1 } });
    });

    it('is the session that exists, whatever its owner and title', async () => {
      await served.sessions.create({ id: 'there', userId: 'ada', title: 'Hers' });
      const session = served.sessions.session('there', { title: 'Other' });
      expect(await session.getSessionId()).toBe('there');
      await session.addItems([user('one')]);
      expect(await session.info()).toMatchObject({ userId: 'ada', title: 'Hers', messageCount: 1 });
    });

    it('exists once its id was asked for', async () => {
      expect(await served.sessions.session('asked').getSessionId()).toBe('asked');
      expect(await (await served.sessions.load('asked')).messageCount()).toBe(0);
    });

    it('takes one request for a write when it exists', async () => {
      const way = faultyFetch(served.app.app.fetch);
      await served.sessions.create({ id: 'one-request' });
      await connect({ fetch: way.fetch })
        .session('one-request')
        .addItems([user('one')]);
      expect(way.sent).toHaveLength(1);
    });

    it('is made once by simultaneous first calls', async () => {
      const session = served.sessions.session(undefined, { userId: 'at-once' });
      await Promise.all([
        session.getSessionId(),
        session.addItems([user('one')]),
        session.getSessionId(),
        session.trackAgent('triage'),
      ]);
      expect(await served.sessions.listConversations({ userId: 'at-once' })).toHaveLength(1);
      expect(await session.getItems()).toEqual([user('one')]);
    });

    it('is not made in order to be deleted', async () => {
      expect(await served.sessions.session(undefined, { userId: 'nobody' }).delete()).toBe(false);
      expect(await served.sessions.listConversations({ userId: 'nobody' })).toEqual([]);
    });
  });

  it('gets an id of 16 hex characters from the server', async () => {
    expect(await served.sessions.session().getSessionId()).toMatch(/^[0-9a-f]{16}$/);
    expect(await (await served.sessions.create()).getSessionId()).toMatch(/^[0-9a-f]{16}$/);
  });

  it('reaches the server with and without /graphql in the url', async () => {
    for (const url of [served.app.url, `${served.app.url}/`, served.app.endpoint]) {
      expect(await connect({ url }).session('urls').getItems()).toEqual([]);
    }
  });

  it('is made for the user of the connection, unless it names another', async () => {
    const sessions = connect({ url: served.app.url, userId: 'carol' });
    const own = await sessions.create();
    const other = await sessions.create({ userId: 'dave' });
    expect(await own.info()).toMatchObject({ userId: 'carol' });
    expect(await other.info()).toMatchObject({ userId: 'dave' });
    expect((await sessions.listConversations()).map(({ userId }) => userId)).toEqual(['carol']);
  });

  it('lists the conversations of a user, the most recently active first, page by page', async () => {
    const userId = 'lister';
    const ids = Array.from({ length: 130 }, (_, index) => `listed-${index}`);
    for (const id of ids) await served.sessions.create({ id, userId });
    await served.sessions.session('listed-7').addItems([user('one')]);
    const expected = ['listed-7', ...ids.filter((id) => id !== 'listed-7').toReversed()];
    const all = await served.sessions.listConversations({ userId, limit: 200 });
    expect(all[0]).toMatchObject({ id: 'listed-7', userId, messageCount: 1 });
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set(expected));
    const first = await served.sessions.listConversations({ userId });
    const second = await served.sessions.listConversations({
      userId,
      limit: 105,
      after: first.at(-1)?.listCursor ?? '',
    });
    expect([...first, ...second]).toEqual(all);
    expect([first.length, second.length]).toEqual([50, 80]);
  });

  it('adds messages, exchanges and agents, and reads them', async () => {
    const session = await served.sessions.create({ metadata: { channel: 'web' } });
    const message = await session.addMessage({ role: 'USER', text: 'one', metadata: { n: 1 } });
    expect(message).toMatchObject({ role: 'USER', text: 'one', metadata: { n: 1 }, status: 'COMPLETED' });
    await session.storeExchange({ userMessage: 'two', assistantResponse: 'three', agentName: 'triage' });
    await session.addMessage({ role: 'SYSTEM', text: 'unseen' });
    await session.trackAgent('billing');
    expect(await session.currentAgent()).toBe('billing');
    expect(await session.messageCount()).toBe(3);
    expect(await session.getMetadata()).toEqual({ channel: 'web' });
    expect((await session.getMessages()).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect((await session.getMessages(2)).map(({ text, agent }) => [text, agent])).toEqual([
      ['two', null],
      ['three', 'triage'],
    ]);
    expect(await session.getMessages(0)).toEqual([]);
    expect(await session.toAgentInputs({ messagesOnly: true, limit: 1 })).toEqual([assistant('three')]);
    expect(await session.toAgentInputs()).toHaveLength(4);
    expect(await session.info()).toMatchObject({ agentsUsed: ['triage', 'billing'], itemCount: 6 });
  });

  it('reads more messages than a page holds', async () => {
    const session = await served.sessions.create();
    await session.addItems(Array.from({ length: 2_100 }, (_, index) => user(`number ${index}`)));
    const messages = await session.getMessages();
    expect(messages.map(({ text }) => text)).toEqual(
      Array.from({ length: 2_100 }, (_, index) => `number ${index}`),
    );
    expect((await session.getMessages(1_001))[0]?.text).toBe('number 1099');
  });

  it('gives a limited history to a model without results whose calls were cut off', async () => {
    const session = await served.sessions.create();
    await session.addItems([user('one'), call('a'), result('a'), user('two')]);
    expect(await session.toAgentInputs({ limit: 2 })).toEqual([user('two')]);
    expect(await session.getItems(2)).toEqual([result('a'), user('two')]);
  });

  it('gives hand-offs to nobody as items, and counts no limit by them', async () => {
    const session = await served.sessions.create();
    await session.addItems([user('one')]);
    await session.trackAgent('triage');
    await session.addItems([user('two')]);
    await session.trackAgent('billing');
    expect(await session.getItems()).toEqual([user('one'), user('two')]);
    expect(await session.getItems(2)).toEqual([user('one'), user('two')]);
    expect(await session.getItems(3)).toEqual([user('one'), user('two')]);
    expect(await session.popItem()).toEqual(user('two'));
    expect(await session.currentAgent()).toBe('triage');
  });

  it('changes title, metadata and expiry', async () => {
    const session = await served.sessions.create({ title: 'Old', metadata: { a: 1, b: 2 } });
    const info = await session.update({ title: null, metadata: { a: null, c: 3 }, expiresAfter: 60 });
    expect(info).toMatchObject({ title: null, metadata: { b: 2, c: 3 } });
    expect(info.expiresAt).not.toBeNull();
  });

  it('keeps the newest items only, when that is asked for', async () => {
    const session = await served.sessions.create({ maxItems: 2, expiresAfter: null });
    await session.addItems([user('one'), user('two')]);
    await session.addItems([user('three')]);
    expect(await session.getItems()).toEqual([user('two'), user('three')]);
    expect(await session.info()).toMatchObject({ maxItems: 2, itemCount: 2, expiresAt: null });
    expect(await session.update({ maxItems: null })).toMatchObject({ maxItems: null, itemCount: 2 });
  });

  it('is emptied by clear, and keeps what it is', async () => {
    const session = await served.sessions.create({ title: 'Kept' });
    await session.storeExchange({ userMessage: 'two', assistantResponse: 'three', agentName: 'triage' });
    await session.clear();
    expect(await session.info()).toMatchObject({ title: 'Kept', itemCount: 0, currentAgent: null });
  });

  it('does what was asked once when the caller repeats it with a key', async () => {
    const session = await served.sessions.create();
    const input = { role: 'USER', text: 'one', idempotencyKey: 'my-key' } as const;
    expect((await session.addMessage(input)).id).toBe((await session.addMessage(input)).id);
    expect(await session.messageCount()).toBe(1);
    const created = await Promise.all(
      [1, 2].map(() => served.sessions.create({ idempotencyKey: 'same', userId: 'keys' })),
    );
    expect(await created[0]?.getSessionId()).toBe(await created[1]?.getSessionId());
  });

  it('has finished its writes at the end of `await using`, and removes nothing', async () => {
    {
      await using session = served.sessions.session('used');
      void session.addItems([user('one')]);
      void session.addItems([{ bad: true }]).catch(() => undefined);
    }
    const page = await dataOf(served.app.endpoint, '{ session(id: "used") { messageCount } }');
    expect(page.session.messageCount).toBe(1);
  });
});
