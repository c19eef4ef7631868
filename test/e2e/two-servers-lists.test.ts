import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { follow, type Follower, type Transport } from '../support/follow.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const WATCH = `subscription ($userId: ID!, $after: String) {
  sessionListChanged(userId: $userId, after: $after) {
    ... on SessionListed { session { id title itemCount } }
    ... on SessionUnlisted { sessionId }
  }
}`;

let redis: RedisServer;
let servers: readonly [RunningApp, RunningApp];
beforeAll(async () => {
  redis = await startRedis();
  servers = await Promise.all([startApp({ STORE_URL: redis.url }), startApp({ STORE_URL: redis.url })]);
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await redis.stop();
});

const one = new Api(() => servers[0].endpoint);
const other = new Api(() => servers[1].endpoint);

/** The list as one has it who does what the events tell: titles and counts by id. */
function held({ results }: Follower): Record<string, string> {
  const list: Record<string, string> = {};
  for (const { data } of results) {
    const { session, sessionId } = data.sessionListChanged;
    if (session === undefined) Reflect.deleteProperty(list, sessionId);
    else list[session.id] = `${session.title} ${session.itemCount}`;
  }
  return list;
}

async function shown(userId: string): Promise<Record<string, string>> {
  const query = `{ sessions(userId: "${userId}", first: 100) { nodes { id title itemCount } } }`;
  const { sessions } = await one.ask(query);
  return Object.fromEntries(
    sessions.nodes.map(({ id, title, itemCount }: any) => [id, `${title} ${itemCount}`]),
  );
}

describe.each<Transport>(['WebSocket', 'SSE'])(
  'two servers on one Redis, whose lists are watched over %s',
  (transport) => {
    /** Watches on both servers, everything that there is and that is to come. */
    const watch = async (userId: string): Promise<Follower[]> => {
      const id = await one.create({ userId, title: 'first' });
      const followers = servers.map(({ endpoint }) =>
        follow(transport, endpoint, WATCH, { userId, after: '0~0' }),
      );
      await eventually(() => {
        for (const follower of followers) expect(held(follower)).toEqual({ [id]: 'first 0' });
      });
      return followers;
    };
    const alike = async (userId: string, followers: readonly Follower[]) => {
      const now = await shown(userId);
      await eventually(() => {
        for (const follower of followers) expect(held(follower)).toEqual(now);
      });
    };

    it('tell on each what is done on the other', async () => {
      const userId = one.newName('u');
      const followers = await watch(userId);
      const ids = await Promise.all(
        [one, other, one, other].map((api) => api.create({ id: one.newName(), userId })),
      );
      const [renamed = '', written = '', deleted = '', cleared = ''] = ids;
      await other.write('updateSession', { id: renamed, title: 'renamed' });
      for (let n = 0; n < 20; n++) await (n % 2 === 0 ? one : other).say(written, String(n));
      await one.say(cleared, 'x');
      await other.write('clearSession', { id: cleared });
      await one.write('deleteSession', { id: deleted });
      await alike(userId, followers);
      expect(await shown(userId)).toMatchObject({ [renamed]: 'renamed 0', [written]: 'null 20' });
      for (const follower of followers) await follower.stop();
    });

    it('miss nothing while their connections for wake-ups are killed', async () => {
      const userId = one.newName('u');
      const followers = await watch(userId);
      const ids: string[] = [];
      for (let n = 0; n < 30; n++) {
        if (n % 5 === 0) await redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
        ids.push(await one.create({ id: one.newName(), userId, title: String(n) }));
        if (n % 3 === 0) await other.say(ids[n % ids.length] ?? '', 'x');
        if (n % 4 === 3) await other.write('deleteSession', { id: ids.splice(n % ids.length, 1)[0] });
      }
      await alike(userId, followers);
      for (const follower of followers) await follower.stop();
    });
  },
);
