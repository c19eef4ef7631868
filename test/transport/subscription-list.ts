import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Subscriptions } from './subscription-under-test.ts';

const LIST = `subscription ($userId: ID) {
  sessionListChanged(userId: $userId) {
    ... on SessionListed { session { id title } }
    ... on SessionUnlisted { sessionId }
  }
}`;

export function sessionList(subscriptions: Subscriptions): void {
  const { api } = subscriptions;

  it('tells what becomes of the sessions of a user, until its subscriber leaves', async () => {
    const userId = api.newName('user');
    const channels = async (): Promise<string> =>
      subscriptions.redis.cli('PUBSUB', 'CHANNELS', `*${userId}*`);
    const follower = subscriptions.follow(LIST, { userId });
    const changes = (): any[] => follower.results.map(({ data }) => data.sessionListChanged);
    // What was made before it began is no change.
    await eventually(async () => {
      await api.create({ userId });
      expect(changes()).not.toEqual([]);
    });
    const id = await api.create({ userId, title: 'new' });
    await eventually(() => expect(changes()).toContainEqual({ session: { id, title: 'new' } }));
    await api.write('deleteSession', { id });
    await eventually(() => expect(changes()).toContainEqual({ sessionId: id }));
    expect(changes().filter((change) => (change.session?.id ?? change.sessionId) === id)).toHaveLength(2);
    expect(await channels()).not.toBe('');
    await follower.stop();
    await eventually(async () => expect(await channels()).toBe(''), { timeout: 1_000 });
  });
}
