import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const DRAFT = 'draft { id sessionId role agent text reasoning startedAt }';
const STATE = 'messageCount itemCount currentAgent agentsUsed createdAt updatedAt cursor';

export function drafts(api: Api): void {
  const calls = new DraftCalls(api);

  it('begins as an empty message of an assistant whose agent nobody named', async () => {
    const sessionId = await api.create();
    const before = Date.now();
    const { draft } = await api.write('startMessage', { sessionId }, DRAFT);
    expect(draft).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      sessionId,
      role: 'ASSISTANT',
      agent: null,
      text: '',
      reasoning: '',
      startedAt: expect.any(String),
    });
    expect(Math.abs(Date.parse(draft.startedAt) - before)).toBeLessThan(5_000);
    expect((await api.session(sessionId, `drafts { ${DRAFT.slice(8, -1)} }`)).drafts).toEqual([draft]);
  });

  it.each(['USER', 'ASSISTANT', 'SYSTEM', 'DEVELOPER'])('may be a message of the role %s', async (role) => {
    const sessionId = await api.create();
    const { draft } = await api.write('startMessage', { sessionId, role, agent: 'writer' }, DRAFT);
    expect(draft).toMatchObject({ role, agent: 'writer' });
  });

  it('takes null for what is left out', async () => {
    const sessionId = await api.create();
    const nothing = { role: null, agent: null, idempotencyKey: null };
    const { draft } = await api.write('startMessage', { sessionId, ...nothing }, DRAFT);
    expect(draft).toMatchObject({ role: 'ASSISTANT', agent: null });
    const piece = { sessionId, draftId: draft.id, text: 'a', offset: 0, channel: null };
    expect((await api.write('appendToMessage', piece, DRAFT)).draft.text).toBe('a');
  });

  it('gathers its two texts piece by piece, spaces and all', async () => {
    const draft = await calls.begin(await api.create());
    const pieces = ['Paris', ' ', '\n', 'is ', '  ', 'it.'];
    let text = '';
    for (const piece of pieces) {
      await calls.append(draft, piece, text.length);
      await calls.append(draft, piece.toUpperCase(), text.length, 'REASONING');
      text += piece;
    }
    expect(await calls.written(draft)).toEqual({ text, reasoning: text.toUpperCase() });
  });

  it('answers with what was written when it is asked for', async () => {
    const draft = await calls.begun(await api.create(), 'Hel');
    await calls.append(draft, 'hm', 0, 'REASONING');
    const piece = { ...draft, text: 'lo', offset: 3 };
    const { draft: now } = await api.write('appendToMessage', piece, DRAFT);
    expect(now).toMatchObject({ id: draft.draftId, text: 'Hello', reasoning: 'hm', role: 'ASSISTANT' });
    const { draft: again } = await api.write('appendToMessage', piece, 'draft { reasoning }');
    expect(again).toEqual({ reasoning: 'hm' });
  });

  it('counts places in UTF-16 units', async () => {
    const draft = await calls.begin(await api.create());
    const pieces = ['👩‍🚀', 'é', 'e\u0301', '𝄞', '\u0000', '\u2028', '한', '"\\', '👍🏽'];
    let text = '';
    for (const piece of pieces) {
      await calls.append(draft, piece, text.length);
      text += piece;
    }
    expect((await calls.written(draft)).text).toBe(text);
    expect(await calls.refusedAppend(draft, 'x', Array.from(text).length)).toMatchObject({
      current: text.length,
    });
  });

  it('does not write again what is there already, be it a part or more than that', async () => {
    const draft = await calls.begun(await api.create(), 'a😀b');
    for (const [text, offset] of [
      ['a😀b', 0],
      ['a', 0],
      ['😀', 1],
      ['b', 3],
    ] as const) {
      await calls.append(draft, text, offset);
    }
    expect((await calls.written(draft)).text).toBe('a😀b');
    await calls.append(draft, '😀bcd', 1);
    await calls.append(draft, 'd😀', 5);
    expect((await calls.written(draft)).text).toBe('a😀bcd😀');
  });

  it('refuses other text where there is text, and a gap, and says how long it is', async () => {
    const draft = await calls.begun(await api.create(), 'a😀b');
    await calls.append(draft, 'think', 0, 'REASONING');
    for (const [text, offset] of [
      ['b', 0],
      ['a😁', 0],
      ['a😀bc', 1],
      ['x', 5],
      ['x', 2_147_483_647],
      // In the middle of a pair.
      ['b', 2],
    ] as const) {
      const refusal = await calls.refusedAppend(draft, text, offset);
      expect(refusal).toMatchObject({ code: 'CONFLICT', retryable: false, current: 4 });
    }
    expect(await calls.refusedAppend(draft, 'x', 9, 'REASONING')).toMatchObject({ current: 5 });
    expect(await calls.written(draft)).toEqual({ text: 'a😀b', reasoning: 'think' });
  });

  it('is one of several that are open, the oldest first', async () => {
    const sessionId = await api.create();
    const one = await calls.begun(sessionId, 'one');
    const two = await calls.begun(sessionId, 'two');
    await calls.append(one, ' more', 3);
    expect(await calls.open(sessionId)).toEqual([
      { id: one.draftId, text: 'one more', reasoning: '' },
      { id: two.draftId, text: 'two', reasoning: '' },
    ]);
    expect(await calls.open(sessionId, 'sessionId')).toEqual([{ sessionId }, { sessionId }]);
    expect(await calls.open(await api.create())).toEqual([]);
  });

  it('is no part of the history until it is finished', async () => {
    const sessionId = await api.create();
    const cursor = await api.say(sessionId, 'question');
    const state = await api.session(sessionId, STATE);
    const draft = await calls.begun(sessionId, 'answer', { agent: 'other' });
    await calls.append(draft, 'hm', 0, 'REASONING');
    await api.write('cancelMessage', { ...(await calls.begun(sessionId, 'x')), keep: false });
    expect(await api.session(sessionId, STATE)).toEqual(state);
    expect(await api.items(sessionId)).toHaveLength(1);
    expect(await api.inputs(sessionId)).toHaveLength(1);
    expect(await api.session(sessionId, 'lastMessage { text }')).toEqual({
      lastMessage: { text: 'question' },
    });
    await api.say(sessionId, 'another question', { ifCursor: cursor });
    expect(await calls.open(sessionId)).toHaveLength(1);
  });

  it('keeps its session alive while it is written', async () => {
    const sessionId = await api.create({ expiresAfter: 1000 });
    const draft = await calls.begin(sessionId);
    const expiresAt = async () => Date.parse((await api.session(sessionId, 'expiresAt')).expiresAt);
    const before = await expiresAt();
    await eventually(async () => {
      const { text } = await calls.written(draft);
      await calls.append(draft, 'x', text.length);
      expect(await expiresAt()).toBeGreaterThan(before);
    });
  });

  it('is asked for with all else of its session', async () => {
    const sessionId = await api.create({ userId: api.newName('u') });
    const draft = await calls.begun(sessionId, 'so far');
    const { sessions, node } = await api.ask(
      `query ($id: ID!, $user: ID!) {
        node(id: $id) { ... on Session { drafts { id text } } }
        sessions(userId: $user) { nodes { drafts { id text } } }
      }`,
      { id: sessionId, user: (await api.session(sessionId, 'userId')).userId },
    );
    const expected = [{ id: draft.draftId, text: 'so far' }];
    expect([node.drafts, sessions.nodes[0].drafts]).toEqual([expected, expected]);
  });
}
