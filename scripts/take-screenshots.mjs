// Takes the pictures in docs/screenshots of the console that was built: `npm run build && node scripts/take-screenshots.mjs`.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { connect } from '../dist/client/index.js';
import { findProgram, REQUIRED_PROGRAMS } from './required-programs.mjs';

const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const KEY = 'a-key-for-the-picture-of-the-sign-in-view';
const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

const CONVERSATIONS = [
  ['Birthday ideas for a runner', 'shopper'],
  ['Python to Rust, line by line', 'tutor'],
  ['Letter to the landlord', 'writer'],
  ['Wie lange darf man Reis aufheben?', 'cook'],
  ['Debugging a flaky WebSocket test', 'ops'],
  ['Trip to Kyoto in April', 'guide'],
  ['Quarterly numbers, explained', 'analyst'],
  ['Deploy checklist for payments', 'ops'],
  ['Refund for order 4411', 'billing'],
];

mkdirSync(folder, { recursive: true });
const server = await startServer({});
const closed = await startServer({ AUTH: 'keys', SERVICE_KEYS: KEY });
const browser = await chromium.launch({
  executablePath: findProgram(REQUIRED_PROGRAMS.chromium) ?? undefined,
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});

try {
  const empty = await open(server.url);
  await empty.getByText('No conversations yet.').waitFor();
  await take(empty, 'empty');

  const sessions = connect({ url: server.url });
  for (const [title, agentName] of CONVERSATIONS) {
    const session = await sessions.create({ title });
    for (let turn = title.length % 4; turn >= 0; turn--) {
      await session.storeExchange({ userMessage: `${title}?`, assistantResponse: 'Certainly.', agentName });
    }
  }
  await empty.close();

  const desk = await open(server.url);
  await desk.getByText('Refund for order 4411').waitFor();
  await take(desk, 'list');
  await desk.getByRole('button', { name: 'Play a demo' }).click();
  await desk.mouse.move(640, 20);
  await desk.getByText('Sunday the bora blows').waitFor();
  await desk.screenshot({ path: `${folder}streaming.png` });
  await desk.locator('.draft').waitFor({ state: 'detached' });
  await desk.getByRole('link', { name: /Trieste.*3 messages/ }).waitFor();
  await desk.getByRole('button', { name: /^weather_forecast/ }).click();
  await desk.getByLabel('Message', { exact: true }).focus();
  await desk.locator('.scroller').evaluate((element) => element.scrollTo(0, 36));
  await desk.mouse.move(640, 20);
  await take(desk, 'conversation');

  const address = desk.url();
  const dark = await open(address, { ...DESK, colorScheme: 'dark' });
  await dark.getByText('holding on').waitFor();
  await take(dark, 'dark');
  const phone = await open(address, PHONE);
  await phone.getByText('holding on').waitFor();
  await take(phone, 'phone');

  const signIn = await open(closed.url);
  await signIn.getByLabel('Token').fill('mistyped');
  await signIn.getByRole('button', { name: 'Sign in' }).click();
  await signIn.getByText('did not accept').waitFor();
  await take(signIn, 'sign-in');

  await desk.route('**/graphql', (route) =>
    route.request().postData()?.includes('addMessage') ? route.abort() : route.continue(),
  );
  await desk.getByLabel('Message', { exact: true }).fill('And how do I get back on Monday?');
  await desk.keyboard.press('Enter');
  await desk.getByText('Not sent').waitFor();
  await take(desk, 'error');
} finally {
  await browser.close();
  server.process.kill();
  closed.process.kill();
}

async function open(url, options = DESK) {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(url);
  return page;
}

async function take(page, name) {
  // What fades in has done so then.
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${folder}${name}.png` });
}

async function startServer(env) {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], { env: { PORT: '0', STORE_URL: 'sqlite::memory:', ...env } });
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    const url = /listens on (http:\/\/[^\s/]+)/.exec(said)?.[1];
    if (url !== undefined) return { url, process: child };
  }
  throw new Error(`The server ended: ${said}`);
}
