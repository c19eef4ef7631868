import { expect, it } from 'vitest';
import { ITEM, MESSAGE, type Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const DRAFT = 'draft { id role agent startedAt }';
const FINISHED = `message { ${MESSAGE} }`;

/** What a message may be made of: what was appended, a text, or an item. */
const GIVEN: readonly (readonly [string, object])[] = [
  ['what was written', {}],
  ['a text', { text: 'given 😀' }],
  ['an item', { item: { role: 'assistant', content: 'given' }, dialect: 'RESPONSES' }],
  ['what was written, with metadata', { metadata: { a: [1, { b: null }] } }],
];

export function draftsOnce(api: Api): void {
  const calls = new DraftCalls(api);

  const thought = async (sessionId: string) => {
    const draft = await calls.begun(sessionId, 'written 😀\u0000\n\t"', { agent: 'expert' });
    await calls.append(draft, 'thought\n\t\u2028', 0, 'REASONING');
    return draft;
  };

  it('begins one draft for one key, also when it is over', async () => {
    const sessionId = await api.create();
    const once = { sessionId, agent: 'a', idempotencyKey: 'k' };
    const first = await api.write('startMessage', once, DRAFT);
    expect(await api.write('startMessage', once, DRAFT)).toEqual(first);
    await calls.append({ sessionId, draftId: first.draft.id }, 'x');
    const { draft } = await api.write('startMessage', once, 'draft { id text }');
    expect(draft).toEqual({ id: first.draft.id, text: 'x' });
    expect(await calls.open(sessionId)).toHaveLength(1);
    await api.write('finishMessage', { sessionId, draftId: first.draft.id });
    expect(await api.write('startMessage', once, DRAFT)).toEqual(first);
    expect((await api.write('startMessage', once, 'draft { text }')).draft).toEqual({ text: '' });
    await api.write('clearSession', { id: sessionId });
    expect(await api.write('startMessage', once, DRAFT)).toEqual(first);
    expect(await calls.open(sessionId)).toEqual([]);
  });

  it('begins one draft of fifty that are begun at once with one key', async () => {
    const sessionId = await api.create();
    const once = { sessionId, idempotencyKey: 'k' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.write('startMessage', once, DRAFT)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await calls.open(sessionId, 'id')).toEqual([{ id: answers[0].draft.id }]);
  });

  it('answers a repeated beginning also when as many drafts are open as may be', async () => {
    const sessionId = await api.create();
    const once = { sessionId, idempotencyKey: 'k' };
    const first = await api.write('startMessage', once, DRAFT);
    for (let begun = 1; begun < 32; begun++) await calls.begin(sessionId);
    expect(await api.write('startMessage', once, DRAFT)).toEqual(first);
  });

  it('refuses the key of a draft with another input, or for another write', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x', { idempotencyKey: 'start' });
    const conflict = { code: 'CONFLICT' };
    expect(
      await api.refused('startMessage', { sessionId, agent: 'b', idempotencyKey: 'start' }),
    ).toMatchObject(conflict);
    expect(
      await api.refused('startMessage', { sessionId, role: 'USER', idempotencyKey: 'start' }),
    ).toMatchObject(conflict);
    expect(await api.refused('finishMessage', { ...draft, idempotencyKey: 'start' })).toMatchObject(conflict);
    expect(
      await api.refused('addMessage', { sessionId, text: 'x', role: 'USER', idempotencyKey: 'start' }),
    ).toMatchObject(conflict);
    expect(await calls.written(draft)).toEqual({ text: 'x', reasoning: '' });
    await api.write('finishMessage', { ...draft, idempotencyKey: 'finish' });
    const other = await calls.begun(sessionId, 'y');
    for (const bad of [{ ...other }, { ...draft, text: 'x' }, { ...draft, metadata: {} }]) {
      expect(await api.refused('finishMessage', { ...bad, idempotencyKey: 'finish' })).toMatchObject(
        conflict,
      );
    }
    expect(await api.refused('startMessage', { sessionId, idempotencyKey: 'finish' })).toMatchObject(
      conflict,
    );
    expect(await calls.open(sessionId)).toHaveLength(1);
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
  });

  it.each(GIVEN)('answers a repeated end with the message that was made of %s', async (_what, given) => {
    const sessionId = await api.create();
    await api.write('trackAgent', { sessionId, agentName: 'triage' });
    const once = { ...(await thought(sessionId)), ...given, idempotencyKey: 'k' };
    const first = await api.write('finishMessage', once, FINISHED);
    const { items } = await api.session(sessionId, `items { nodes { ${ITEM} } }`);
    expect(items.nodes.at(-1)).toEqual(first.message);
    expect(items.nodes).toHaveLength(4);
    expect(await api.write('finishMessage', once, FINISHED)).toEqual(first);
    await api.say(sessionId, 'later');
    const { message, session } = await api.write(
      'finishMessage',
      once,
      `${FINISHED} session { itemCount cursor }`,
    );
    expect({ message }).toEqual(first);
    expect(session).toEqual(await api.session(sessionId, 'itemCount cursor'));
    expect(session.itemCount).toBe(5);
  });

  it.each(GIVEN)(
    'answers so when the message of %s has been popped, and the history cleared',
    async (_what, given) => {
      const sessionId = await api.create();
      const once = { ...(await thought(sessionId)), ...given, idempotencyKey: 'k' };
      const first = await api.write('finishMessage', once, FINISHED);
      await api.write('popItem', { id: sessionId });
      expect(await api.write('finishMessage', once, FINISHED)).toEqual(first);
      await api.write('popItem', { id: sessionId });
      expect(await api.write('finishMessage', once, FINISHED)).toEqual(first);
      await api.write('clearSession', { id: sessionId });
      expect(await api.write('finishMessage', once, FINISHED)).toEqual(first);
      expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(0);
    },
  );

  it('answers fifty at once with one key alike, from one message', async () => {
    const sessionId = await api.create();
    const once = { ...(await thought(sessionId)), idempotencyKey: 'k' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.write('finishMessage', once, FINISHED)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(3);
  });

  it('forgets an end that was refused: its key can be used again', async () => {
    const sessionId = await api.create();
    const draft = await calls.begin(sessionId);
    expect(await api.refused('finishMessage', { ...draft, idempotencyKey: 'k' })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    const missing = { sessionId, draftId: 'none', text: 'x', idempotencyKey: 'k' };
    expect(await api.refused('finishMessage', missing)).toMatchObject({ code: 'NOT_FOUND' });
    await api.write('finishMessage', { ...draft, text: 'x', idempotencyKey: 'k' });
  });

  it('finds no session for a key once it is deleted, and a new key in one made again', async () => {
    const sessionId = await api.create();
    const start = { sessionId, idempotencyKey: 'start' };
    const { draft: first } = await api.write('startMessage', start, DRAFT);
    const finish = { sessionId, draftId: first.id, text: 'x', idempotencyKey: 'finish' };
    await api.write('finishMessage', finish);
    await api.write('deleteSession', { id: sessionId });
    expect(await api.refused('startMessage', start)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await api.refused('finishMessage', finish)).toMatchObject({ code: 'NOT_FOUND' });
    await api.create({ id: sessionId });
    expect(await api.refused('finishMessage', finish)).toMatchObject({ code: 'NOT_FOUND' });
    const { draft } = await api.write('startMessage', start, DRAFT);
    expect(draft.id).not.toBe(first.id);
    await api.write('finishMessage', { ...finish, draftId: draft.id });
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
  });
}
