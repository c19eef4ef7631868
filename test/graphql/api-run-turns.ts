import { expect, it } from 'vitest';
import { writtenRun, WRAPPER_FORMATS } from '../support/wrapped-history-writer.ts';
import { DIALECTS, transfer, WRITTEN } from './agent-items.ts';
import type { Api } from './api-under-test.ts';

const STORED = 'items { raw } skipped session { itemCount messageCount }';

/** The documented loop: the history and a new input go into a run, and what it returns is stored. */
export function runTurns(api: Api): void {
  it.each(DIALECTS)('leaves 2, 4 … 20 messages after ten turns in %s', async (dialect) => {
    const { user, answer } = WRITTEN[dialect];
    const sessionId = await api.create();
    for (let turn = 1; turn <= 10; turn++) {
      const added = [user('yes'), answer(`msg_${turn}`, 'ok')];
      const items = [...(await api.inputs(sessionId, `dialect: ${dialect}`)), ...added];
      const stored = await api.write('storeAgentResult', { sessionId, items, dialect }, STORED);
      expect(stored).toEqual({
        items: added.map((raw) => ({ raw })),
        skipped: 2 * (turn - 1),
        session: { itemCount: 2 * turn, messageCount: 2 * turn },
      });
      // A client that lost the answer sends it again, with or without a key.
      const again = await api.write('storeAgentResult', { sessionId, items, dialect }, STORED);
      expect(again).toMatchObject({ items: [], skipped: 2 * turn });
    }
  });

  it.each(DIALECTS)('keeps apart in %s what has no ids and says the same', async (dialect) => {
    const { user } = WRITTEN[dialect];
    const sessionId = await api.create();
    const ok = { role: 'assistant', content: [{ type: 'output_text', text: 'ok' }], status: 'completed' };
    for (let turn = 1; turn <= 10; turn++) {
      const items = [...(await api.inputs(sessionId, `dialect: ${dialect}`)), user('yes'), user('yes'), ok];
      const { session } = await api.write('storeAgentResult', { sessionId, items, dialect }, STORED);
      expect(session.messageCount).toBe(3 * turn);
    }
  });

  it('keeps two "yes" of one user two, in one result and in two', async () => {
    const { user, answer } = WRITTEN.RESPONSES;
    const said = [user('yes'), user('yes')];
    const sessionId = await api.create();
    const store = (items: readonly object[], given: object = {}) =>
      api.write('storeAgentResult', { sessionId, items, dialect: 'RESPONSES', ...given }, STORED);
    await store(said);
    expect(await api.inputs(sessionId, 'dialect: RESPONSES')).toEqual(said);
    await store([user('yes')], { scope: 'NEW' });
    await store([...said, user('yes'), answer('m', 'yes')]);
    await store([...said, user('yes'), answer('m', 'yes'), user('yes')]);
    expect((await api.session(sessionId, 'messageCount')).messageCount).toBe(5);
  });

  it.each(DIALECTS)('keeps calls, reasoning and hand-offs of ten turns in %s once', async (dialect) => {
    const items = WRITTEN[dialect];
    const sessionId = await api.create();
    const expected: object[] = [];
    for (let turn = 1; turn <= 10; turn++) {
      const run = [
        items.user('go on'),
        { type: 'reasoning', id: `rs_${turn}`, [dialect === 'RESPONSES' ? 'summary' : 'content']: [] },
        items.call(`look_${turn}`, 'look'),
        items.result(`look_${turn}`, 'look', 'found'),
        ...transfer(items, `to_${turn}`, turn % 2 === 0 ? 'a' : 'b'),
        items.answer(`msg_${turn}`, 'ok'),
      ];
      expected.push(...run);
      const whole = [...(await api.inputs(sessionId, `dialect: ${dialect}`)), ...run];
      const { session } = await api.write(
        'storeAgentResult',
        { sessionId, items: whole, dialect },
        'session { itemCount messageCount currentAgent }',
      );
      expect(session).toEqual({
        itemCount: 8 * turn,
        messageCount: 2 * turn,
        currentAgent: turn % 2 === 0 ? 'a' : 'b',
      });
    }
    expect(await api.inputs(sessionId, `dialect: ${dialect}`)).toEqual(expected);
  });

  it.each(WRAPPER_FORMATS)('keeps ten turns once that Python folds in the format %s', async (format) => {
    const { user, answer, call, result } = WRITTEN.RESPONSES;
    const sessionId = await api.create();
    for (let turn = 1; turn <= 10; turn++) {
      const run = {
        input: [...(await api.inputs(sessionId, 'dialect: RESPONSES')), user('yes')],
        before: [call(`look_${turn}`, 'look'), result(`look_${turn}`, 'look', 'found')],
        said: [answer(`b_${turn}`, 'One moment.')],
        transfer: transfer(WRITTEN.RESPONSES, `to_${turn}`, turn % 2 === 0 ? 'a' : 'b'),
        after: [answer(`c_${turn}`, 'ok')],
      };
      const items = writtenRun(format, JSON.parse(JSON.stringify(run)));
      const input = { sessionId, items, dialect: 'RESPONSES' };
      const { session } = await api.write('storeAgentResult', input, STORED);
      expect(session).toEqual({ itemCount: 8 * turn, messageCount: 3 * turn });
    }
  });

  it('recognises each turn in whichever dialect it comes and was stored', async () => {
    const sessionId = await api.create();
    for (let turn = 1; turn <= 10; turn++) {
      const dialect = turn % 2 === 0 ? 'AGENTS_JS' : 'RESPONSES';
      const items = WRITTEN[dialect];
      const run = [
        items.user(`question ${turn}`),
        ...transfer(items, `to_${turn}`, `agent_${turn}`),
        items.call(`look_${turn}`, 'look'),
        items.result(`look_${turn}`, 'look', 'found'),
        items.answer(`msg_${turn}`, 'ok'),
      ];
      const whole = [...(await api.inputs(sessionId, `dialect: ${dialect}`)), ...run];
      const stored = await api.write('storeAgentResult', { sessionId, items: whole, dialect }, STORED);
      expect(stored).toMatchObject({ skipped: 6 * (turn - 1), session: { itemCount: 7 * turn } });
    }
  });

  it('recognises what addMessage and storeExchange wrote', async () => {
    const { user, answer } = WRITTEN.RESPONSES;
    const sessionId = await api.create();
    await api.write('addMessage', { sessionId, role: 'SYSTEM', text: 'Be kind.' });
    await api.write('addMessage', { sessionId, role: 'DEVELOPER', text: 'Be brief.' });
    await api.write('storeExchange', { sessionId, userMessage: 'q', assistantResponse: 'a', agentName: 'x' });
    await api.say(sessionId, 'new');
    const items = [
      { role: 'system', content: 'Be kind.' },
      { role: 'developer', content: 'Be brief.' },
      user('q'),
      { role: 'assistant', content: 'a' },
      user('new'),
      answer('m', 'b'),
    ];
    const input = { sessionId, items, dialect: 'RESPONSES' };
    const { items: added, skipped } = await api.write('storeAgentResult', input, STORED);
    expect([added, skipped]).toEqual([[{ raw: items.at(-1) }], 5]);
  });

  it.each(DIALECTS)('takes the newest so many inputs in %s for a whole history', async (dialect) => {
    const items = WRITTEN[dialect];
    const sessionId = await api.create();
    for (let turn = 1; turn <= 10; turn++) {
      const run = [
        items.user('yes'),
        items.call(`c_${turn}`, 'look'),
        items.result(`c_${turn}`, 'look', 'found'),
        items.answer(`msg_${turn}`, 'ok'),
      ];
      const limit = turn % 7;
      const view = await api.inputs(sessionId, `limit: ${limit}, dialect: ${dialect}`);
      const input = { sessionId, items: [...view, ...run], dialect, scope: limit === 0 ? 'NEW' : 'WHOLE' };
      const { items: added, session } = await api.write('storeAgentResult', input, STORED);
      expect(added).toEqual(run.map((raw) => ({ raw })));
      expect(session).toEqual({ itemCount: 4 * turn, messageCount: 2 * turn });
    }
  });

  it('takes a history of messages only for a whole one', async () => {
    const { user, answer, call, result } = WRITTEN.AGENTS_JS;
    const sessionId = await api.create();
    for (let turn = 1; turn <= 5; turn++) {
      const run = [
        user('yes'),
        call(`c_${turn}`, 'look'),
        result(`c_${turn}`, 'look', 'x'),
        answer(`m_${turn}`, 'ok'),
      ];
      const view = await api.inputs(sessionId, 'messagesOnly: true');
      await api.write('storeAgentResult', { sessionId, items: [...view, ...run] });
      expect(await api.session(sessionId, 'itemCount messageCount')).toEqual({
        itemCount: 4 * turn,
        messageCount: 2 * turn,
      });
    }
  });

  it('goes on from what a pop has left', async () => {
    const { user, answer } = WRITTEN.AGENTS_JS;
    const sessionId = await api.create();
    const first = [user('one'), answer('m1', 'two'), user('three'), answer('m2', 'four')];
    await api.write('storeAgentResult', { sessionId, items: first });
    await api.write('popItem', { id: sessionId });
    const view = await api.inputs(sessionId);
    const { items, skipped } = await api.write(
      'storeAgentResult',
      { sessionId, items: [...view, answer('m3', 'other')] },
      STORED,
    );
    expect([items, skipped]).toEqual([[{ raw: answer('m3', 'other') }], 3]);
  });
}
