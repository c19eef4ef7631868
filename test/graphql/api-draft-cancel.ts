import { expect, it } from 'vitest';
import { MESSAGE, type Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const CANCELLED = `message { ${MESSAGE} } session { itemCount messageCount currentAgent }`;

export function cancellingDrafts(api: Api): void {
  const calls = new DraftCalls(api);

  it.each([{}, { keep: true }, { keep: null }])(
    'keeps what was written as an interrupted message (%j)',
    async (keep) => {
      const sessionId = await api.create();
      const draft = await calls.begun(sessionId, 'Paris is', { agent: 'geographer' });
      await calls.append(draft, 'France', 0, 'REASONING');
      const { message, session } = await api.write('cancelMessage', { ...draft, ...keep }, CANCELLED);
      expect(message).toMatchObject({
        __typename: 'Message',
        text: 'Paris is',
        role: 'ASSISTANT',
        status: 'INTERRUPTED',
        agent: 'geographer',
        metadata: {},
        raw: {
          role: 'assistant',
          status: 'incomplete',
          content: [{ type: 'output_text', text: 'Paris is' }],
        },
      });
      expect(session).toEqual({ itemCount: 3, messageCount: 1, currentAgent: 'geographer' });
      const items = await api.items(sessionId);
      expect(items.map(({ __typename }) => __typename)).toEqual(['Handoff', 'Reasoning', 'Message']);
      expect(items[2]).toEqual(message);
      expect(items[1].summary).toBe('France');
      expect(await calls.open(sessionId)).toEqual([]);
    },
  );

  it.each(['USER', 'SYSTEM', 'DEVELOPER'])('keeps an interrupted message of the role %s', async (role) => {
    const draft = await calls.begun(await api.create(), 'so f', { role, agent: 'signer' });
    const { message, session } = await api.write('cancelMessage', { ...draft }, CANCELLED);
    expect(message).toMatchObject({ role, text: 'so f', status: 'INTERRUPTED', agent: 'signer' });
    expect(session).toMatchObject({ itemCount: 1, currentAgent: null });
  });

  it('drops what was written when it is not to be kept', async () => {
    const sessionId = await api.create();
    await api.say(sessionId, 'before');
    const state = await api.session(sessionId, 'itemCount cursor updatedAt currentAgent');
    const draft = await calls.begun(sessionId, 'x', { agent: 'a' });
    await calls.append(draft, 'y', 0, 'REASONING');
    const { message } = await api.write('cancelMessage', { ...draft, keep: false }, CANCELLED);
    expect(message).toBeNull();
    expect(await api.session(sessionId, 'itemCount cursor updatedAt currentAgent')).toEqual(state);
    expect(await calls.open(sessionId)).toEqual([]);
  });

  it.each(['', ' ', '\n\u00a0'])('keeps nothing of %j', async (blank) => {
    const sessionId = await api.create();
    const draft = await calls.begin(sessionId, { agent: 'a' });
    if (blank !== '') {
      await calls.append(draft, blank);
      await calls.append(draft, blank, 0, 'REASONING');
    }
    const { message, session } = await api.write('cancelMessage', { ...draft }, CANCELLED);
    expect([message, session.itemCount, session.currentAgent]).toEqual([null, 0, null]);
    expect(await calls.open(sessionId)).toEqual([]);
  });

  it('keeps a thought that was not followed by a text', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, '\n', { agent: 'a' });
    await calls.append(draft, 'hm', 0, 'REASONING');
    const { message, session } = await api.write('cancelMessage', { ...draft }, CANCELLED);
    expect(message).toBeNull();
    expect(session).toEqual({ itemCount: 2, messageCount: 0, currentAgent: 'a' });
    expect((await api.items(sessionId)).at(-1)).toMatchObject({ __typename: 'Reasoning', summary: 'hm' });
  });

  it('stays as it ended, however often it is cancelled', async () => {
    const sessionId = await api.create();
    const kept = await calls.begun(sessionId, 'kept');
    const dropped = await calls.begun(sessionId, 'dropped');
    const finished = await calls.begun(sessionId, 'finished');
    const first = await api.write('cancelMessage', { ...kept }, CANCELLED);
    await api.write('cancelMessage', { ...dropped, keep: false });
    const { message } = await api.write('finishMessage', { ...finished }, `message { ${MESSAGE} }`);
    const state = await api.session(sessionId, 'itemCount cursor');
    for (const keep of [true, false]) {
      const again = async (draft: object) =>
        (await api.write('cancelMessage', { ...draft, keep }, CANCELLED)).message;
      expect(await again(kept)).toEqual(first.message);
      expect(await again(dropped)).toBeNull();
      expect(await again(finished)).toEqual(message);
      expect(await again({ sessionId, draftId: 'never begun' })).toBeNull();
    }
    expect(await api.session(sessionId, 'itemCount cursor')).toEqual(state);
  });

  it('does not find the message again once it was popped, or the history cleared', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x');
    await api.write('cancelMessage', { ...draft });
    await api.write('popItem', { id: sessionId });
    expect((await api.write('cancelMessage', { ...draft }, CANCELLED)).message).toBeNull();
    const other = await calls.begun(sessionId, 'x');
    await api.write('cancelMessage', { ...other });
    await api.write('clearSession', { id: sessionId });
    expect((await api.write('cancelMessage', { ...other }, CANCELLED)).message).toBeNull();
  });
}
