import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

export function snapshots(api: Api): void {
  it('never shows what came after the cursor of the same answer', async () => {
    const sessionId = await api.create();
    const write = async (writer: number): Promise<void> => {
      for (let turn = 0; turn < 25; turn++) await api.say(sessionId, `${writer} ${turn}`);
    };
    let writing = true;
    const writers = Promise.all([0, 1, 2, 3].map(write)).finally(() => (writing = false));
    let answers = 0;
    while (writing) {
      const session = await api.session(
        sessionId,
        `cursor itemCount messageCount
         a: items(first: 1000) { nodes { cursor } pageInfo { hasNextPage } }
         b: messages(last: 1) { nodes { cursor } pageInfo { hasNextPage } }
         lastMessage { cursor } agentInputs`,
      );
      answers++;
      expect(session.a.nodes).toHaveLength(session.itemCount);
      expect(session.agentInputs).toHaveLength(session.itemCount);
      expect(session.messageCount).toBe(session.itemCount);
      expect([session.a.pageInfo, session.b.pageInfo]).toEqual([
        { hasNextPage: false },
        { hasNextPage: false },
      ]);
      if (session.itemCount === 0) continue;
      const { cursor } = session;
      expect([session.a.nodes.at(-1), session.b.nodes[0], session.lastMessage]).toEqual([
        { cursor },
        { cursor },
        { cursor },
      ]);
    }
    await writers;
    expect(answers).toBeGreaterThan(1);
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(100);
  });

  it('shows what a write left, in its own answer', async () => {
    const sessionId = await api.create();
    await api.say(sessionId, 'one');
    const input = { sessionId, userMessage: 'two', assistantResponse: 'three' };
    const answer = await api.write(
      'storeExchange',
      input,
      'items { cursor } session { cursor itemCount messages { nodes { text } } lastMessage { text } }',
    );
    expect(answer.session).toEqual({
      cursor: answer.items[1].cursor,
      itemCount: 3,
      messages: { nodes: [{ text: 'one' }, { text: 'two' }, { text: 'three' }] },
      lastMessage: { text: 'three' },
    });
  });
}
