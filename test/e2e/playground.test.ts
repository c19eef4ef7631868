import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLE_OPERATIONS } from '../../src/transport/example-operations.ts';
import { launchBrowser, openGraphiQL, type GraphiQL } from '../support/graphiql.ts';
import { dataOf } from '../support/graphql-request.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let server: RunningApp;
let browser: Browser;
let graphiql: GraphiQL;
beforeAll(async () => {
  [server, browser] = await Promise.all([startApp(), launchBrowser()]);
  graphiql = await openGraphiQL(browser, server.url);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

it('shows what the schema says of itself', async () => {
  const { page } = graphiql;
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const explorer = page.locator('.graphiql-plugin');
  await explorer.getByText('Handoff', { exact: true }).click();
  await explorer.getByText('The conversation passed from one agent to another').waitFor();
  await explorer.getByText('The agent before; null for the first.').waitFor();
  await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();
});

it('runs its examples: makes a conversation, follows it live while it is written to, and reads it', async () => {
  await graphiql.execute();
  await graphiql.result.getByText('My first conversation').waitFor();

  await graphiql.goTo('Follow');
  await graphiql.execute();
  await graphiql.result.getByText('CaughtUp').waitFor();
  const say = `mutation { addMessage(input: { sessionId: "playground", role: USER, text: "seen live" }) { message { cursor } } }`;
  const { addMessage } = await dataOf(server.endpoint, say);
  await graphiql.result.getByText('"seen live"').waitFor();
  await graphiql.result.getByText(addMessage.message.cursor).waitFor();
  const received = await graphiql.received();
  expect(received.map(({ data }) => data.sessionEvents)).toEqual([
    { __typename: 'CaughtUp', cursor: expect.any(String) },
    expect.objectContaining({ __typename: 'ItemAdded', cursor: addMessage.message.cursor }),
  ]);

  await graphiql.goTo('StoreExchange');
  await graphiql.execute();
  await graphiql.result.getByText('"geographer"').waitFor();

  await graphiql.goTo('Read');
  await graphiql.execute();
  await graphiql.result.getByText('"Paris."').first().waitFor();
});

it('says in each example where a token belongs, and which cursors are none', () => {
  for (const example of EXAMPLE_OPERATIONS)
    expect(example).toMatch(/^(?:#.*\n)*#.*UNAUTHENTICATED[^{]*Headers/);
  expect(EXAMPLE_OPERATIONS[0]).toContain('{"authorization": "Bearer <your token>"}');
  expect(EXAMPLE_OPERATIONS[1]).toMatch(/draft's\n# +events is null/);
});

it('shows errors with their codes', async () => {
  const other = await openGraphiQL(browser, server.url, '{ sessions(first: 0) { nodes { id } } }');
  await other.execute();
  await other.result.getByText('"BAD_USER_INPUT"').waitFor();
  await other.page.close();
});

it('says with every request that it is its page that asks', async () => {
  const other = await openGraphiQL(browser, server.url, 'subscription { sessionListChanged { __typename } }');
  const asked = other.page.waitForRequest((request) => request.headers()['accept'] === 'text/event-stream');
  await other.execute();
  expect((await asked).headers()['x-graphql-csrf']).toBe('graphiql');
  await other.page.close();
});

it('runs no script but its own, and asks no server but its own, whatever is put into it', async () => {
  const { page } = await openGraphiQL(browser, server.url, '{ viewer { kind } }');
  const injected = `(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.head.append(script);
    document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="window.ran = true">');
    const blocked = new Promise((resolve) => addEventListener('securitypolicyviolation', ({ blockedURI }) => {
      if (blockedURI.startsWith('http')) resolve(blockedURI);
    }));
    await fetch('http://evil.example/').catch(() => undefined);
    return [await blocked, window.ran];
  })()`;
  expect(await page.evaluate(injected)).toEqual(['http://evil.example/', undefined]);
  await page.close();
});

it('has asked no other host for all that, and reported no error', () => {
  expect(graphiql.foreignRequests).toEqual([]);
  expect(graphiql.complaints).toEqual([]);
});
