import { expect, it } from 'vitest';
import { call, result, user } from '../client/sdk-items.ts';
import type { FunctionCallItem } from '../client/sdk-session-contract.ts';
import type { SessionSource } from './agent-session.ts';

/** applyHistoryMutations: function calls that the run corrected. */
export function agentSessionMutations(source: () => SessionSource): void {
  const replaced = (callId: string, replacement: FunctionCallItem) => ({
    type: 'replace_function_call' as const,
    callId,
    replacement,
  });

  it('replaces a function call where it stands', async () => {
    const session = await source().newSession();
    await session.addItems([user('one'), call('a'), result('a'), call('b'), user('two')]);
    const corrected = call('a', { arguments: '{"city":"Bergen"}' });
    await session.applyHistoryMutations({ mutations: [replaced('a', corrected)] });
    expect(await session.getItems()).toEqual([user('one'), corrected, result('a'), call('b'), user('two')]);
  });

  it('makes one of several calls with one id', async () => {
    const session = await source().newSession();
    await session.addItems([call('a'), user('one'), call('a', { name: 'other' }), call('b'), call('a')]);
    await session.applyHistoryMutations({ mutations: [replaced('a', call('a'))] });
    expect(await session.getItems()).toEqual([call('a'), user('one'), call('b')]);
  });

  it('applies several mutations in order', async () => {
    const session = await source().newSession();
    await session.addItems([call('a'), call('b')]);
    await session.applyHistoryMutations({
      mutations: [replaced('a', call('b')), replaced('b', call('c')), replaced('c', call('d'))],
    });
    expect(await session.getItems()).toEqual([call('d')]);
  });

  it('changes nothing when there is no such call, or nothing to do', async () => {
    const session = await source().newSession();
    const history = [user('one'), call('a'), result('a')];
    await session.addItems(history);
    await session.applyHistoryMutations({ mutations: [] });
    await session.applyHistoryMutations({ mutations: [replaced('z', call('z'))] });
    await session.applyHistoryMutations({ mutations: [replaced('a', call('a'))] });
    expect(await session.getItems()).toEqual(history);
  });
}
