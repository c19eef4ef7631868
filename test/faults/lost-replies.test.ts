import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataOf, request, type GraphQLAnswer, type Variables } from '../support/graphql-request.ts';
import { itemsOn } from '../support/read-session.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** How many outcomes must have been unknown; the run takes about as many hundredths of a second. */
const WANTED = Number(process.env['LOST_REPLIES'] ?? 200);
/** Writes of one round, which are on their way at the same time. */
const AT_ONCE = 8;

let redis: RedisServer;
let proxy: TcpProxy;
let server: RunningApp;
beforeAll(async () => {
  redis = await startRedis();
  proxy = await startProxy(redis.port);
  server = await startApp({ STORE_URL: `redis://127.0.0.1:${proxy.port}` });
});
afterAll(async () => {
  await server.stop();
  await proxy.stop();
  await redis.stop();
});

interface Known {
  readonly data: any;
  /** Times that the outcome was unknown. */
  readonly unknown: number;
}

/** Repeats a request until it is known what became of it. */
async function untilKnown(query: string, variables: Variables): Promise<Known> {
  for (let unknown = 0; ;) {
    const { data, errors }: GraphQLAnswer = await request(server.endpoint, query, variables);
    if (errors === undefined) return { data, unknown };
    const { code, retryable } = errors[0]?.extensions ?? {};
    expect([code, retryable]).toEqual([expect.stringMatching(/^STORE_(TIMEOUT|UNAVAILABLE)$/), true]);
    if (code === 'STORE_TIMEOUT') unknown++;
  }
}

const ITEMS = 'items { id cursor raw ... on Message { text } }';
const WRITES: readonly ((text: string) => [string, object])[] = [
  (text) => [
    `mutation ($input: AddMessageInput!) { write: addMessage(input: $input) { message { id cursor raw text } } }`,
    { role: 'USER', text },
  ],
  (text) => [
    `mutation ($input: AddItemsInput!) { write: addItems(input: $input) { ${ITEMS} } }`,
    {
      items: [
        { role: 'user', content: text },
        { type: 'unknown', text },
      ],
    },
  ],
  (text) => [
    `mutation ($input: StoreExchangeInput!) { write: storeExchange(input: $input) { ${ITEMS} } }`,
    { userMessage: text, assistantResponse: `answer to ${text}` },
  ],
];

describe('writes whose replies are lost', () => {
  it(
    'happen once each, and each retry is answered with what was written',
    async () => {
      await dataOf(server.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
      const written: any[] = [];
      let unknown = 0;
      for (let round = 0; unknown < WANTED; round++) {
        proxy.cutAtNextReply();
        const writes = Array.from({ length: AT_ONCE }, (_, n) => {
          const text = `${round}-${n}`;
          const [query, input] = WRITES[n % WRITES.length]?.(text) ?? ['', {}];
          return untilKnown(query, { input: { ...input, sessionId: 's', idempotencyKey: text } });
        });
        for (const known of await Promise.all(writes)) {
          unknown += known.unknown;
          written.push(...(known.data.write.items ?? [known.data.write.message]));
        }
      }
      expect(proxy.swallowed).toBeGreaterThan(WANTED / AT_ONCE / 2);
      const log = await itemsOn(server.endpoint, 's');
      const byCursor = (items: any[]): any[] => items.toSorted((a, b) => (a.cursor < b.cursor ? -1 : 1));
      expect(byCursor(written)).toEqual(byCursor(log));
      const { session } = await dataOf(server.endpoint, '{ session(id: "s") { itemCount } }');
      expect(session.itemCount).toBe(log.length);
    },
    60_000 + 100 * WANTED,
  );

  it('make one session each', async () => {
    const create =
      'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }';
    const ids: string[] = [];
    for (let round = 0; round < 20; round++) {
      proxy.cutAtNextReply();
      const input = { userId: 'ada', idempotencyKey: `create ${round}` };
      const { data } = await untilKnown(create, { input });
      ids.push(data.createSession.session.id);
    }
    const { sessions } = await dataOf(
      server.endpoint,
      '{ sessions(userId: "ada", first: 100) { nodes { id } } }',
    );
    expect(sessions.nodes.map(({ id }: any) => id).toSorted()).toEqual(ids.toSorted());
  }, 30_000);

  it('take no more than one item when they pop', async () => {
    const pop =
      'mutation ($input: SessionRefInput!) { popItem(input: $input) { item { id } session { itemCount } } }';
    const before = await itemsOn(server.endpoint, 's');
    const popped: string[] = [];
    for (let round = 0; round < 20; round++) {
      proxy.cutAtNextReply();
      const { data } = await untilKnown(pop, { input: { id: 's', idempotencyKey: `pop ${round}` } });
      popped.push(data.popItem.item.id);
    }
    expect(popped).toEqual(
      before
        .slice(-20)
        .map(({ id }) => id)
        .toReversed(),
    );
    expect(await itemsOn(server.endpoint, 's')).toEqual(before.slice(0, -20));
  }, 30_000);
});
