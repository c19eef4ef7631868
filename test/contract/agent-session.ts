import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assistant, EVERY_KIND, user } from '../client/sdk-items.ts';
import type { AgentInputItem, CapableSession } from '../client/sdk-session-contract.ts';
import { agentSessionMutations } from './agent-session-mutations.ts';
import { agentSessionTransactions } from './agent-session-transactions.ts';

/** Where sessions come from. */
export interface SessionSource {
  /** A session that nothing was done to. */
  newSession(): Promise<CapableSession>;
  /** The same session, as another process would open it. */
  again(session: CapableSession): Promise<CapableSession>;
  close(): Promise<void>;
}

/** What a Session of the Agents SDK means: the same for the SDK's own in memory and for one on a server. */
export function agentSessionContract(name: string, open: () => Promise<SessionSource>): void {
  describe(`a session of the Agents SDK on ${name}`, () => {
    let source: SessionSource;
    beforeAll(async () => {
      source = await open();
    });
    afterAll(() => source.close());

    it('has an id that stays', async () => {
      const session = await source.newSession();
      const id = await session.getSessionId();
      expect(id).not.toBe('');
      expect(await session.getSessionId()).toBe(id);
    });

    it('begins empty', async () => {
      const session = await source.newSession();
      expect(await session.getItems()).toEqual([]);
      expect(await session.getItems(5)).toEqual([]);
      expect(await session.popItem()).toBeUndefined();
    });

    it('gives back items of every kind as they were added, in order', async () => {
      const session = await source.newSession();
      const items = EVERY_KIND as AgentInputItem[];
      await session.addItems(items.slice(0, 5));
      await session.addItems(items.slice(5));
      expect(await session.getItems()).toStrictEqual(items);
      expect(await (await source.again(session)).getItems()).toStrictEqual(items);
    });

    it('keeps the order of writes that nobody waited for, and reads what they wrote', async () => {
      const session = await source.newSession();
      const writes = ['one', 'two', 'three', 'four'].map((text) => session.addItems([user(text)]));
      expect(await session.getItems()).toEqual(['one', 'two', 'three', 'four'].map(user));
      await Promise.all(writes);
    });

    it('takes an empty list as nothing', async () => {
      const session = await source.newSession();
      await session.addItems([]);
      expect(await session.getItems()).toEqual([]);
    });

    it('takes more items than fit in one write', async () => {
      const session = await source.newSession();
      const items = Array.from({ length: 2_345 }, (_, index) => user(`number ${index}`));
      await session.addItems(items);
      expect(await session.getItems()).toEqual(items);
      expect(await session.getItems(1_200)).toEqual(items.slice(-1_200));
    });

    it('keeps what is equal as often as it was said', async () => {
      const session = await source.newSession();
      await session.addItems([user('yes'), assistant('Sure?'), user('yes'), user('yes')]);
      expect(await session.getItems()).toEqual([user('yes'), assistant('Sure?'), user('yes'), user('yes')]);
    });

    it('gives the newest items for a limit, oldest first', async () => {
      const session = await source.newSession();
      const items = EVERY_KIND as AgentInputItem[];
      await session.addItems(items);
      for (let limit = 0; limit <= items.length + 1; limit++) {
        const newest = limit === 0 ? [] : items.slice(-limit);
        expect(await session.getItems(limit), `limit ${limit}`).toStrictEqual(newest);
      }
      expect(await session.getItems(-1)).toEqual([]);
    });

    it('pops the newest item', async () => {
      const session = await source.newSession();
      await session.addItems([user('one'), assistant('two')]);
      expect(await session.popItem()).toStrictEqual(assistant('two'));
      expect(await session.getItems()).toEqual([user('one')]);
      expect(await session.popItem()).toStrictEqual(user('one'));
      expect(await session.popItem()).toBeUndefined();
    });

    it('is empty after a clear, keeps its id, and goes on', async () => {
      const session = await source.newSession();
      const id = await session.getSessionId();
      await session.addItems([user('one')]);
      await session.clearSession();
      expect(await session.getItems()).toEqual([]);
      await session.addItems([user('two')]);
      expect(await session.getItems()).toEqual([user('two')]);
      expect(await session.getSessionId()).toBe(id);
    });

    it('hands out copies', async () => {
      const session = await source.newSession();
      await session.addItems([user('one')]);
      const [item] = await session.getItems();
      Object.assign(item ?? {}, { content: 'changed' });
      expect(await session.getItems()).toEqual([user('one')]);
    });

    agentSessionTransactions(() => source);
    agentSessionMutations(() => source);
  });
}
