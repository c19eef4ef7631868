import { expect, it } from 'vitest';
import { ITEM, type Api } from './api-under-test.ts';

const AGENTS = 'session { currentAgent agentsUsed itemCount messageCount }';

/** What happened, in short: a hand-off as `from > to`, a message as its text, anything else as its type. */
async function story(api: Api, sessionId: string): Promise<string> {
  const kept = await api.items(sessionId);
  return kept
    .map(({ __typename, from, to, text, type }) =>
      __typename === 'Handoff' ? `${from} > ${to}` : (text ?? type),
    )
    .join(', ');
}

export function handoffs(api: Api): void {
  it('tracks agents in order of first use, with a hand-off at every change', async () => {
    const sessionId = await api.create();
    for (const agentName of ['b', 'a', 'a', 'b', 'c']) {
      await api.write('trackAgent', { sessionId, agentName });
    }
    expect(await api.session(sessionId, 'currentAgent agentsUsed itemCount messageCount')).toEqual({
      currentAgent: 'c',
      agentsUsed: ['b', 'a', 'c'],
      itemCount: 4,
      messageCount: 0,
    });
    expect(await story(api, sessionId)).toBe('null > b, b > a, a > b, b > c');
  });

  it('shows a hand-off as an item of its own', async () => {
    const sessionId = await api.create();
    await api.write('trackAgent', { sessionId, agentName: 'a' });
    const { session } = await api.write(
      'trackAgent',
      { sessionId, agentName: 'b' },
      'session { cursor updatedAt }',
    );
    const [, handoff] = await api.items(sessionId);
    expect(handoff).toEqual({
      __typename: 'Handoff',
      id: `${sessionId}:${session.cursor.split('~')[0]}`,
      sessionId,
      cursor: session.cursor,
      createdAt: session.updatedAt,
      agent: 'b',
      metadata: {},
      raw: { type: 'handoff', from: 'a', to: 'b' },
      dialect: 'AGENTS_JS',
      derived: false,
      from: 'a',
      to: 'b',
    });
  });

  it('writes nothing when the agent is the current one already', async () => {
    const sessionId = await api.create();
    const fields = 'session { cursor updatedAt itemCount currentAgent agentsUsed }';
    const first = await api.write('trackAgent', { sessionId, agentName: 'a' }, fields);
    expect(await api.write('trackAgent', { sessionId, agentName: 'a' }, fields)).toEqual(first);
  });

  it('hands off before the message of another assistant, and not for the same one', async () => {
    const sessionId = await api.create();
    await api.say(sessionId, 'hi');
    for (const [text, agent] of [
      ['one', 'a'],
      ['two', 'a'],
      ['three', 'b'],
    ] as const) {
      const input = { sessionId, text, agent, role: 'ASSISTANT' };
      const { message, session } = await api.write('addMessage', input, `message { text agent } ${AGENTS}`);
      expect(message).toEqual({ text, agent });
      expect(session.currentAgent).toBe(agent);
    }
    expect(await story(api, sessionId)).toBe('hi, null > a, one, two, a > b, three');
    expect(await api.session(sessionId, 'agentsUsed itemCount messageCount')).toEqual({
      agentsUsed: ['a', 'b'],
      itemCount: 6,
      messageCount: 4,
    });
  });

  it.each(['USER', 'SYSTEM', 'DEVELOPER'])(
    'lets the agent of a message of the role %s only sign it',
    async (role) => {
      const sessionId = await api.create();
      await api.say(sessionId, 'hi', { role, agent: 'a' });
      expect(await api.items(sessionId, '__typename agent')).toEqual([{ __typename: 'Message', agent: 'a' }]);
      expect(await api.session(sessionId, 'currentAgent agentsUsed')).toEqual({
        currentAgent: null,
        agentsUsed: [],
      });
    },
  );

  it('stores an exchange as the question, the hand-off and the answer', async () => {
    const sessionId = await api.create();
    const exchange = { sessionId, userMessage: 'q', assistantResponse: 'a', agentName: 'guide' };
    const { items, session } = await api.write('storeExchange', exchange, `items { ${ITEM} } ${AGENTS}`);
    expect(items).toMatchObject([
      { __typename: 'Message', role: 'USER', text: 'q', agent: null, dialect: 'AGENTS_JS', metadata: {} },
      { __typename: 'Handoff', from: null, to: 'guide' },
      { __typename: 'Message', role: 'ASSISTANT', text: 'a', agent: 'guide', dialect: 'AGENTS_JS' },
    ]);
    expect(session).toEqual({ currentAgent: 'guide', agentsUsed: ['guide'], itemCount: 3, messageCount: 2 });
    expect(await api.items(sessionId)).toEqual(items);
    await api.write('storeExchange', { ...exchange, userMessage: 'q2', assistantResponse: 'a2' });
    expect(await story(api, sessionId)).toBe('q, null > guide, a, q2, a2');
  });

  it('stores an exchange without an agent under the current one', async () => {
    const sessionId = await api.create();
    await api.write('trackAgent', { sessionId, agentName: 'guide' });
    await api.write('storeExchange', { sessionId, userMessage: 'q', assistantResponse: 'a' });
    expect(await api.items(sessionId, 'agent')).toEqual([
      { agent: 'guide' },
      { agent: 'guide' },
      { agent: 'guide' },
    ]);
  });

  it('shows the hand-off of added items among them, before the first', async () => {
    const sessionId = await api.create();
    const input = { sessionId, items: [{ type: 'x' }, { type: 'y' }], agent: 'a' };
    const { items, session } = await api.write('addItems', input, `items { ${ITEM} } ${AGENTS}`);
    expect(items.map(({ __typename }: { __typename: string }) => __typename)).toEqual([
      'Handoff',
      'OtherItem',
      'OtherItem',
    ]);
    expect(session).toEqual({ currentAgent: 'a', agentsUsed: ['a'], itemCount: 3, messageCount: 0 });
    expect(await story(api, sessionId)).toBe('null > a, x, y');
  });

  it('links the hand-offs of many agents that are tracked at once into one chain', async () => {
    const sessionId = await api.create();
    const names = Array.from({ length: 20 }, (_, index) => `agent ${index}`);
    await Promise.all(names.map((agentName) => api.write('trackAgent', { sessionId, agentName })));
    const chain = await api.items(sessionId, '... on Handoff { from to }');
    expect(chain).toHaveLength(names.length);
    expect(new Set(chain.map(({ to }) => to))).toEqual(new Set(names));
    expect(chain.map(({ from }) => from)).toEqual([null, ...chain.slice(0, -1).map(({ to }) => to)]);
    const { currentAgent, agentsUsed } = await api.session(sessionId, 'currentAgent agentsUsed');
    expect(agentsUsed).toEqual(chain.map(({ to }) => to));
    expect(currentAgent).toBe(chain.at(-1).to);
  });
}
