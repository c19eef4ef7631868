import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/client/index.ts';
import { assistant, call, result, user } from './sdk-items.ts';
import type { AgentInputItem } from './sdk-session-contract.ts';
import { serve, type Served } from './session-sources.ts';

/** A result as the SDK has it: `history` is the input and the output. */
function ran(input: AgentInputItem[], output: AgentInputItem[], agent = 'triage'): RunResult {
  return { history: [...input, ...output], output, lastAgent: { name: agent } };
}

describe('storeAgentResult of the client', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve('in process');
  });
  afterAll(() => served.close());

  it('stores ten turns of the documented loop as twenty messages', async () => {
    const session = await served.sessions.create();
    for (let turn = 1; turn <= 10; turn++) {
      const input = [...(await session.toAgentInputs<AgentInputItem>()), user('yes')];
      const stored = await session.storeAgentResult(ran(input, [assistant(`answer ${turn}`, `msg_${turn}`)]));
      expect(await session.messageCount()).toBe(2 * turn);
      expect(stored.skipped).toBe(2 * (turn - 1));
    }
    expect(await session.currentAgent()).toBe('triage');
  });

  it('adds nothing when the same result is stored again', async () => {
    const session = await served.sessions.create();
    const once = ran([user('one')], [call('a'), result('a'), assistant('two', 'msg_1')]);
    expect(await session.storeAgentResult(once)).toMatchObject({ skipped: 0 });
    expect(await session.storeAgentResult(once)).toEqual({ added: 0, skipped: 4 });
    expect(await session.getItems()).toEqual(once.history);
  });

  it('takes the output alone, or a plain list, as new', async () => {
    const session = await served.sessions.create();
    await session.addItems([user('one')]);
    await session.storeAgentResult(ran([user('one')], [assistant('two')]), { scope: 'NEW' });
    await session.storeAgentResult([user('three')], { scope: 'NEW', currentAgent: 'billing' });
    expect(await session.getItems()).toEqual([user('one'), assistant('two'), user('three')]);
    expect(await session.currentAgent()).toBe('billing');
  });

  it('keeps only messages when asked to', async () => {
    const session = await served.sessions.create();
    await session.storeAgentResult(ran([user('one')], [call('a'), result('a'), assistant('two')]), {
      messagesOnly: true,
    });
    expect(await session.getItems()).toEqual([user('one'), assistant('two')]);
  });

  it('awaits a streamed run before it looks at its history', async () => {
    const session = await served.sessions.create();
    const history: object[] = [user('one')];
    let finish = (): void => undefined;
    const completed = new Promise<void>((resolve) => (finish = resolve));
    const storing = session.storeAgentResult({ history, output: [], completed });
    history.push(assistant('two'));
    finish();
    await storing;
    expect(await session.getItems()).toEqual([user('one'), assistant('two')]);
  });

  it('fails with what a streamed run failed with, and stores nothing', async () => {
    const session = await served.sessions.create();
    const failure = new Error('The model is away.');
    const completed = Promise.reject(failure);
    await expect(session.storeAgentResult({ history: [user('one')], output: [], completed })).rejects.toBe(
      failure,
    );
    expect(await session.getItems()).toEqual([]);
  });
});

describe('fork of the client', () => {
  it('gives a session of its own with the history up to a message', async () => {
    const served = await serve('in process');
    const session = await served.sessions.create({ title: 'Source', metadata: { a: 1 } });
    const { cursor } = await session.addMessage({ role: 'USER', text: 'one' });
    await session.addMessage({ role: 'USER', text: 'two' });
    const fork = await session.fork({ upTo: cursor, newId: 'forked', title: 'Fork' });
    await fork.addMessage({ role: 'USER', text: 'three' });
    expect(await fork.info()).toMatchObject({ id: 'forked', title: 'Fork', metadata: { a: 1 } });
    expect((await fork.getMessages()).map(({ text }) => text)).toEqual(['one', 'three']);
    expect((await session.getMessages()).map(({ text }) => text)).toEqual(['one', 'two']);
    await served.close();
  });
});
