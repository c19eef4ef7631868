import { expect, it } from 'vitest';
import { MESSAGE, type Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const FINISHED = `message { ${MESSAGE} } session { id itemCount messageCount currentAgent agentsUsed cursor }`;

export function finishingDrafts(api: Api): void {
  const calls = new DraftCalls(api);

  it('makes what was written a message at the end of the log', async () => {
    const sessionId = await api.create();
    await api.say(sessionId, 'Capital of France?');
    const draft = await calls.begun(sessionId, 'Par');
    await api.say(sessionId, 'Well?');
    await calls.append(draft, 'is. 😀\u0000', 3);
    const { message, session } = await api.write('finishMessage', { ...draft }, FINISHED);
    expect(message).toMatchObject({
      __typename: 'Message',
      sessionId,
      role: 'ASSISTANT',
      text: 'Paris. 😀\u0000',
      agent: null,
      metadata: {},
      status: 'COMPLETED',
      dialect: 'AGENTS_JS',
      derived: false,
      raw: {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Paris. 😀\u0000' }],
      },
    });
    expect(message.cursor).toBe(session.cursor);
    expect(session).toMatchObject({ itemCount: 3, messageCount: 3 });
    expect((await api.items(sessionId)).at(-1)).toEqual(message);
    expect(await calls.open(sessionId)).toEqual([]);
  });

  it.each([
    ['USER', { type: 'message', role: 'user', content: 'said' }, 'AGENTS_JS'],
    ['SYSTEM', { type: 'message', role: 'system', content: 'said' }, 'AGENTS_JS'],
    ['DEVELOPER', { type: 'message', role: 'developer', content: 'said' }, 'RESPONSES'],
  ])('makes a draft of the role %s what addMessage would make of it', async (role, raw, dialect) => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'said', { role, agent: 'signer' });
    const { message, session } = await api.write('finishMessage', { ...draft }, FINISHED);
    expect(message).toMatchObject({ role, raw, dialect, agent: 'signer', status: 'COMPLETED' });
    // Only an assistant's agent becomes the current one.
    expect(session).toMatchObject({ currentAgent: null, itemCount: 1 });
    await api.write('addMessage', { sessionId, role, text: 'said', agent: 'signer' });
    const [one, other] = await api.items(
      sessionId,
      'raw dialect agent ... on Message { status parts { __typename } }',
    );
    expect(one).toEqual(other);
  });

  it('takes the whole text in place of what was written', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'Par');
    const given = { text: 'Paris, of course.', metadata: { tokens: 7 } };
    const { message } = await api.write('finishMessage', { ...draft, ...given }, FINISHED);
    expect(message).toMatchObject({ ...given, role: 'ASSISTANT', status: 'COMPLETED' });
    const empty = await calls.begin(sessionId);
    await api.write('finishMessage', { ...empty, text: 'x' });
    expect((await api.items(sessionId, '... on Message { text }')).at(-1)).toEqual({ text: 'x' });
  });

  it.each([
    [
      'AGENTS_JS',
      {
        type: 'message',
        role: 'assistant',
        status: 'incomplete',
        content: [{ type: 'output_text', text: 'x', providerData: { a: 1e21 } }],
      },
    ],
    [
      'RESPONSES',
      { id: 'msg_1', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }], '😀': [null] },
    ],
    ['RESPONSES', { role: 'assistant', content: '' }],
  ])('keeps an item of the dialect %s as it is given', async (dialect, item) => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'so far', { agent: 'a' });
    const metadata = { n: [1] };
    const { message } = await api.write('finishMessage', { ...draft, item, dialect, metadata }, FINISHED);
    expect(message).toMatchObject({ raw: item, dialect, metadata, agent: 'a', role: 'ASSISTANT' });
    expect((await api.items(sessionId)).at(-1)).toEqual(message);
  });

  it('takes an item of the SDK when no dialect is named', async () => {
    const draft = await calls.begin(await api.create(), { role: 'USER' });
    const item = {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_image', image: 'https://x/y.png' }],
    };
    const { message } = await api.write('finishMessage', { ...draft, item, dialect: null }, FINISHED);
    expect(message).toMatchObject({ raw: item, dialect: 'AGENTS_JS', role: 'USER' });
  });

  it('puts what was thought before the message, as an item of its own', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'Paris.', { agent: 'geographer' });
    await calls.append(draft, 'France, ', 0, 'REASONING');
    await calls.append(draft, 'so…\n', 8, 'REASONING');
    const { message, session } = await api.write('finishMessage', { ...draft, metadata: { a: 1 } }, FINISHED);
    const items = await api.items(sessionId);
    expect(items).toMatchObject([
      { __typename: 'Handoff', from: null, to: 'geographer' },
      { __typename: 'Reasoning', summary: 'France, so…\n', agent: 'geographer', metadata: {} },
      { __typename: 'Message', text: 'Paris.', agent: 'geographer', metadata: { a: 1 } },
    ]);
    expect(items[2]).toEqual(message);
    expect(items[1].raw).toEqual({
      type: 'reasoning',
      content: [{ type: 'input_text', text: 'France, so…\n' }],
    });
    expect(session).toMatchObject({ itemCount: 3, messageCount: 1, currentAgent: 'geographer' });
  });

  it('keeps what was thought also when the text or the item is given', async () => {
    const sessionId = await api.create();
    for (const given of [{ text: 'x' }, { item: { role: 'assistant', content: 'x' } }]) {
      const draft = await calls.begin(sessionId);
      await calls.append(draft, 'thought', 0, 'REASONING');
      await api.write('finishMessage', { ...draft, ...given });
    }
    const types = (await api.items(sessionId, '__typename')).map(({ __typename }) => __typename);
    expect(types).toEqual(['Reasoning', 'Message', 'Reasoning', 'Message']);
  });

  it('leaves out a thought of nothing but spaces', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x');
    await calls.append(draft, ' \n\u00a0', 0, 'REASONING');
    await api.write('finishMessage', { ...draft });
    expect(await api.items(sessionId, '__typename')).toEqual([{ __typename: 'Message' }]);
  });

  it('hands off to the agent of an assistant’s draft when it is finished, unless it is current', async () => {
    const sessionId = await api.create();
    await api.write('trackAgent', { sessionId, agentName: 'triage' });
    const [one, two] = [
      await calls.begun(sessionId, 'one', { agent: 'expert' }),
      await calls.begun(sessionId, 'two', { agent: 'expert' }),
    ];
    const nobody = await calls.begun(sessionId, 'three');
    expect((await api.session(sessionId, 'currentAgent')).currentAgent).toBe('triage');
    for (const draft of [one, two, nobody]) await api.write('finishMessage', { ...draft });
    expect(await api.items(sessionId, 'agent ... on Message { text } ... on Handoff { from to }')).toEqual([
      { agent: 'triage', from: null, to: 'triage' },
      { agent: 'expert', from: 'triage', to: 'expert' },
      { agent: 'expert', text: 'one' },
      { agent: 'expert', text: 'two' },
      // That of a draft without a name is the agent that is current then.
      { agent: 'expert', text: 'three' },
    ]);
    const state = { currentAgent: 'expert', agentsUsed: ['triage', 'expert'], itemCount: 5 };
    expect(await api.session(sessionId, 'currentAgent agentsUsed itemCount')).toEqual(state);
  });

  it('finishes drafts in any order', async () => {
    const sessionId = await api.create();
    const begun = [];
    for (const text of ['one', 'two', 'three']) begun.push(await calls.begun(sessionId, text));
    for (const n of [1, 2, 0]) await api.write('finishMessage', { ...begun[n] });
    const texts = (await api.items(sessionId, '... on Message { text }')).map(({ text }) => text);
    expect(texts).toEqual(['two', 'three', 'one']);
  });

  it('gives the message another id than the draft had', async () => {
    const draft = await calls.begun(await api.create(), 'x');
    const { message } = await api.write('finishMessage', { ...draft }, 'message { id }');
    expect(message.id).not.toContain(draft.draftId);
    const { node } = await api.ask('query ($id: ID!) { node(id: $id) { ... on Message { text } } }', message);
    expect(node).toEqual({ text: 'x' });
    const none = await api.ask('query ($id: ID!) { node(id: $id) { id } }', { id: draft.draftId });
    expect(none).toEqual({ node: null });
  });
}
