import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

const USER = { role: 'user', content: 'What is 1 + 2?' };
const CALL = { type: 'function_call', call_id: 'c', name: 'sum', arguments: '{}' };
const RESULT = { type: 'function_call_output', call_id: 'c', output: '3' };
const ANSWER = { role: 'assistant', content: [{ type: 'output_text', text: '3' }] };
const OPEN_CALL = { type: 'function_call', call_id: 'd', name: 'open', arguments: '{}' };

export function agentInputs(api: Api): void {
  /** In the dialect in which the items of these tests are written. */
  const inputs = async (id: string, args = ''): Promise<any[]> =>
    api.inputs(id, `dialect: RESPONSES ${args}`);
  const withItems = async (...items: readonly object[]): Promise<string> => {
    const sessionId = await api.create();
    await api.write('addItems', { sessionId, items, dialect: 'RESPONSES' });
    return sessionId;
  };

  it('gives the history as it was written, oldest first', async () => {
    const all = [USER, CALL, RESULT, ANSWER, { type: 'reasoning', encrypted: 'x' }, { type: 'unknown' }];
    expect(await inputs(await withItems(...all))).toEqual(all);
    expect(await inputs(await api.create())).toEqual([]);
  });

  it('leaves hand-offs out, and does not count them', async () => {
    const sessionId = await api.create();
    await api.write('storeExchange', { sessionId, userMessage: 'q', assistantResponse: 'a', agentName: 'x' });
    await api.write('trackAgent', { sessionId, agentName: 'y' });
    const looksLikeOne = { type: 'handoff', from: null, to: 'z' };
    await api.write('addItems', { sessionId, items: [looksLikeOne], agent: 'z', dialect: 'RESPONSES' });
    const all = await inputs(sessionId);
    expect(all).toMatchObject([{ role: 'user' }, { role: 'assistant' }, looksLikeOne]);
    expect(await inputs(sessionId, 'limit: 2')).toEqual(all.slice(1));
    expect(await inputs(sessionId, 'limit: 3')).toEqual(all);
  });

  it('gives the newest so many', async () => {
    const all = Array.from({ length: 5 }, (_, n) => ({ type: 'n', n }));
    const id = await withItems(...all);
    expect(await inputs(id, 'limit: 0')).toEqual([]);
    expect(await inputs(id, 'limit: 2')).toEqual(all.slice(3));
    expect(await inputs(id, 'limit: 5')).toEqual(all);
    expect(await inputs(id, 'limit: 10000')).toEqual(all);
    expect(await inputs(id, 'limit: null')).toEqual(all);
  });

  it('never begins with a result whose call was cut off', async () => {
    const id = await withItems(USER, CALL, RESULT, ANSWER, OPEN_CALL);
    expect(await inputs(id, 'limit: 3')).toEqual([ANSWER, OPEN_CALL]);
    expect(await inputs(id, 'limit: 4')).toEqual([CALL, RESULT, ANSWER, OPEN_CALL]);
    expect(await inputs(id, 'limit: 1')).toEqual([OPEN_CALL]);
  });

  it('keeps no result of a cut-off call behind other items either', async () => {
    const other = { type: 'function_call', call_id: 'e', name: 'f', arguments: '{}' };
    const id = await withItems(CALL, other, { ...RESULT, call_id: 'e' }, RESULT, ANSWER);
    expect(await inputs(id, 'limit: 4')).toEqual([other, { ...RESULT, call_id: 'e' }, ANSWER]);
  });

  it('gives only messages of users and assistants with text when asked to', async () => {
    const silent = { role: 'assistant', content: [] };
    const picture = { role: 'user', content: [{ type: 'input_image', image_url: 'https://x' }] };
    const refusal = { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] };
    const system = { role: 'system', content: 'be kind' };
    const id = await withItems(system, USER, CALL, RESULT, silent, picture, ANSWER, refusal, OPEN_CALL);
    expect(await inputs(id, 'messagesOnly: true')).toEqual([USER, ANSWER, refusal]);
    expect(await inputs(id, 'messagesOnly: true, limit: 2')).toEqual([ANSWER, refusal]);
    expect(await inputs(id, 'messagesOnly: false')).toHaveLength(9);
    expect(await inputs(id, 'messagesOnly: null')).toHaveLength(9);
  });

  it('gives up to 10,000 items, and says what to do about more', async () => {
    const sessionId = await api.create();
    await api.write('trackAgent', { sessionId, agentName: 'a' });
    const batch = (from: number) => Array.from({ length: 1000 }, (_, n) => ({ type: 'n', n: from + n }));
    for (let from = 0; from < 10_000; from += 1000)
      await api.write('addItems', { sessionId, items: batch(from), dialect: 'RESPONSES' });
    const all = await inputs(sessionId);
    expect(all.map(({ n }) => n)).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
    await api.write('addItems', { sessionId, items: [{ type: 'one more' }], dialect: 'RESPONSES' });
    const refusal = await api.refusal(`{ session(id: "${sessionId}") { agentInputs } }`);
    expect(refusal).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', limit: 10_000 });
    const newest = await inputs(sessionId, 'limit: 10000');
    expect([newest.length, newest[0], newest.at(-1)]).toEqual([
      10_000,
      { type: 'n', n: 1 },
      { type: 'one more' },
    ]);
  });

  it.each([-1, 10_001])('refuses the limit %i', async (limit) => {
    const refusal = await api.refusal(
      `{ session(id: "${await api.create()}") { agentInputs(limit: ${limit}) } }`,
    );
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: ['limit'], limit: 10_000, actual: limit });
  });
}
