import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type AgentSession } from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { openConsole, type ConsolePage } from './console-page.ts';

const MESSAGES = 10_000;

let server: ServerProcess;
let browser: Browser;
let session: AgentSession;
let shown: ConsolePage;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ STORE_URL: 'sqlite::memory:' }), launchBrowser()]);
  session = await connect({ url: server.url }).create({ title: 'Long' });
  const items = Array.from({ length: MESSAGES }, (_, index) => ({
    role: 'user',
    // Heights that nobody can guess.
    content: `Message ${index + 1}. ${'A few words more. '.repeat((index * 7) % 23)}`,
  }));
  await session.addItems(items);
  shown = await openConsole(browser, server.url, `#/c/${await session.getSessionId()}`);
  await shown.messages.getByText(`Message ${MESSAGES}.`).waitFor();
  await shown.connection.getByText('Live').waitFor();
});
afterAll(async () => {
  await browser.close();
  await server.kill();
});

/** Where each rendered message is on the page, by its number. */
async function places(): Promise<ReadonlyMap<string, number>> {
  const found = await shown.page.locator('.rows > li[data-index]').evaluateAll((rows) =>
    rows.map((row) => {
      const name = /Message \d+/.exec(row.textContent ?? '')?.[0] ?? '';
      return [name, Math.round(row.getBoundingClientRect().top)] as const;
    }),
  );
  return new Map(found.filter(([name]) => name !== ''));
}

/** How far what was rendered before has moved since, in pixels. */
async function movedSince(before: ReadonlyMap<string, number>): Promise<number[]> {
  const now = await places();
  return [...before].flatMap(([name, top]) => {
    const place = now.get(name);
    return place === undefined || top < 0 || top > 700 ? [] : [place - top];
  });
}

/** Resolves when the rows have been where they are for several frames. */
async function settled(): Promise<void> {
  let before = '';
  await eventually(
    async () => {
      const now = JSON.stringify([...(await places())]);
      const isSame = now === before;
      before = now;
      expect(isSame).toBe(true);
    },
    { interval: 120 },
  );
}

const scrollHeight = () => scroller().evaluate((element) => element.scrollHeight);
const scroller = () => shown.page.locator('.scroller');
const scrollTo = (share: number) =>
  scroller().evaluate((element, part) => element.scrollTo(0, element.scrollHeight * part), share);

it('renders what is in sight, and no more', async () => {
  expect(await shown.page.locator('.rows > li').count()).toBeLessThan(60);
});

it('loads what is older while one scrolls, and moves nothing that is read', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await shown.page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('"before":') === true) await held;
    await route.continue();
  });
  await scroller().evaluate((element) => element.scrollTo(0, 300));
  await shown.page.getByText('Loading older messages').waitFor();
  await settled();
  const [height, before] = [await scrollHeight(), await places()];
  release();
  await eventually(async () => expect(await scrollHeight()).toBeGreaterThan(height + 2_000));
  await settled();
  await shown.page.unroute('**/graphql');
  const moved = await movedSince(before);
  expect(moved.length).toBeGreaterThan(2);
  expect(Math.max(...moved.map(Math.abs))).toBeLessThanOrEqual(1);
});

it('moves nothing that is read when something is said at the end, and tells of it', async () => {
  await scrollTo(0.5);
  await eventually(async () => expect((await places()).size).toBeGreaterThan(5));
  await settled();
  const before = await places();
  const draft = await session.startMessage({ role: 'USER' });
  draft.append('Something new. '.repeat(40));
  await shown.page.getByRole('button', { name: '1 new message' }).waitFor();
  await draft.finish();
  await session.addMessage({ role: 'USER', text: 'And another' });
  await shown.page.getByRole('button', { name: '2 new messages' }).waitFor();
  expect(new Set(await movedSince(before))).toEqual(new Set([0]));
});

it('goes to the newest, and stays there while it grows', async () => {
  await shown.page.getByRole('button', { name: '2 new messages' }).click();
  await shown.messages.getByText('And another').waitFor();
  const draft = await session.startMessage({ role: 'USER' });
  for (let line = 1; line <= 40; line++) draft.append(`Line ${line}\n\n`);
  await shown.messages.getByText('Line 40').waitFor();
  await draft.finish();
  const distance = () =>
    scroller().evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  await eventually(async () => expect(await distance()).toBeLessThanOrEqual(1));
  expect(await shown.page.getByRole('button', { name: /new message|Newest/ }).count()).toBe(0);
});

it('has all of it in the end', async () => {
  await eventually(
    async () => {
      await scrollTo(0);
      expect(await shown.page.getByText('The beginning').count()).toBe(1);
    },
    { timeout: 25_000, interval: 50 },
  );
  await shown.messages.getByText('Message 1.').waitFor();
  expect(await shown.page.locator('.rows > li').count()).toBeLessThan(60);
  await shown.page.getByRole('button', { name: 'Newest' }).click();
  await shown.messages.getByText('Line 40').waitFor();
  expect(shown.complaints).toEqual([]);
});
