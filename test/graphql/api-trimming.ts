import { expect, it } from 'vitest';
import { eventsOf, follow, SESSION_EVENTS, type Transport } from '../support/follow.ts';
import { until } from '../support/until.ts';
import type { Api } from './api-under-test.ts';

const MESSAGES_ADDED = `subscription ($sessionId: ID!, $after: String) {
  messageAdded(sessionId: $sessionId, after: $after) { cursor }
}`;

const TRANSPORTS: readonly Transport[] = ['WebSocket', 'SSE'];

/** A session that keeps three items, of which five were written; and the cursors of all. */
async function trimmed(api: Api): Promise<{ readonly id: string; readonly cursors: readonly string[] }> {
  const id = await api.create({ maxItems: 3 });
  const cursors: string[] = [];
  for (const text of ['a', 'b', 'c', 'd', 'e']) cursors.push(await api.say(id, text));
  return { id, cursors };
}

async function textsOf(api: Api, id: string): Promise<readonly string[]> {
  return (await api.items(id, '... on Message { text }')).map(({ text }) => text);
}

export function trimming(api: Api): void {
  it('PROTOCOL 1.7: keeps as many items as the session says, the newest, and counts those', async () => {
    const { id } = await trimmed(api);
    expect(await textsOf(api, id)).toEqual(['c', 'd', 'e']);
    expect(await api.session(id, 'maxItems itemCount messageCount lastMessage { text }')).toEqual({
      maxItems: 3,
      itemCount: 3,
      messageCount: 3,
      lastMessage: { text: 'e' },
    });
  });

  it('PROTOCOL 1.7: keeps all without a limit, and when it is taken away', async () => {
    const fields = 'session { maxItems itemCount }';
    for (const input of [{}, { maxItems: null }]) {
      expect(await api.session(await api.create(input), 'maxItems')).toEqual({ maxItems: null });
    }
    const { id } = await trimmed(api);
    const renamed = await api.write('updateSession', { id, title: 'Plans' }, fields);
    expect(renamed.session).toEqual({ maxItems: 3, itemCount: 3 });
    const smaller = await api.write('updateSession', { id, maxItems: 1 }, fields);
    expect(smaller.session).toEqual({ maxItems: 1, itemCount: 1 });
    const free = await api.write('updateSession', { id, maxItems: null }, fields);
    expect(free.session).toEqual({ maxItems: null, itemCount: 1 });
    for (const text of ['f', 'g']) await api.say(id, text);
    expect(await textsOf(api, id)).toEqual(['e', 'f', 'g']);
  });

  it('PROTOCOL 3.6: refuses the cursors of what was trimmed to pages and forks', async () => {
    const { id, cursors } = await trimmed(api);
    for (const cursor of cursors.slice(0, 2)) {
      const page = `{ session(id: "${id}") { items(first: 1, after: "${cursor}") { nodes { id } } } }`;
      expect(await api.refusal(page)).toMatchObject({ code: 'CURSOR_EXPIRED' });
      expect(await api.refused('forkSession', { id, upTo: cursor })).toMatchObject({
        code: 'CURSOR_EXPIRED',
      });
    }
    const { session } = await api.write('forkSession', { id, upTo: cursors[3] }, 'session { id maxItems }');
    expect(session.maxItems).toBe(3);
    expect(await textsOf(api, session.id)).toEqual(['c', 'd']);
  });

  it.each(TRANSPORTS)(
    'PROTOCOL 3.6: tells a follower by %s, which goes on from the end',
    async (transport) => {
      const { id, cursors } = await trimmed(api);
      const follower = follow(transport, api.endpoint, SESSION_EVENTS, { sessionId: id, after: cursors[0] });
      await until('it has caught up', () => eventsOf(follower).length === 2);
      await api.say(id, 'f');
      await until('it is told of the new one', () => eventsOf(follower).length === 3);
      expect(eventsOf(follower)).toMatchObject([
        { __typename: 'ResyncRequired', reason: 'EXPIRED', cursor: cursors[4] },
        { __typename: 'CaughtUp', cursor: cursors[4] },
        { __typename: 'ItemAdded' },
      ]);
      await follower.stop();
    },
  );

  it.each(TRANSPORTS)('PROTOCOL 3.6: ends messageAdded by %s with CURSOR_EXPIRED', async (transport) => {
    const { id, cursors } = await trimmed(api);
    const follower = follow(transport, api.endpoint, MESSAGES_ADDED, { sessionId: id, after: cursors[0] });
    await follower.done;
    expect(follower.results).toMatchObject([{ errors: [{ extensions: { code: 'CURSOR_EXPIRED' } }] }]);
    await follower.stop();
  });

  it.each(TRANSPORTS)(
    'PROTOCOL 1.7: follows every item once by %s, from the oldest one kept',
    async (transport) => {
      const { id, cursors } = await trimmed(api);
      const follower = follow(transport, api.endpoint, SESSION_EVENTS, { sessionId: id, after: '0' });
      const added = () => eventsOf(follower).filter(({ __typename }) => __typename === 'ItemAdded');
      await until('it has caught up', () => eventsOf(follower).length === 4);
      expect(added().map(({ cursor }) => cursor)).toEqual(cursors.slice(2));
      const items = Array.from({ length: 7 }, (_, n) => ({ role: 'user', content: `${n}` }));
      for (const _ of [1, 2]) await api.write('addItems', { sessionId: id, items });
      await until('it has met all', () => added().length === 3 + 14);
      expect(new Set(added().map(({ cursor }) => cursor)).size).toBe(3 + 14);
      expect(eventsOf(follower).map(({ __typename }) => __typename)).not.toContain('ResyncRequired');
      await follower.stop();
    },
  );

  it('PROTOCOL 6.14: adds what is new of a result that begins with items that were trimmed', async () => {
    const sessionId = await api.create({ maxItems: 4 });
    const history: object[] = [];
    for (let turn = 1; turn <= 6; turn++) {
      history.push(
        { role: 'user', content: `ask ${turn}` },
        { role: 'assistant', content: `answer ${turn}` },
      );
      for (const added of [2, 0]) {
        const input = { sessionId, items: history, dialect: 'RESPONSES' };
        const stored = await api.write('storeAgentResult', input, 'items { raw } skipped');
        expect(stored.items).toHaveLength(added);
        expect(stored.skipped).toBe(history.length - added);
      }
    }
    expect(await textsOf(api, sessionId)).toEqual(['ask 5', 'answer 5', 'ask 6', 'answer 6']);
  });

  it('PROTOCOL 6.17: replaces the end of what is kept', async () => {
    const { id } = await trimmed(api);
    const expectedSuffix = await api.inputs(id);
    expect(expectedSuffix).toHaveLength(3);
    const replacement = [{ role: 'user', content: 'x' }];
    await api.write('replaceSuffix', { sessionId: id, expectedSuffix, replacement });
    expect(await textsOf(api, id)).toEqual(['x']);
  });

  it('gives agents no result whose call was trimmed', async () => {
    const sessionId = await api.create({ maxItems: 2 });
    const call = { type: 'function_call', callId: 'c', name: 'search', arguments: '{}' };
    const result = {
      type: 'function_call_result',
      callId: 'c',
      name: 'search',
      status: 'completed',
      output: 'done',
    };
    await api.write('addItems', { sessionId, items: [call, result] });
    expect(await api.inputs(sessionId)).toHaveLength(2);
    await api.say(sessionId, 'thanks');
    expect(await api.inputs(sessionId)).toMatchObject([{ content: 'thanks' }]);
  });

  it.each(['createSession', 'updateSession'] as const)('refuses a %s with a bad limit', async (operation) => {
    const id = operation === 'updateSession' ? await api.create() : undefined;
    for (const maxItems of [0, -1, 1_000_001, 2_147_483_647]) {
      expect(await api.refused(operation, { ...(id && { id }), maxItems })).toMatchObject({
        code: 'BAD_USER_INPUT',
        path: ['maxItems'],
        limit: 1_000_000,
        actual: maxItems,
      });
    }
  });
}
