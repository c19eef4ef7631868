import { expect, it } from 'vitest';
import { DIALECTS, WRITTEN } from './agent-items.ts';
import type { Api } from './api-under-test.ts';

const { user, answer, call, result } = WRITTEN.AGENTS_JS;
const compaction = (id: string): object => ({ type: 'compaction', id, encrypted_content: `of ${id}` });

export function compactions(api: Api): void {
  const withItems = async (...items: readonly object[]): Promise<string> => {
    const sessionId = await api.create();
    await api.write('addItems', { sessionId, items });
    return sessionId;
  };
  const texts = async (id: string): Promise<string[]> =>
    (await api.session(id, 'messages { nodes { text } }')).messages.nodes.map(({ text }: any) => text);

  it('begins the inputs with the newest one, and shows people everything', async () => {
    const id = await withItems(
      user('one'),
      compaction('first'),
      user('two'),
      compaction('second'),
      user('three'),
    );
    expect(await api.inputs(id)).toEqual([compaction('second'), user('three')]);
    expect(await texts(id)).toEqual(['one', 'two', 'three']);
    expect(await api.session(id, 'messageCount itemCount')).toEqual({ messageCount: 3, itemCount: 5 });
    expect((await api.items(id, 'raw')).map(({ raw }) => raw.type)).toEqual([
      'message',
      'compaction',
      'message',
      'compaction',
      'message',
    ]);
  });

  it('stands alone when nothing follows it, and at the very beginning', async () => {
    expect(await api.inputs(await withItems(user('one'), compaction('c')))).toEqual([compaction('c')]);
    const first = await withItems(compaction('c'), user('one'));
    expect(await api.inputs(first)).toEqual([compaction('c'), user('one')]);
  });

  it('is converted like any other item', async () => {
    const id = await withItems(user('one'), compaction('c'), user('two'));
    for (const dialect of DIALECTS) {
      const inputs = await api.inputs(id, `dialect: ${dialect}`);
      expect(inputs).toMatchObject([{ type: 'compaction', id: 'c', encrypted_content: 'of c' }, {}]);
    }
  });

  it('is where a limit stops counting', async () => {
    const id = await withItems(user('one'), compaction('c'), user('two'), answer('m', 'three'));
    expect(await api.inputs(id, 'limit: 2')).toEqual([user('two'), answer('m', 'three')]);
    const all = [compaction('c'), user('two'), answer('m', 'three')];
    expect(await api.inputs(id, 'limit: 3')).toEqual(all);
    expect(await api.inputs(id, 'limit: 4')).toEqual(all);
    expect(await api.inputs(id, 'limit: 10000')).toEqual(all);
    expect(await api.inputs(id, 'limit: 0')).toEqual([]);
  });

  it('begins what is left of messages alone', async () => {
    const id = await withItems(
      user('one'),
      compaction('c'),
      user('two'),
      call('1', 'look'),
      result('1', 'look', 'x'),
      answer('m', 'three'),
    );
    expect(await api.inputs(id, 'messagesOnly: true')).toEqual([user('two'), answer('m', 'three')]);
    expect(await api.inputs(id, 'messagesOnly: true, limit: 5')).toEqual([user('two'), answer('m', 'three')]);
    expect(await api.inputs(id, 'messagesOnly: true, limit: 1')).toEqual([answer('m', 'three')]);
  });

  it('uncovers the one before it when it is popped', async () => {
    const id = await withItems(user('one'), compaction('first'), user('two'), compaction('second'));
    await api.write('popItem', { id });
    expect(await api.inputs(id)).toEqual([compaction('first'), user('two')]);
    await api.write('popItem', { id });
    await api.write('popItem', { id });
    expect(await api.inputs(id)).toEqual([user('one')]);
  });

  it('goes with a suffix that is replaced, and comes with one', async () => {
    const id = await withItems(user('one'), compaction('first'), user('two'));
    await api.write('replaceSuffix', {
      sessionId: id,
      expectedSuffix: [compaction('first'), user('two')],
      replacement: [user('two')],
    });
    expect(await api.inputs(id)).toEqual([user('one'), user('two')]);
    await api.write('replaceSuffix', {
      sessionId: id,
      expectedSuffix: [user('two')],
      replacement: [compaction('second')],
    });
    expect(await api.inputs(id)).toEqual([compaction('second')]);
  });

  it('lets turn after turn be stored behind it', async () => {
    const sessionId = await withItems(user('one'), answer('m0', 'ok'), compaction('c'));
    for (let turn = 1; turn <= 5; turn++) {
      const items = [...(await api.inputs(sessionId)), user('yes'), answer(`m${turn}`, 'ok')];
      expect(items[0]).toEqual(compaction('c'));
      const { skipped } = await api.write('storeAgentResult', { sessionId, items }, 'skipped');
      expect(skipped).toBe(1 + 2 * (turn - 1));
      expect(await api.session(sessionId, 'itemCount messageCount')).toEqual({
        itemCount: 3 + 2 * turn,
        messageCount: 2 + 2 * turn,
      });
    }
  });

  it('may come with a result, and is then the beginning of what follows', async () => {
    const sessionId = await withItems(user('one'), answer('m0', 'ok'));
    const run = [user('one'), answer('m0', 'ok'), user('two'), compaction('c'), answer('m1', 'ok')];
    const { skipped } = await api.write('storeAgentResult', { sessionId, items: run }, 'skipped');
    expect(skipped).toBe(2);
    expect(await api.inputs(sessionId)).toEqual([compaction('c'), answer('m1', 'ok')]);
    const next = [...(await api.inputs(sessionId)), user('three')];
    await api.write('storeAgentResult', { sessionId, items: next });
    expect(await texts(sessionId)).toEqual(['one', 'ok', 'two', 'ok', 'three']);
  });

  it('makes a history readable again that has more than 10,000 items', async () => {
    const sessionId = await api.create();
    const batch = Array.from({ length: 1000 }, (_, n) => ({ type: 'n', n }));
    for (let n = 0; n <= 10; n++) await api.write('addItems', { sessionId, items: batch });
    const refusal = await api.refusal(`{ session(id: "${sessionId}") { agentInputs } }`);
    expect(refusal).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await api.write('addItems', { sessionId, items: [compaction('c'), user('on')] });
    expect(await api.inputs(sessionId)).toEqual([compaction('c'), user('on')]);
  });
}
