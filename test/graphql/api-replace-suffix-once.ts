import { expect, it } from 'vitest';
import { eventsOf, follow, SESSION_EVENTS } from '../support/follow.ts';
import { until } from '../support/until.ts';
import { WRITTEN } from './agent-items.ts';
import type { Api } from './api-under-test.ts';

const { user, answer } = WRITTEN.AGENTS_JS;
const REPLACED = 'items { id cursor raw agent } session { cursor itemCount currentAgent }';

export function replacingOnce(api: Api): void {
  const withItems = async (...items: readonly object[]): Promise<string> => {
    const sessionId = await api.create();
    await api.write('addItems', { sessionId, items });
    return sessionId;
  };

  it('answers a repeat with the first result, though the suffix is gone', async () => {
    const id = await withItems(user('one'), user('two'));
    const once = {
      sessionId: id,
      expectedSuffix: [user('two')],
      replacement: [answer('m', 'three')],
      idempotencyKey: 'key',
    };
    const first = await api.write('replaceSuffix', once, REPLACED);
    expect(await api.write('replaceSuffix', once, REPLACED)).toEqual(first);
    await api.write('popItem', { id });
    await api.write('clearSession', { id });
    const { items, session } = await api.write('replaceSuffix', once, REPLACED);
    expect([items, session.itemCount]).toEqual([first.items, 0]);
  });

  it('answers a repeat of one that moved hand-offs, and of one that only removed', async () => {
    for (const replacement of [[user('new')], []]) {
      const sessionId = await api.create();
      await api.write('storeExchange', {
        sessionId,
        userMessage: 'q',
        assistantResponse: 'a',
        agentName: 'x',
      });
      const expectedSuffix = await api.inputs(sessionId);
      const once = { sessionId, expectedSuffix, replacement, idempotencyKey: 'key' };
      const first = await api.write('replaceSuffix', once, REPLACED);
      expect(first.session.currentAgent).toBe('x');
      expect(await api.write('replaceSuffix', once, REPLACED)).toEqual(first);
      await api.write('trackAgent', { sessionId, agentName: 'y' });
      const { items } = await api.write('replaceSuffix', once, REPLACED);
      expect(items).toEqual(first.items);
    }
  });

  it('forgets one that was refused: its key can be used again', async () => {
    const id = await withItems(user('one'), user('two'));
    const once = {
      sessionId: id,
      expectedSuffix: [user('one')],
      replacement: [user('three')],
      idempotencyKey: 'key',
    };
    expect(await api.refused('replaceSuffix', once)).toMatchObject({ code: 'CONFLICT' });
    await api.write('popItem', { id });
    await api.write('replaceSuffix', once);
    expect(await api.inputs(id)).toEqual([user('three')]);
  });

  it('answers fifty at once with one key alike, from one write', async () => {
    for (let round = 0; round < 3; round++) {
      const id = await withItems(user('one'), user('two'));
      const once = {
        sessionId: id,
        expectedSuffix: [user('two')],
        replacement: [answer('m', 'three'), user('four')],
        idempotencyKey: 'key',
      };
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => api.write('replaceSuffix', once, REPLACED)),
      );
      expect(new Set(answers.map((given) => JSON.stringify(given))).size).toBe(1);
      expect(await api.inputs(id)).toEqual([user('one'), answer('m', 'three'), user('four')]);
    }
  });

  it('lets one of twenty through that all expect the same, and tells the others what is there', async () => {
    const id = await withItems(user('one'), user('two'));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        api.answer(
          'mutation ($input: ReplaceSuffixInput!) { replaceSuffix(input: $input) { session { cursor } } }',
          { input: { sessionId: id, expectedSuffix: [user('two')], replacement: [user(`mine ${n}`)] } },
        ),
      ),
    );
    const through = answers.filter(({ errors }) => errors === undefined);
    expect(through).toHaveLength(1);
    const { cursor } = await api.session(id, 'cursor');
    expect(through[0]?.data.replaceSuffix.session).toEqual({ cursor });
    for (const { errors } of answers) {
      if (errors) expect(errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', current: cursor });
    }
    expect(await api.inputs(id)).toHaveLength(2);
  });

  it('shows a follower what was removed, the newest first, then what was added', async () => {
    const id = await withItems(user('one'), user('two'));
    await api.write('trackAgent', { sessionId: id, agentName: 'x' });
    await api.say(id, 'three');
    const before = await api.items(id, 'id');
    const { cursor } = await api.session(id, 'cursor');
    const followers = (['WebSocket', 'SSE'] as const).map((transport) =>
      follow(transport, api.endpoint, SESSION_EVENTS, { sessionId: id, after: cursor }),
    );
    await until('both have caught up', () => followers.every(({ results }) => results.length > 0));
    const { items, session } = await api.write(
      'replaceSuffix',
      {
        sessionId: id,
        expectedSuffix: [user('two'), user('three')],
        replacement: [user('four'), user('five')],
      },
      REPLACED,
    );
    for (const follower of followers) {
      await until('all events have come', () => eventsOf(follower).at(-1)?.cursor === session.cursor);
      const [caughtUp, ...events] = eventsOf(follower);
      expect(caughtUp).toEqual({ __typename: 'CaughtUp', cursor });
      expect(events.map(({ __typename, itemId, item }) => [__typename, itemId ?? item.id])).toEqual([
        ...before
          .slice(1)
          .toReversed()
          .map(({ id: itemId }) => ['ItemRemoved', itemId]),
        ...items.map(({ id: itemId }: { id: string }) => ['ItemAdded', itemId]),
      ]);
      expect(new Set(events.map((event) => event.cursor)).size).toBe(events.length);
      await follower.stop();
    }
  });

  it('keeps the cursor of a replaced item good', async () => {
    const id = await withItems(user('one'), user('two'), user('three'));
    const [, replaced, last] = await api.items(id, 'id cursor');
    const { items } = await api.write(
      'replaceSuffix',
      { sessionId: id, expectedSuffix: [user('two'), user('three')], replacement: [user('new')] },
      REPLACED,
    );
    const page = (args: string) => api.items(id, 'id', args);
    expect(await page(`after: "${replaced.cursor}", first: 10`)).toEqual([{ id: items[0].id }]);
    expect(await page(`before: "${replaced.cursor}", last: 10`)).toHaveLength(1);
    expect(await api.ask('query ($id: ID!) { node(id: $id) { id } }', { id: replaced.id })).toEqual({
      node: null,
    });
    const follower = follow('WebSocket', api.endpoint, SESSION_EVENTS, {
      sessionId: id,
      after: replaced.cursor,
    });
    await until('it has caught up', () => eventsOf(follower).at(-1)?.__typename === 'CaughtUp');
    expect(
      eventsOf(follower).map(({ __typename, itemId, item }) => [__typename, itemId ?? item?.id]),
    ).toEqual([
      ['ItemRemoved', last.id],
      ['ItemRemoved', replaced.id],
      ['ItemAdded', items[0].id],
      ['CaughtUp', undefined],
    ]);
    await follower.stop();
    const { session } = await api.write(
      'forkSession',
      { id, upTo: replaced.cursor },
      'session { messages { nodes { text } } }',
    );
    expect(session.messages.nodes).toEqual([{ text: 'one' }]);
  });
}
