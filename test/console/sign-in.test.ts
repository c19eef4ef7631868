import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { runServer, startServer, type ServerProcess } from '../support/server-process.ts';
import { openConsole, type ConsolePage } from './console-page.ts';

const KEY = 'a-service-key-that-is-long-enough-to-be-one';
const ENV = {
  STORE_URL: 'sqlite::memory:',
  AUTH: 'keys,jwt',
  SERVICE_KEYS: KEY,
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'agent-sessions',
  JWT_SECRET: 'a secret that is long enough for HS256, and then some',
};

let server: ServerProcess;
let browser: Browser;
let shown: ConsolePage;
const requests: Request[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(ENV), launchBrowser()]);
  const sessions = connect({ url: server.url, token: KEY });
  const session = await sessions.create({ userId: 'ada', title: 'Of Ada' });
  await session.addMessage({ role: 'USER', text: 'Mine alone' });
  await sessions.create({ userId: 'bob', title: 'Of Bob' });
  shown = await openConsole(browser, server.url);
  shown.page.on('request', (request) => requests.push(request));
});
afterAll(async () => {
  await browser.close();
  await server.kill();
});

const signIn = async (token: string): Promise<void> => {
  await shown.page.getByLabel('Token').fill(token);
  await shown.page.getByRole('button', { name: 'Sign in' }).click();
};

it('asks for a token where the server wants one, and says when it is refused', async () => {
  const { page } = shown;
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByText('node dist/main.js token --user NAME').waitFor();
  await expect
    .poll(() => page.getByLabel('Token').evaluate((field) => field === document.activeElement))
    .toBe(true);
  expect(await page.getByText('did not accept').count()).toBe(0);
  await signIn('wrong');
  await page.getByText('did not accept').waitFor();
});

it('asks a service whose conversations it wants, and shows those', async () => {
  const { page } = shown;
  await signIn(`Bearer ${KEY}`);
  await page.getByLabel('User id').fill('ada');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /Of Ada/ }).click();
  await shown.messages.getByText('Mine alone').waitFor();
  await shown.connection.getByText('Live').waitFor();
  await shown.say('And live');
  await shown.messages.getByText('And live').waitFor();
  expect(await page.getByText('Of Bob').count()).toBe(0);
});

it('keeps the token in this tab only, and sends it in a header only', async () => {
  const { page } = shown;
  expect(await page.evaluate('Object.values(sessionStorage)')).toContain(KEY);
  expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain(KEY);
  expect(page.url()).not.toContain(KEY);
  const asked = requests.filter((request) => request.url().endsWith('/graphql'));
  expect(asked.length).toBeGreaterThan(3);
  for (const request of requests) expect(request.url()).not.toContain(KEY);
  const signed = await Promise.all(asked.slice(-4).map((request) => request.headerValue('authorization')));
  expect(new Set(signed)).toEqual(new Set([`Bearer ${KEY}`]));
  for (const request of asked) expect(request.postData() ?? '').not.toContain(KEY);
});

it('is still signed in after a reload, and may look at another user', async () => {
  const { page } = shown;
  await page.reload();
  await shown.messages.getByText('Mine alone').waitFor();
  await page.getByRole('button', { name: 'A service, looking at ada’s' }).click();
  await page.getByRole('menuitem', { name: 'Show another user' }).click();
  await page.getByLabel('User id').fill('bob');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /Of Bob/ }).waitFor();
  expect(await page.getByRole('link', { name: /Of Ada/ }).count()).toBe(0);
});

it('forgets everything when one signs out', async () => {
  const { page } = shown;
  await page.getByRole('button', { name: 'A service, looking at bob’s' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}');
  expect(await page.getByText('Of Bob').count()).toBe(0);
});

it('shows a user its own, without asking whose, and lets it change them', async () => {
  const { page } = shown;
  await signIn(await tokenOf('ada'));
  await page.getByRole('link', { name: /Of Ada/ }).click();
  await shown.messages.getByText('And live').waitFor();
  await shown.say('Signed by Ada');
  await shown.messages.getByText('Signed by Ada').waitFor();
  await shown.choose('Fork');
  await page.getByRole('heading', { name: 'Of Ada (fork)' }).waitFor();
  await shown.choose('Delete');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: 'Conversations of AI agents, live' }).waitFor();
  expect(await page.getByText('Of Bob').count()).toBe(0);
});

it('offers no demo to who may not speak for agents', async () => {
  const { page } = shown;
  await page.getByText('or begin one').waitFor();
  expect(await page.getByText(/demo|scripted/).count()).toBe(0);
  await page.getByRole('button', { name: 'Signed in as ada' }).click();
  expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Sign out', 'GraphiQL']);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'New conversation' }).first().click();
  await shown.say('Begun by Ada');
  await page.getByRole('heading', { name: 'Begun by Ada' }).waitFor();
  await shown.messages.getByText('Begun by Ada').waitFor();
});

it('asks again when the token has expired while one was reading', async () => {
  const { page } = shown;
  await page.evaluate('sessionStorage.clear()');
  await page.reload();
  await signIn(await tokenOf('ada', '3s'));
  await shown.messages.getByText('Begun by Ada').waitFor();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByText('have expired').waitFor();
  expect(shown.complaints.filter((text) => !/401|ERR_INCOMPLETE|ERR_HTTP2|network error/.test(text))).toEqual(
    [],
  );
});

async function tokenOf(user: string, expires = '1h'): Promise<string> {
  const { stdout } = await runServer(['token', '--user', user, '--expires', expires], ENV);
  return stdout.trim();
}
