import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { follow, TRANSPORTS } from '../support/follow.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { WAYS, type Reachable, type Told, type WayName } from '../support/ways.ts';

const LIMIT = 20_000;
const TEXT = 'x'.repeat(1_000);
const NAMES = Object.keys(WAYS) as WayName[];

/** The same text so many times. */
const again = (count: number, field: string): string =>
  Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ');

describe('an answer that repeats a text', () => {
  let server: RunningApp;
  let reachable: Reachable;
  let sessionId: string;
  let api: Api;
  beforeAll(async () => {
    server = await startApp({ LIMIT_ANSWER_CHARACTERS: String(LIMIT) });
    reachable = { endpoint: server.endpoint, fetch: (request) => server.app.fetch(request) };
    api = new Api(() => server.endpoint);
    sessionId = await api.create();
    await api.say(sessionId, TEXT);
  });
  afterAll(() => server.stop());

  const ask = (way: WayName, query: string): Promise<Told> => WAYS[way](reachable, JSON.stringify({ query }));
  const refused = [{ extensions: { code: 'PAYLOAD_TOO_LARGE', retryable: false, limit: LIMIT } }];

  it.each(NAMES)('has a bound: %s', async (way) => {
    for (const field of ['text', 'raw', 'parts { ... on TextPart { text } }']) {
      const query = (count: number): string =>
        `{ session(id: "${sessionId}") { lastMessage { ${again(count, field)} } } }`;
      expect((await ask(way, query(15))).data.session.lastMessage.a14).toBeTruthy();
      const told = await ask(way, query(25));
      expect(told.errors).toMatchObject(refused);
      expect(told.data ?? null).toBeNull();
      expect(told.text.length).toBeLessThan(1_000);
    }
  });

  it.each(TRANSPORTS)('has it in each event of a subscription, which goes on: %s', async (transport) => {
    const id = await api.create();
    const texts = ['x', TEXT, 'y'];
    for (const text of texts) await api.say(id, text);
    const query = `subscription { messageAdded(sessionId: "${id}", after: "0") { ${again(25, 'text')} } }`;
    const { results, stop } = follow(transport, server.endpoint, query);
    await eventually(() => expect(results).toHaveLength(texts.length));
    await stop();
    expect(results.map(({ data }) => data?.messageAdded.a24)).toEqual(['x', undefined, 'y']);
    expect(results[1].errors).toMatchObject(refused);
  });

  it('cannot be small and take much to read', async () => {
    const id = await api.create();
    for (let n = 0; n < 25; n++) await api.say(id, TEXT);
    const read = (what: string): Promise<Told> => ask('POST', `{ session(id: "${id}") { ${what} } }`);
    expect((await read('messages(first: 15) { nodes { id } }')).data.session.messages.nodes).toHaveLength(15);
    for (const what of ['messages { nodes { id } }', 'agentInputs', again(25, 'lastMessage { id }')]) {
      expect((await read(what)).errors?.slice(0, 1)).toMatchObject(refused);
    }
  });

  it.each(TRANSPORTS)('is measured for each event of a subscription by itself: %s', async (transport) => {
    const id = await api.create();
    await api.say(id, TEXT);
    const query = `subscription { sessionEvents(sessionId: "${id}") {
      __typename ... on SessionUpdated { session { title lastMessage { id } } } } }`;
    const { results, stop } = follow(transport, server.endpoint, query);
    await eventually(() => expect(results).toHaveLength(1));
    for (let n = 0; n < 25; n++) {
      await api.write('updateSession', { id, title: String(n) });
      await eventually(() => expect(results).toHaveLength(n + 2));
    }
    await stop();
    expect(results.flatMap(({ errors = [] }) => errors)).toEqual([]);
  });

  it('does not hide what a mutation wrote', async () => {
    const input = `{ sessionId: "${sessionId}", role: USER, text: "${TEXT}", idempotencyKey: "once" }`;
    const query = (fields: string): string =>
      `mutation { addMessage(input: ${input}) { message { ${fields} } } }`;
    const told = await ask('POST', query(again(25, 'text')));
    expect(told).toMatchObject({ status: 413, errors: refused });
    expect((await ask('POST', query('text'))).data.addMessage.message.text).toBe(TEXT);
    const count = await ask('POST', `{ session(id: "${sessionId}") { messageCount } }`);
    expect(count.data.session.messageCount).toBe(2);
  });
});
