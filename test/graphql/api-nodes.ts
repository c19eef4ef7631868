import { expect, it } from 'vitest';
import { ITEM, type Api } from './api-under-test.ts';

export function nodes(api: Api): void {
  const node = async (id: string): Promise<any> => {
    const data = await api.ask(
      `query ($id: ID!) { node(id: $id) { nodeType: __typename id ... on Session { title } ... on Item { ${ITEM} } } }`,
      { id },
    );
    return data.node;
  };

  it('finds a session', async () => {
    const id = await api.create({ title: 'Plans' });
    expect(await node(id)).toEqual({ nodeType: 'Session', id, title: 'Plans' });
  });

  it('finds items of every type', async () => {
    const sessionId = await api.create();
    const items = [
      { role: 'user', content: 'x' },
      { type: 'function_call', callId: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 1 },
      { type: 'reasoning', summary: [] },
      { type: 'unknown' },
    ];
    await api.write('addItems', { sessionId, items, agent: 'a' });
    const kept = await api.items(sessionId);
    const found = await Promise.all(kept.map(({ id }) => node(id)));
    expect(found).toEqual(kept.map((item) => ({ nodeType: item.__typename, ...item })));
    expect(found.map(({ nodeType }) => nodeType)).toEqual([
      'Handoff',
      'Message',
      'ToolCall',
      'ToolResult',
      'Reasoning',
      'OtherItem',
    ]);
  });

  it('is null for what is gone', async () => {
    const sessionId = await api.create();
    await api.say(sessionId, 'kept');
    await api.say(sessionId, 'popped');
    const [kept, popped] = await api.items(sessionId, 'id');
    await api.write('popItem', { id: sessionId });
    expect(await node(popped.id)).toBeNull();
    expect(await node(kept.id)).not.toBeNull();
    await api.write('clearSession', { id: sessionId });
    expect(await node(kept.id)).toBeNull();
    expect(await node(sessionId)).not.toBeNull();
    await api.write('deleteSession', { id: sessionId });
    expect(await node(sessionId)).toBeNull();
    await api.create({ id: sessionId });
    expect(await node(kept.id)).toBeNull();
  });

  it('finds no item under the id of another session', async () => {
    const [one, other] = [await api.create(), await api.create()];
    await api.say(one, 'x');
    const [item] = await api.items(one, 'id');
    expect(await node(`${other}:${item.id.split(':')[1]}`)).toBeNull();
    expect(await node(item.id.replace(/.$/, (last: string) => (last === 'x' ? 'y' : 'x')))).toBeNull();
  });

  it('is null for what is no id', async () => {
    for (const id of [
      '',
      ':',
      'x:',
      ':1.abcdefgh',
      'a b',
      '../x',
      'x:1.abcdefgh:y',
      'x:0-0.abcdefgh',
      '*',
      'é',
    ]) {
      expect(await node(id)).toBeNull();
    }
  });

  it('is null for the entry that is no item', async () => {
    const id = await api.create();
    const { cursor } = await api.session(id, 'cursor');
    expect(await node(`${id}:${cursor.split('~')[0]}`)).toBeNull();
  });
}
