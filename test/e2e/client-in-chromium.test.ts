import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { bundleForBrowsers } from '../support/browser-bundle.ts';
import { eventually } from '../support/eventually.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** The client as it is published, and a page that shows a session with it: a line for each item and draft. */
const PAGE = `
  globalThis.open = async (code, id) => {
    const { connect } = await import(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
    globalThis.session = connect({ url: '/' }).session(id);
    const transcript = await session.transcript();
    globalThis.connections = [];
    const show = () => {
      const { items, drafts } = transcript.state;
      const lines = [...items.map(({ text }) => text), ...drafts.map(({ text }) => text + '…')];
      document.body.replaceChildren(...lines.map((line) => Object.assign(document.createElement('p'), { textContent: line })));
      if (connections.at(-1) !== transcript.connection) connections.push(transcript.connection);
    };
    transcript.subscribe(show);
    show();
  };
`;

let app: RunningApp;
let proxy: TcpProxy;
let browser: Browser;
let page: Page;
let code: string;
const complaints: string[] = [];
beforeAll(async () => {
  [app, browser, code] = await Promise.all([
    startApp(),
    launchBrowser(),
    bundleForBrowsers(new URL('../../dist/client/index.js', import.meta.url)),
  ]);
  proxy = await startProxy(Number(new URL(app.url).port));
  // The script is this test's, which no policy of the server knows.
  page = await browser.newPage({ bypassCSP: true });
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  // Any page of the server will do: its scripts may ask it.
  await page.goto(`http://localhost:${proxy.port}/health`);
  await page.addScriptTag({ content: PAGE });
});
afterAll(async () => {
  await browser.close();
  await proxy.stop();
  await app.stop();
});

it('shows in a browser what is written, while it is written, over a connection that breaks', async () => {
  const session = await connect({ fetch: app.app.fetch }).create();
  await session.addMessage({ role: 'USER', text: 'Hi' });
  const shows = (...lines: readonly string[]) =>
    eventually(async () => expect(await page.locator('p').allTextContents()).toEqual(lines));

  await page.evaluate(`open(${JSON.stringify(code)}, ${JSON.stringify(await session.getSessionId())})`);
  await shows('Hi');
  const draft = await session.startMessage();
  draft.append('Hello');
  await shows('Hi', 'Hello…');
  proxy.cut();
  draft.append(', Ada \u{1F600}');
  await shows('Hi', 'Hello, Ada \u{1F600}…');
  proxy.cut();
  await draft.finish();
  await shows('Hi', 'Hello, Ada \u{1F600}');

  await page.evaluate(`session.addMessage({ role: 'USER', text: 'Thank you' })`);
  await shows('Hi', 'Hello, Ada \u{1F600}', 'Thank you');
  expect((await session.getMessages(1)).map(({ text }) => text)).toEqual(['Thank you']);
  await eventually(async () =>
    expect(await page.evaluate('connections')).toEqual([
      'connecting',
      ...['live', 'reconnecting', 'live', 'reconnecting', 'live'],
    ]),
  );
  expect(complaints).toEqual([]);
});
