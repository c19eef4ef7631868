import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf, follow } from '../support/follow.ts';
import { launchBrowser, openGraphiQL } from '../support/graphiql.ts';
import { dataOf } from '../support/graphql-request.ts';
import { startRedis } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const FIELDS = '__typename id cursor raw agent createdAt';
const FOLLOW = `subscription {
  sessionEvents(sessionId: "s", after: "0") {
    __typename
    cursor
    ... on ItemAdded { item { ${FIELDS} } }
  }
}`;
const ADD = `mutation ($input: AddItemsInput!) { addItems(input: $input) { items { ${FIELDS} } } }`;
const PAGE = `query ($after: String) {
  session(id: "s") { items(first: 20, after: $after) { nodes { ${FIELDS} } pageInfo { endCursor hasNextPage } } }
}`;

const HISTORIES: Record<string, object[]> = JSON.parse(
  await readFile(new URL('../fixtures/handoff.json', import.meta.url), 'utf8'),
);

interface Storage {
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const storages: readonly [string, () => Promise<Storage>][] = [
  ['SQLite', async () => ({ env: { STORE_URL: 'sqlite::memory:' }, close: async () => undefined })],
  [
    'Redis',
    async () => {
      const redis = await startRedis();
      return { env: { STORE_URL: redis.url }, close: redis.stop };
    },
  ],
];

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe.each(storages)('ten histories on %s', (_name, open) => {
  let storage: Storage;
  let server: RunningApp;
  beforeAll(async () => {
    storage = await open();
    server = await startApp(storage.env);
  });
  afterAll(async () => {
    await server.stop();
    await storage.close();
  });

  it('are seen over WebSocket, SSE and in GraphiQL, each item once, in order, as it was sent', async () => {
    await dataOf(server.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
    const overWebSocket = follow('WebSocket', server.endpoint, FOLLOW);
    const overSse = follow('SSE', server.endpoint, FOLLOW);
    const graphiql = await openGraphiQL(browser, server.url, FOLLOW);
    await graphiql.execute();
    await graphiql.result.getByText('CaughtUp').waitFor();

    const stored: any[] = [];
    for (const [name, items] of Object.entries(HISTORIES)) {
      const input = { sessionId: 's', items, dialect: 'RESPONSES', agent: name };
      const { addItems } = await dataOf(server.endpoint, ADD, { input });
      stored.push(...addItems.items);
      // GraphiQL shows the newest event only: it must come to show the last of each history.
      await graphiql.result.getByText(stored.at(-1).cursor).first().waitFor();
    }

    expect(Object.keys(HISTORIES)).toHaveLength(10);
    const rawOf = ({ raw }: any): object => raw;
    const isHandoff = ({ __typename }: any): boolean => __typename === 'Handoff';
    expect(stored.filter((item) => !isHandoff(item)).map(rawOf)).toEqual(Object.values(HISTORIES).flat());
    expect(stored.filter(isHandoff)).toHaveLength(10);

    const itemsIn = (events: readonly any[]): any[] => events.flatMap(({ item }) => (item ? [item] : []));
    await eventually(() => {
      expect(itemsIn(eventsOf(overWebSocket))).toEqual(stored);
      expect(itemsIn(eventsOf(overSse))).toEqual(stored);
    });
    const inGraphiQL = (await graphiql.received()).map(({ data }) => data.sessionEvents);
    expect(itemsIn(inGraphiQL)).toEqual(stored);
    for (const events of [eventsOf(overWebSocket), eventsOf(overSse), inGraphiQL]) {
      expect(events[0]).toMatchObject({ __typename: 'CaughtUp' });
      expect(events.slice(1).map(({ cursor }) => cursor)).toEqual(stored.map(({ cursor }) => cursor));
    }

    const read: any[] = [];
    for (let after = null, more = true; more;) {
      const { session } = await dataOf(server.endpoint, PAGE, { after });
      read.push(...session.items.nodes);
      ({ endCursor: after, hasNextPage: more } = session.items.pageInfo);
    }
    expect(read).toEqual(stored);

    expect(graphiql.foreignRequests).toEqual([]);
    expect(graphiql.complaints).toEqual([]);
    await graphiql.page.close();
    await overWebSocket.stop();
    await overSse.stop();
  });
});
