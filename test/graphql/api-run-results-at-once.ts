import { expect, it } from 'vitest';
import { transfer, WRITTEN } from './agent-items.ts';
import type { Api } from './api-under-test.ts';
import { WRITTEN_HISTORIES } from './true-conversations.ts';

const { user, answer } = WRITTEN.AGENTS_JS;

/** A run of its own: nothing in it is in another one. */
const runOf = (n: number): object[] => [
  user(`question ${n}`),
  ...transfer(WRITTEN.AGENTS_JS, `call_${n}`, `agent_${n}`),
  answer(`msg_${n}`, `answer ${n}`),
];

export function runResultsAtOnce(api: Api): void {
  it('answers fifty at once with one key alike, from one write', async () => {
    for (const { history } of WRITTEN_HISTORIES.slice(0, 3)) {
      const sessionId = await api.create();
      await api.say(sessionId, 'before');
      const once = { sessionId, items: history, dialect: 'RESPONSES', idempotencyKey: 'key' };
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          api.write('storeAgentResult', once, 'items { id cursor agent raw } skipped session { itemCount }'),
        ),
      );
      expect(new Set(answers.map((given) => JSON.stringify(given))).size).toBe(1);
      const kept = await api.items(sessionId, 'id');
      expect(kept.slice(1)).toEqual(answers[0].items.map(({ id }: { id: string }) => ({ id })));
    }
  });

  it.each(['with a key each', 'without keys'])('keeps twenty different results whole, %s', async (how) => {
    const sessionId = await api.create();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        api.write(
          'storeAgentResult',
          { sessionId, items: runOf(n), idempotencyKey: how === 'without keys' ? null : `key ${n}` },
          'items { id raw }',
        ),
      ),
    );
    const kept = await api.items(sessionId, 'id raw');
    expect(kept).toHaveLength(20 * 5);
    for (const [n, { items }] of answers.entries()) {
      const said = items.filter(({ raw }: any) => raw.type !== 'handoff');
      expect(said.map(({ raw }: any) => raw)).toEqual(runOf(n));
      const place = kept.findIndex(({ id }) => id === items[0].id);
      expect(kept.slice(place, place + items.length)).toEqual(items);
    }
  });

  it('stores one result once that twenty send without a key', async () => {
    const sessionId = await api.create();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.write('storeAgentResult', { sessionId, items: runOf(1) }, 'items { id } skipped'),
      ),
    );
    expect(answers.filter(({ items }) => items.length > 0)).toHaveLength(1);
    expect(answers.filter(({ skipped }) => skipped === 4)).toHaveLength(19);
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(5);
  });

  it('loses nothing of what others say meanwhile', async () => {
    const sessionId = await api.create();
    const said = Array.from({ length: 30 }, (_, n) => `aside ${n}`);
    await Promise.all([
      ...said.map((text) => api.say(sessionId, text)),
      ...Array.from({ length: 8 }, (_, n) => api.write('storeAgentResult', { sessionId, items: runOf(n) })),
    ]);
    const texts = (await api.items(sessionId, '... on Message { text }')).flatMap(({ text }) => text ?? []);
    for (const text of said) expect(texts.filter((other) => other === text)).toHaveLength(1);
    for (let n = 0; n < 8; n++) expect(texts).toContain(`answer ${n}`);
    expect(texts).toHaveLength(30 + 16);
  });
}
