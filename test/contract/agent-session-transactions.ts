import { expect, it } from 'vitest';
import { assistant, EVERY_KIND, user } from '../client/sdk-items.ts';
import type { AgentInputItem } from '../client/sdk-session-contract.ts';
import type { SessionSource } from './agent-session.ts';

/** applyHistoryTransaction: atomic, and once for each operation id. */
export function agentSessionTransactions(source: () => SessionSource): void {
  const append = (...items: AgentInputItem[]) => ({ type: 'append_items' as const, items });
  const replace = (expectedSuffix: AgentInputItem[], replacement: AgentInputItem[]) => ({
    type: 'replace_suffix' as const,
    expectedSuffix,
    replacement,
  });

  it('applies a repeated transaction once', async () => {
    const session = await source().newSession();
    const args = { operationId: 'run:1', transaction: append(user('one'), assistant('two')) };
    await session.applyHistoryTransaction(args);
    await session.applyHistoryTransaction(structuredClone(args));
    await (await source().again(session)).applyHistoryTransaction(args);
    expect(await session.getItems()).toEqual([user('one'), assistant('two')]);
  });

  it('applies one of fifty simultaneous calls with one id', async () => {
    const session = await source().newSession();
    await session.addItems([user('before')]);
    const args = { operationId: 'run:1', transaction: append(user('one'), assistant('two')) };
    const sessions = await Promise.all(Array.from({ length: 50 }, () => source().again(session)));
    await Promise.all(sessions.map(async (same) => same.applyHistoryTransaction(args)));
    expect(await session.getItems()).toEqual([user('before'), user('one'), assistant('two')]);
  });

  it('refuses an id that was used for another transaction', async () => {
    const session = await source().newSession();
    await session.applyHistoryTransaction({ operationId: 'run:1', transaction: append(user('one')) });
    const others = [append(user('two')), append(), replace([user('one')], [user('two')])];
    for (const transaction of others) {
      await expect(
        (async () => session.applyHistoryTransaction({ operationId: 'run:1', transaction }))(),
      ).rejects.toBeInstanceOf(Error);
    }
    expect(await session.getItems()).toEqual([user('one')]);
  });

  it('remembers a transaction of nothing', async () => {
    const session = await source().newSession();
    await session.applyHistoryTransaction({ operationId: 'run:1', transaction: append() });
    await session.applyHistoryTransaction({ operationId: 'run:1', transaction: append() });
    await expect(
      (async () =>
        session.applyHistoryTransaction({ operationId: 'run:1', transaction: append(user('one')) }))(),
    ).rejects.toBeInstanceOf(Error);
    expect(await session.getItems()).toEqual([]);
  });

  it('replaces the end of the history', async () => {
    const session = await source().newSession();
    await session.addItems([user('one'), assistant('two'), user('three')]);
    await session.applyHistoryTransaction({
      operationId: 'run:1',
      transaction: replace([assistant('two'), user('three')], [assistant('blocked')]),
    });
    expect(await session.getItems()).toEqual([user('one'), assistant('blocked')]);
  });

  it('replaces items of every kind, whatever the order of their keys', async () => {
    const session = await source().newSession();
    const items = EVERY_KIND as AgentInputItem[];
    await session.addItems(items);
    const turned = items.map((item) => Object.fromEntries(Object.entries(item).toReversed()));
    await session.applyHistoryTransaction({
      operationId: 'run:1',
      transaction: replace(turned as AgentInputItem[], [user('new')]),
    });
    expect(await session.getItems()).toEqual([user('new')]);
  });

  it('does a replacement once, though its suffix is gone when it is repeated', async () => {
    const session = await source().newSession();
    await session.addItems([user('one')]);
    const args = { operationId: 'run:1', transaction: replace([user('one')], [user('two')]) };
    await session.applyHistoryTransaction(args);
    await session.applyHistoryTransaction(args);
    expect(await session.getItems()).toEqual([user('two')]);
  });

  it('takes an empty suffix, which every history ends in, and an empty replacement', async () => {
    const session = await source().newSession();
    await session.applyHistoryTransaction({
      operationId: 'run:1',
      transaction: replace([], [user('one'), user('two')]),
    });
    await session.applyHistoryTransaction({
      operationId: 'run:2',
      transaction: replace([user('two')], []),
    });
    expect(await session.getItems()).toEqual([user('one')]);
  });

  it.each([
    ['another item', [user('zero')]],
    ['an item that is not the last', [user('one')]],
    ['more than there is', [user('zero'), user('one'), assistant('two')]],
  ])('changes nothing when the expected suffix is %s, and leaves the id free', async (_what, suffix) => {
    const session = await source().newSession();
    const history = [user('one'), assistant('two')];
    await session.addItems(history);
    const args = { operationId: 'run:1', transaction: replace(suffix, [user('three')]) };
    await expect((async () => session.applyHistoryTransaction(args))()).rejects.toBeInstanceOf(Error);
    expect(await session.getItems()).toEqual(history);
    await session.applyHistoryTransaction({ operationId: 'run:1', transaction: append(user('three')) });
    expect(await session.getItems()).toEqual([...history, user('three')]);
  });

  it.each([
    ['no id', { operationId: '', transaction: append(user('one')) }],
    ['an id of spaces', { operationId: ' ', transaction: append(user('one')) }],
    ['no known type', { operationId: 'run:1', transaction: { type: 'prepend_items', items: [] } }],
    ['a bigint', { operationId: 'run:1', transaction: append({ ...user('one'), providerData: { n: 1n } }) }],
  ])('refuses a transaction with %s', async (_what, args) => {
    const session = await source().newSession();
    await expect(
      (async () =>
        session.applyHistoryTransaction(args as Parameters<typeof session.applyHistoryTransaction>[0]))(),
    ).rejects.toBeInstanceOf(Error);
    expect(await session.getItems()).toEqual([]);
  });
}
