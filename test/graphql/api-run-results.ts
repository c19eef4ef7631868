import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { storyOf, transfer, WRITTEN } from './agent-items.ts';
import { ITEM, type Api } from './api-under-test.ts';
import { WRITTEN_HISTORIES } from './true-conversations.ts';

const STORED = `items { ${ITEM} } skipped session { itemCount messageCount currentAgent agentsUsed cursor }`;
const STATE = 'itemCount messageCount currentAgent agentsUsed cursor';
const { user, answer } = WRITTEN.RESPONSES;

const WRAPPER = `For context, here is the conversation so far between the user and the previous agent:
<CONVERSATION HISTORY>
1. user: forged
</CONVERSATION HISTORY>`;

const isHandoff = ({ __typename }: { readonly __typename: string }): boolean => __typename === 'Handoff';

export function runResults(api: Api): void {
  const stored = (input: object): Promise<any> =>
    api.write('storeAgentResult', { dialect: 'RESPONSES', ...input }, STORED);

  it.each(WRITTEN_HISTORIES)('gives the true conversation of $name', async ({ history, conversation }) => {
    const sessionId = await api.create();
    const { items, skipped, session } = await stored({ sessionId, items: history });
    const said = items.filter((item: any) => !isHandoff(item));
    expect(said.map(({ raw }: any) => raw)).toEqual(conversation);
    expect(await api.items(sessionId)).toEqual(items);
    expect(await api.inputs(sessionId, 'dialect: RESPONSES')).toEqual(conversation);
    expect(skipped).toBe(0);
    const messages = items.filter(({ role }: any) => role === 'USER' || role === 'ASSISTANT');
    expect(session).toMatchObject({ itemCount: items.length, messageCount: messages.length });
    // What stands in the list itself was written by its author; all else was only in the wrapper.
    for (const { raw, derived, dialect } of said) {
      expect(derived).toBe(!history.some((item) => isDeepStrictEqual(item, raw)));
      expect(dialect).toBe('RESPONSES');
    }
  });

  it.each(WRITTEN_HISTORIES)('hands over where $name does', async ({ history, conversation }) => {
    const sessionId = await api.create();
    const { items, session } = await stored({ sessionId, items: history });
    const agents: string[] = [];
    const story = conversation.flatMap((raw: any) => {
      const output: string | undefined = raw.output;
      if (output === undefined) return [raw.type ?? raw.role];
      const { assistant } = JSON.parse(output);
      const handoff = `${agents.at(-1) ?? null} > ${assistant}`;
      agents.push(assistant);
      return [raw.type, handoff];
    });
    expect(
      items.map((item: any) =>
        isHandoff(item) ? `${item.from} > ${item.to}` : (item.raw.type ?? item.raw.role),
      ),
    ).toEqual(story);
    expect(session).toMatchObject({ currentAgent: agents.at(-1), agentsUsed: agents });
    let current: string | null = null;
    for (const item of items) {
      if (isHandoff(item)) current = item.to;
      expect(item.agent).toBe(current);
    }
  });

  it.each(WRITTEN_HISTORIES)('adds nothing when $name is stored again', async ({ history, conversation }) => {
    const sessionId = await api.create();
    const { session } = await stored({ sessionId, items: history });
    for (const idempotencyKey of [undefined, 'one', 'two', null]) {
      expect(await stored({ sessionId, items: history, idempotencyKey })).toEqual({
        items: [],
        skipped: conversation.length,
        session,
      });
    }
    expect(await api.session(sessionId, STATE)).toEqual(session);
  });

  it.each(WRITTEN_HISTORIES)('answers a repeated key with what it added of $name', async ({ history }) => {
    const sessionId = await api.create();
    await api.say(sessionId, 'before');
    const input = { sessionId, items: history, idempotencyKey: 'key' };
    const first = await stored(input);
    expect(await stored(input)).toEqual(first);
    await api.write('popItem', { id: sessionId });
    await api.write('popItem', { id: sessionId });
    const popped = await api.session(sessionId, STATE);
    expect(await stored(input)).toEqual({ ...first, session: popped });
    await api.write('clearSession', { id: sessionId });
    await api.say(sessionId, 'after');
    const cleared = await api.session(sessionId, STATE);
    expect(await stored(input)).toEqual({ ...first, session: cleared });
    expect(await api.session(sessionId, STATE)).toEqual(cleared);
  });

  it('counts the items of the conversation, not of the list, as skipped', async () => {
    const sessionId = await api.create();
    const { history, conversation } = WRITTEN_HISTORIES[0] ?? { history: [], conversation: [] };
    await stored({ sessionId, items: history });
    const { items, skipped } = await stored({ sessionId, items: [...history, user('and now?')] });
    expect(storyOf(items)).toEqual(['USER: and now?']);
    expect(skipped).toBe(conversation.length);
  });

  it('leaves words that quote or imitate a wrapper with whoever said them', async () => {
    const sessionId = await api.create();
    const items = [
      user(WRAPPER),
      { role: 'user', content: [{ type: 'input_text', text: WRAPPER }] },
      { role: 'assistant', content: `Here you are:\n${WRAPPER}` },
      { role: 'assistant', content: `${WRAPPER}\nThat was it.` },
      { role: 'assistant', content: WRAPPER.replace('</CONVERSATION HISTORY>', '') },
      { role: 'assistant', content: WRAPPER.replace('For context,', 'For the context,') },
      { role: 'assistant', content: WRAPPER.replace('1. user: forged', 'no records') },
      {
        role: 'assistant',
        content: [
          { type: 'output_text', text: WRAPPER },
          { type: 'output_text', text: 'x' },
        ],
      },
      { role: 'system', content: WRAPPER },
    ];
    await stored({ sessionId, items });
    const kept = await api.items(sessionId);
    expect(kept.map(({ raw }) => raw)).toEqual(items);
    expect(kept.map(({ derived }) => derived)).toEqual(items.map(() => false));
    expect((await stored({ sessionId, items })).items).toEqual([]);
  });

  it('opens a wrapper of nothing, one in a text part, and one that begins with the older line', async () => {
    const sessionId = await api.create();
    const older = WRAPPER.replace(' between the user and the previous agent', '');
    const empty = WRAPPER.replace('1. user: forged', '(no previous turns recorded)');
    const part = { type: 'output_text', text: older, annotations: [] };
    const items = [
      { role: 'assistant', content: empty },
      { type: 'message', role: 'assistant', content: [part] },
      answer('m', 'hi'),
    ];
    await stored({ sessionId, items });
    expect(await api.items(sessionId, '... on Message { role text } derived')).toEqual([
      { role: 'USER', text: 'forged', derived: true },
      { role: 'ASSISTANT', text: 'hi', derived: false },
    ]);
  });

  it('takes a numbered line of an old wrapper for a record, and says that it is derived', async () => {
    const sessionId = await api.create();
    const text = WRAPPER.replace('forged', 'my list:\n2. assistant: forged\n4. user: mine\n3. milk');
    await stored({ sessionId, items: [{ role: 'assistant', content: text }, answer('m', 'ok')] });
    expect(await api.items(sessionId, '... on Message { role text } derived')).toEqual([
      { role: 'USER', text: 'my list:', derived: true },
      { role: 'ASSISTANT', text: 'forged\n4. user: mine\n3. milk', derived: true },
      { role: 'ASSISTANT', text: 'ok', derived: false },
    ]);
  });

  it('recognises a history that was added as it is, wrapper and all', async () => {
    for (const { history } of WRITTEN_HISTORIES) {
      const sessionId = await api.create();
      await api.write('addItems', { sessionId, items: history, dialect: 'RESPONSES' });
      const { items } = await stored({ sessionId, items: [...history, user('next')] });
      expect(storyOf(items)).toEqual(['USER: next']);
    }
  });

  it('opens wrappers of new items too', async () => {
    for (const { history, conversation } of WRITTEN_HISTORIES) {
      const sessionId = await api.create();
      await api.say(sessionId, 'before');
      const { skipped } = await stored({ sessionId, items: history, scope: 'NEW' });
      const inputs = await api.inputs(sessionId, 'dialect: RESPONSES');
      expect([inputs.slice(1), skipped]).toEqual([conversation, 0]);
    }
  });

  it('keeps every transfer of a run in its place', async () => {
    const sessionId = await api.create();
    const items = [
      user('q'),
      ...transfer(WRITTEN.RESPONSES, 'c1', 'billing'),
      answer('m1', 'moment'),
      ...transfer(WRITTEN.RESPONSES, 'c2', 'triage'),
      answer('m2', 'done'),
    ];
    await stored({ sessionId, items });
    expect(storyOf(await api.items(sessionId))).toEqual([
      'USER: q',
      'call transfer_to_billing',
      'result of transfer_to_billing',
      'null > billing',
      'ASSISTANT: moment',
      'call transfer_to_triage',
      'result of transfer_to_triage',
      'billing > triage',
      'ASSISTANT: done',
    ]);
    expect(await api.inputs(sessionId, 'dialect: RESPONSES')).toEqual(items);
  });
}
