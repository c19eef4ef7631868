import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { SESSION_EVENTS } from '../support/follow.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let server: RunningApp;
let proxy: TcpProxy;
let browser: Browser;
const api = new Api(() => server.endpoint);
beforeAll(async () => {
  [server, browser] = await Promise.all([startApp(), launchBrowser()]);
  proxy = await startProxy(Number(new URL(server.url).port));
});
afterAll(async () => {
  await browser.close();
  await proxy.stop();
  await server.stop();
});

/** Nothing but what the browser does by itself. */
const follow = (address: string): string => `
  window.seen = { opened: 0, events: [], completed: 0 };
  const source = new EventSource(${JSON.stringify(address)});
  source.addEventListener('open', () => seen.opened++);
  source.addEventListener('next', ({ data, lastEventId }) => seen.events.push([JSON.parse(data), lastEventId]));
  source.addEventListener('complete', () => { seen.completed++; source.close(); });
`;

it('a browser comes back by itself after a cut, misses nothing, and closes what is complete', async () => {
  const sessionId = await api.create();
  const origin = `http://localhost:${proxy.port}`;
  // The server's pages may not ask anybody but by its own scripts; this one stands for a page that may.
  const page = await browser.newPage({ bypassCSP: true });
  // Any page of the server will do: its scripts may ask it.
  await page.goto(`${origin}/health`);
  const variables = JSON.stringify({ sessionId, after: '0' });
  const parameters = new URLSearchParams({ query: SESSION_EVENTS, variables });
  await page.evaluate(follow(`${origin}/graphql?${parameters.toString()}`));
  const seen = async (): Promise<any> => page.evaluate('seen');
  const texts = async (): Promise<string[]> => {
    const { events } = await seen();
    return events.flatMap(([{ data }]: any) => data.sessionEvents.item?.text ?? []);
  };

  const cursors = [await api.say(sessionId, 'one'), await api.say(sessionId, 'two')];
  await eventually(async () => expect(await texts()).toEqual(['one', 'two']));
  proxy.cut();
  cursors.push(await api.say(sessionId, 'three'));
  await eventually(async () => expect(await texts()).toEqual(['one', 'two', 'three']));
  cursors.push(await api.say(sessionId, 'four'));
  await eventually(async () => expect(await texts()).toEqual(['one', 'two', 'three', 'four']));
  await api.write('deleteSession', { id: sessionId });
  await eventually(async () => expect(await seen()).toMatchObject({ opened: 2, completed: 1 }));

  const { events } = await seen();
  for (const [{ data }, id] of events) {
    // What has no place in the log leaves the last one as it was.
    expect(id).toBe(data.sessionEvents.cursor ?? cursors.at(-1));
  }
  await page.close();
});
