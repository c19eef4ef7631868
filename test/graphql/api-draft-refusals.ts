import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const BLANK = ['', ' ', '\n\t \r\n', '\u00a0\u2003\ufeff'];

/** Items that no assistant's draft can become. */
const NO_ANSWER: readonly object[] = [
  { type: 'message', role: 'user', content: 'x' },
  { role: 'system', content: 'x' },
  { role: 'developer', content: 'x' },
  { type: 'function_call', callId: 'c', name: 'f', arguments: '{}' },
  { type: 'reasoning', content: [] },
  { type: 'handoff', from: null, to: 'x' },
  { role: 'robot', content: 'x' },
  { content: 'x' },
  {},
  { role: 'assistant', content: '  ' },
  { role: 'assistant', content: 5 },
  { role: 'assistant', content: '\ud800' },
  { role: 'assistant', content: 'x', ['__proto__']: {} },
];

export function refusingToFinishDrafts(api: Api): void {
  const calls = new DraftCalls(api);

  /** Finishes a draft, which must be refused and must change nothing. */
  const refused = async (bad: object, written = 'x', given: object = {}) => {
    const sessionId = await api.create();
    await api.say(sessionId, 'before');
    const draft = await calls.begin(sessionId, given);
    if (written !== '') await calls.append(draft, written);
    const state = await api.session(sessionId, 'itemCount cursor updatedAt currentAgent');
    const refusal = await api.refused('finishMessage', { ...draft, ...bad });
    expect(await api.session(sessionId, 'itemCount cursor updatedAt currentAgent')).toEqual(state);
    expect(await calls.written(draft)).toEqual({ text: written, reasoning: '' });
    return refusal;
  };

  it.each(BLANK)('does not make a message of %j, and keeps the draft', async (blank) => {
    const nothing = { code: 'BAD_USER_INPUT', path: ['text'], retryable: false };
    expect(await refused({}, blank)).toMatchObject(nothing);
    expect(await refused({ text: null, item: null }, blank)).toMatchObject(nothing);
    expect(await refused({ text: blank })).toMatchObject(nothing);
    const sessionId = await api.create();
    const draft = await calls.begin(sessionId);
    await calls.append(draft, 'thought', 0, 'REASONING');
    expect(await api.refused('finishMessage', { ...draft, idempotencyKey: 'k' })).toMatchObject(nothing);
    // It goes on, and the key is still free.
    await calls.append(draft, 'said');
    await api.write('finishMessage', { ...draft, idempotencyKey: 'k' });
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(2);
  });

  it('takes a text or an item, not both', async () => {
    const item = { role: 'assistant', content: 'x' };
    expect(await refused({ text: 'x', item })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['item'] });
    expect(await refused({ text: '', item })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it.each(NO_ANSWER)('does not make an assistant’s message of %j', async (item) => {
    expect(await refused({ item })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['item'] });
    expect(await refused({ item, dialect: 'RESPONSES' })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('does not make an answer of a user’s draft', async () => {
    const item = { type: 'message', role: 'assistant', content: 'x' };
    expect(await refused({ item }, 'x', { role: 'USER' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['item'],
    });
  });

  it('refuses a text, metadata and a key that cannot be kept', async () => {
    const bad: readonly (readonly [object, object])[] = [
      [{ text: 'a\ud800' }, { code: 'BAD_USER_INPUT', path: ['text'] }],
      [{ text: 'x'.repeat(1024 * 1024 + 1) }, { code: 'PAYLOAD_TOO_LARGE', limit: 1024 * 1024 }],
      [{ metadata: { a: '\ud800' } }, { code: 'BAD_USER_INPUT', path: ['metadata'] }],
      [{ metadata: { a: 'x'.repeat(65_536) } }, { code: 'BAD_USER_INPUT', path: ['metadata'] }],
      [
        { text: 'x', metadata: { ['__proto__']: 1 } },
        { code: 'BAD_USER_INPUT', path: ['metadata'] },
      ],
      [{ idempotencyKey: '' }, { code: 'BAD_USER_INPUT', path: ['idempotencyKey'] }],
      [{ idempotencyKey: 'x'.repeat(257) }, { code: 'BAD_USER_INPUT', path: ['idempotencyKey'] }],
      [
        { item: { role: 'assistant', content: 'x'.repeat(4 * 1024 * 1024) } },
        { code: 'PAYLOAD_TOO_LARGE', limit: 4 * 1024 * 1024 },
      ],
    ];
    for (const [input, refusal] of bad) expect(await refused(input)).toMatchObject(refusal);
  });

  it('is over after the first of two', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x');
    await api.write('finishMessage', { ...draft });
    expect(await api.refused('finishMessage', { ...draft })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await api.refused('finishMessage', { ...draft, text: 'y' })).toMatchObject({ code: 'NOT_FOUND' });
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
  });
}
