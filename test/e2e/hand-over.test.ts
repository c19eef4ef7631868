import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { follow, TRANSPORTS, type Transport } from '../support/follow.ts';
import { dataOf } from '../support/graphql-request.ts';
import { itemsOn } from '../support/read-session.ts';
import { startRedis } from '../support/redis-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** Of each transport on each store; more find more. */
const TRIALS = Number(process.env['TRIALS'] ?? 12);
/** Events that are compared in each trial, the first of which are replayed, and the others live. */
const EVENTS = 20;
const WRITERS = 3;

const SAY = `mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { id } } }`;
const QUERY = `{ session(id: "s") { cursor messages(last: 1) { nodes { cursor } } } }`;
const FOLLOW = `subscription ($after: String) { messageAdded(sessionId: "s", after: $after) { cursor } }`;

const STORES: readonly [string, () => Promise<{ url: string; stop: () => Promise<void> }>][] = [
  ['SQLite', async () => ({ url: 'sqlite::memory:', stop: async () => undefined })],
  ['Redis', startRedis],
];

describe.each(STORES)('a query and then a subscription, on %s', (_name, open) => {
  let store: { url: string; stop: () => Promise<void> };
  let server: ServerProcess;
  beforeAll(async () => {
    store = await open();
    server = await startServer({ STORE_URL: store.url });
    await dataOf(server.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
  });
  afterAll(async () => {
    await server.kill();
    await store.stop();
  });

  interface Trial {
    /** The newest message that the query gave. */
    readonly last: string;
    readonly cursors: readonly string[];
  }

  const tryOnce = async (transport: Transport): Promise<Trial> => {
    const { session } = await dataOf(server.endpoint, QUERY);
    const follower = follow(transport, server.endpoint, FOLLOW, { after: session.cursor });
    const cursors = (): string[] => follower.results.map(({ data }) => data.messageAdded.cursor);
    await eventually(() => expect(cursors().length).toBeGreaterThanOrEqual(EVENTS), { interval: 5 });
    const seen = cursors();
    await follower.stop();
    return { last: session.messages.nodes[0].cursor, cursors: seen };
  };

  it.each(TRANSPORTS)('leave no gap and repeat nothing while others write, over %s', async (transport) => {
    let over = false;
    const writing = Array.from({ length: WRITERS }, async () => {
      const input = { sessionId: 's', role: 'USER', text: 'x' };
      while (!over) await dataOf(server.endpoint, SAY, { input });
    });
    const trials: Trial[] = [];
    await eventually(async () => {
      const { session } = await dataOf(server.endpoint, QUERY);
      expect(session.messages.nodes).toHaveLength(1);
    });
    for (let n = 0; n < TRIALS; n++) trials.push(await tryOnce(transport));
    over = true;
    await Promise.all(writing);
    const log = (await itemsOn(server.endpoint, 's')).map(({ cursor }) => cursor);
    for (const { last, cursors } of trials) {
      const from = log.indexOf(last) + 1;
      expect(from).toBeGreaterThan(0);
      expect(cursors).toEqual(log.slice(from, from + cursors.length));
    }
  });
});
