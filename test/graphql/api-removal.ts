import { expect, it } from 'vitest';
import { ITEM, type Api } from './api-under-test.ts';

const EVERYTHING = `id userId title metadata currentAgent agentsUsed messageCount itemCount createdAt updatedAt
  expiresAt cursor items(first: 1000) { nodes { id raw agent } } agentInputs`;

/** Ids that a careless pattern, prefix or comparison would take for `base`. */
function lookAlikes(base: string): string[] {
  return [
    `${base}-`,
    `${base}_`,
    `${base}1`,
    `-${base}`,
    `_${base}`,
    base.toUpperCase(),
    `${base}-log`,
    `${base}_log`,
  ];
}

export function removal(api: Api): void {
  const talk = async (sessionId: string): Promise<void> => {
    await api.write('storeExchange', { sessionId, userMessage: 'q', assistantResponse: 'a', agentName: 'x' });
    await api.write('trackAgent', { sessionId, agentName: 'y', idempotencyKey: 'k' });
  };

  it.each(['clearSession', 'deleteSession'] as const)(
    'by %s touches no other session of anybody',
    async (operation) => {
      const id = api.newName('look');
      const owners = ['local', 'ada', 'ad', 'ada*'];
      const others = await Promise.all(
        lookAlikes(id).map((other, index) =>
          api.create({ id: other, userId: owners[index % owners.length] }),
        ),
      );
      await api.create({ id, userId: 'ada' });
      for (const one of [id, ...others]) await talk(one);
      const before = await Promise.all(others.map((other) => api.session(other, EVERYTHING)));
      const listed = 'sessions(userId: "ada") { nodes { id } }';
      const list = await api.ask(`{ ${listed} }`);
      await api.write(operation, { id });
      expect(await Promise.all(others.map((other) => api.session(other, EVERYTHING)))).toEqual(before);
      const left = (await api.ask(`{ ${listed} }`)).sessions.nodes;
      expect(left.filter((node: { id: string }) => node.id !== id)).toEqual(
        list.sessions.nodes.filter((node: { id: string }) => node.id !== id),
      );
    },
  );

  it('clears the history and the agents, and keeps the rest', async () => {
    const kept = { userId: 'ada', title: 'Plans', metadata: { a: 1 } };
    const id = await api.create({ ...kept, expiresAfter: 60 });
    const { createdAt } = await api.session(id, 'createdAt');
    await talk(id);
    const { session } = await api.write(
      'clearSession',
      { id },
      `session { ${EVERYTHING} lastMessage { id } }`,
    );
    expect(session).toMatchObject({
      ...kept,
      createdAt,
      currentAgent: null,
      agentsUsed: [],
      messageCount: 0,
      itemCount: 0,
      items: { nodes: [] },
      agentInputs: [],
      lastMessage: null,
    });
    expect(session.expiresAt).not.toBeNull();
    await api.write('trackAgent', { sessionId: id, agentName: 'z' });
    expect(await api.items(id, '... on Handoff { from to }')).toEqual([{ from: null, to: 'z' }]);
  });

  it('deletes a session, and says whether there was one', async () => {
    const id = await api.create();
    await talk(id);
    const fields = 'deletedSessionId deleted';
    expect(await api.write('deleteSession', { id }, fields)).toEqual({ deletedSessionId: id, deleted: true });
    expect(await api.session(id, 'id')).toBeNull();
    expect(await api.write('deleteSession', { id }, fields)).toEqual({
      deletedSessionId: id,
      deleted: false,
    });
  });

  it('leaves nothing for a session that is made again under the same id', async () => {
    const id = await api.create({ userId: 'ada', title: 'old', metadata: { old: true } });
    await talk(id);
    await api.write('deleteSession', { id });
    await api.create({ id, userId: 'bob' });
    expect(await api.session(id, EVERYTHING)).toMatchObject({
      userId: 'bob',
      title: null,
      metadata: {},
      currentAgent: null,
      agentsUsed: [],
      itemCount: 0,
      items: { nodes: [] },
    });
    // The key that the deleted session knew is unknown to this one.
    await api.write('trackAgent', { sessionId: id, agentName: 'other', idempotencyKey: 'k' });
  });

  it('pops the newest item that is no hand-off, and the hand-offs after it', async () => {
    const id = await api.create();
    await talk(id);
    const [question, , answer] = await api.items(id);
    const fields = `item { ${ITEM} } session { currentAgent itemCount messageCount items { nodes { __typename } } }`;
    const first = await api.write('popItem', { id }, fields);
    expect(first.item).toEqual(answer);
    // Before the answer stands the hand-off to x, which is current again.
    expect(first.session).toEqual({
      currentAgent: 'x',
      itemCount: 2,
      messageCount: 1,
      items: { nodes: [{ __typename: 'Message' }, { __typename: 'Handoff' }] },
    });
    const second = await api.write('popItem', { id }, fields);
    expect(second.item).toEqual(question);
    expect(second.session).toEqual({
      currentAgent: null,
      itemCount: 0,
      messageCount: 0,
      items: { nodes: [] },
    });
    const third = await api.write('popItem', { id }, fields);
    expect(third).toEqual({ item: null, session: second.session });
  });

  it('pops nothing, and no hand-off alone, where there is nothing else', async () => {
    const id = await api.create();
    await api.write('trackAgent', { sessionId: id, agentName: 'a' });
    const fields = 'item { id } session { itemCount currentAgent }';
    expect(await api.write('popItem', { id }, fields)).toEqual({
      item: null,
      session: { itemCount: 1, currentAgent: 'a' },
    });
  });

  it('pops each item once when many pop at once', async () => {
    const id = await api.create();
    const said = ['one', 'two', 'three', 'four'];
    for (const text of said) await api.say(id, text);
    const popped = await Promise.all(
      Array.from({ length: 6 }, () => api.write('popItem', { id }, 'item { ... on Message { text } }')),
    );
    const texts = popped.flatMap(({ item }) => (item === null ? [] : [item.text]));
    expect(texts).toHaveLength(said.length);
    expect(new Set(texts)).toEqual(new Set(said));
  });
}
