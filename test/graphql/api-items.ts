import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ITEM, type Api } from './api-under-test.ts';

const ITEMS = `items { ${ITEM} } session { itemCount messageCount currentAgent cursor }`;

const histories: Readonly<Record<string, readonly object[]>> = JSON.parse(
  await readFile(new URL('../fixtures/handoff.json', import.meta.url), 'utf8'),
);

export function items(api: Api): void {
  it.each(Object.entries(histories))(
    'gives the history %s back as it was written',
    async (_name, history) => {
      const sessionId = await api.create();
      const input = { sessionId, items: history, dialect: 'RESPONSES' };
      const answer = await api.write('addItems', input, ITEMS);
      const kept = await api.items(sessionId);
      expect(kept.map(({ raw }) => raw)).toEqual(history);
      expect(kept).toEqual(answer.items);
      expect(new Set(kept.map(({ dialect }) => dialect))).toEqual(new Set(['RESPONSES']));
      expect(new Set(kept.map(({ derived }) => derived))).toEqual(new Set([false]));
      const messages = kept.filter(({ __typename }) => __typename === 'Message');
      expect(answer.session).toEqual({
        itemCount: history.length,
        messageCount: messages.length,
        currentAgent: null,
        cursor: kept.at(-1).cursor,
      });
      expect(await api.inputs(sessionId, 'dialect: RESPONSES')).toEqual(history);
    },
  );

  it('keeps all ten histories of one session one after the other', async () => {
    const sessionId = await api.create();
    for (const history of Object.values(histories)) {
      await api.write('addItems', { sessionId, items: history, dialect: 'RESPONSES' });
    }
    const kept = await api.items(sessionId, 'raw');
    expect(kept.map(({ raw }) => raw)).toEqual(Object.values(histories).flat());
  });

  it('takes the form of the Agents SDK for JavaScript when nothing is said', async () => {
    const sessionId = await api.create();
    await api.write('addItems', { sessionId, items: [{ type: 'compaction', encrypted: 'x' }] });
    expect(await api.items(sessionId, 'dialect')).toEqual([{ dialect: 'AGENTS_JS' }]);
  });

  it('gives each item the agent and the metadata of the write', async () => {
    const sessionId = await api.create();
    const given = { agent: 'guide', metadata: { run: 7 } };
    const items = [{ type: 'a' }, { type: 'b' }];
    await api.write('addItems', { sessionId, items, ...given });
    const kept = await api.items(sessionId, '__typename agent metadata');
    expect(kept).toEqual([
      { __typename: 'Handoff', agent: 'guide', metadata: {} },
      { __typename: 'OtherItem', ...given },
      { __typename: 'OtherItem', ...given },
    ]);
  });

  it('gives an item that names no agent the one that is current where it stands', async () => {
    const sessionId = await api.create();
    await api.write('addItems', { sessionId, items: [{ type: 'before' }] });
    await api.write('trackAgent', { sessionId, agentName: 'guide' });
    await api.write('addItems', { sessionId, items: [{ type: 'after' }] });
    const kept = await api.items(sessionId, 'agent raw');
    expect(kept.map(({ agent }) => agent)).toEqual([null, 'guide', 'guide']);
  });

  it('stores nothing of a write that has one bad item, and says which', async () => {
    const sessionId = await api.create();
    const good = { type: 'fine' };
    const bad: readonly (readonly [object, RegExp])[] = [
      [{}, /neither a type nor/],
      [{ role: 'robot', content: 'x' }, /neither a type nor/],
      [{ role: 'user', content: 5 }, /content/],
      [{ role: 'user', content: null }, /content/],
      [{ role: 'user' }, /content/],
      [{ role: 'user', content: ['text'] }, /content/],
      [{ role: 'user', content: [{ text: 'no type' }] }, /content/],
      [{ role: 'user', content: ' \n' }, /only spaces/],
      [{ role: 'user', content: [{ type: 'input_text', text: ' ' }] }, /only spaces/],
      [{ type: 5 }, /neither a type nor/],
      [{ type: 'x', deep: { constructor: 1 } }, /reserved key/],
    ];
    for (const [item, message] of bad) {
      const refusal = await api.refused('addItems', {
        sessionId,
        items: [good, good, item, good],
        agent: 'a',
      });
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', index: 2, path: ['items', 2] });
      expect(refusal['message']).toMatch(message);
    }
    expect(await api.session(sessionId, 'itemCount currentAgent')).toEqual({
      itemCount: 0,
      currentAgent: null,
    });
  });

  it('takes a thousand items at once, in their order', async () => {
    const sessionId = await api.create();
    const items = Array.from({ length: 1000 }, (_, index) => ({ type: 'n', index }));
    const answer = await api.write('addItems', { sessionId, items }, 'items { raw } session { itemCount }');
    expect(answer.items.map(({ raw }: { raw: unknown }) => raw)).toEqual(items);
    expect(answer.session.itemCount).toBe(1000);
    expect((await api.items(sessionId, 'raw')).map(({ raw }) => raw)).toEqual(items);
  });
}
