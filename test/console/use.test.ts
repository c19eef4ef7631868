import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { openConsole, type ConsolePage } from './console-page.ts';

let server: ServerProcess;
let browser: Browser;
let shown: ConsolePage;
const axe = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ STORE_URL: 'sqlite::memory:' }), launchBrowser()]);
  shown = await openConsole(browser, server.url, '', { permissions: ['clipboard-read', 'clipboard-write'] });
});
afterAll(async () => {
  await browser.close();
  await server.kill();
});

/** What axe finds on the page as it is, by rule and place. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }: any) => nodes.map(({ html }: any) => `${id}: ${html}`));
  });
  return found as string[];
}

/** What has the focus, as it is read out. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
  });

describe('a newcomer', () => {
  it('is met by a page that says what to do', async () => {
    await shown.page.getByRole('heading', { name: 'Conversations of AI agents, live' }).waitFor();
    expect(await barriers(shown.page)).toEqual([]);
  });

  it('sees a conversation happen at one click: thoughts, tool calls, a hand-off, an answer that grows', async () => {
    const { page, messages } = shown;
    await page.getByRole('button', { name: 'Play a demo' }).last().click();
    await page.getByRole('heading', { name: 'A weekend in Trieste' }).waitFor();
    await messages.getByText('two days in Trieste').waitFor();
    await messages.locator('.draft').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await messages.getByRole('button', { name: /^find_connections/ }).waitFor();
    await messages
      .getByRole('button', { name: /^Thought/ })
      .first()
      .waitFor();
    await messages.getByText('hands over to').waitFor();
    await messages.getByText('holding on to something').waitFor({ timeout: 20_000 });
    await messages.locator('.draft').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /Trieste.*guide.*3 messages/ }).waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  it('unfolds what tools were asked and answered', async () => {
    const { page, messages } = shown;
    await messages.getByRole('button', { name: /^find_connections/ }).click();
    await messages.getByText('"from": "Wien Hbf"').waitFor();
    await messages.getByText('"price": "€ 39.00"').waitFor();
    expect(await barriers(page)).toEqual([]);
    await messages.getByRole('button', { name: /^find_connections/ }).click();
  });
});

describe('with the keyboard alone', () => {
  const { press, type } = {
    press: async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await shown.page.keyboard.press(key);
    },
    type: (text: string): Promise<void> => shown.page.keyboard.type(text),
  };

  it('one begins a conversation', async () => {
    await press('Control+k', 'Escape', 'Tab', 'n');
    await shown.page.getByRole('heading', { name: 'New conversation' }).waitFor();
    await eventually(async () => expect(await focused(shown.page)).toBe('Message'));
    await type('First line');
    await press('Shift+Enter');
    await type('second line');
    await press('Enter');
    await shown.page.getByRole('heading', { name: 'First line' }).waitFor();
    await shown.messages.getByText('second line').waitFor();
    await eventually(async () => expect(await focused(shown.page)).toBe('Message'));
  });

  it('one comes to a message and what can be done with it, and sees where one is', async () => {
    const { page } = shown;
    await eventually(async () => {
      await press('Shift+Tab');
      expect(await page.evaluate('document.activeElement.matches("li[data-index]")')).toBe(true);
    });
    await press('Tab');
    expect(await focused(page)).toMatch(/^Details/);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await press('Enter');
    await page.getByText('Cursor', { exact: true }).waitFor();
    await press('Tab', 'Enter');
    await eventually(async () =>
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe('First line\nsecond line'),
    );
    expect(await barriers(page)).toEqual([]);
  });

  it('one renames, and thinks better of deleting', async () => {
    const { page } = shown;
    await page.getByRole('button', { name: 'What to do with this conversation' }).focus();
    await press('Enter');
    expect(await focused(page)).toBe('Rename');
    await press('Enter');
    expect(await barriers(page)).toEqual([]);
    await type('Renamed');
    await press('Enter');
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
    await page.getByRole('button', { name: 'What to do with this conversation' }).focus();
    await press('Enter', 'ArrowUp');
    expect(await focused(page)).toBe('Delete');
    expect(await barriers(page)).toEqual([]);
    await press('Enter');
    await page.getByRole('dialog', { name: 'Delete this conversation?' }).waitFor();
    expect(await focused(page)).toBe('Cancel');
    expect(await barriers(page)).toEqual([]);
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('What to do with this conversation');
  });

  it('one finds another conversation', async () => {
    const { page } = shown;
    await press('/');
    await type('trieste week');
    await page.getByText('1 conversation found').waitFor();
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual([
      expect.stringContaining('A weekend in Trieste'),
    ]);
    await press('ArrowDown');
    expect(await focused(page)).toContain('A weekend in Trieste');
    await press('Enter');
    await page.getByRole('heading', { name: 'A weekend in Trieste' }).waitFor();
    await press('Control+k', 'Escape', 'Shift+Tab', 'k');
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
  });

  it('one reads what the keys do, and switches them off', async () => {
    const { page } = shown;
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).focus();
    await press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByLabel('Shortcuts of a single key').press('Space');
    await press('Escape', 'n');
    expect(await page.getByRole('heading', { name: 'New conversation' }).count()).toBe(0);
    await page.evaluate('localStorage.clear()');
  });
});

describe('what is taken away', () => {
  it('is JSON for the Agents SDK, and files', async () => {
    const { page } = shown;
    await page.reload();
    await page.getByRole('link', { name: /Trieste/ }).click();
    await page.getByRole('heading', { name: 'A weekend in Trieste' }).waitFor();
    await shown.choose('Details');
    await page.getByRole('dialog', { name: 'Details' }).getByText('Owner').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await shown.choose('Copy as agent inputs (JavaScript)');
    await page.getByText('Copied 9 items.').waitFor();
    const inputs = JSON.parse(String(await page.evaluate('navigator.clipboard.readText()')));
    expect(inputs[0]).toMatchObject({ role: 'user', content: expect.stringContaining('Trieste') });

    const save = async (label: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), shown.choose(label)]);
      return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')] as const;
    };
    const [name, json] = await save('Export as JSON');
    expect(name).toBe('A-weekend-in-Trieste.json');
    expect(JSON.parse(json)).toMatchObject({ title: 'A weekend in Trieste', items: { length: 11 } });
    const [, markdown] = await save('Export as Markdown');
    expect(markdown).toContain('# A weekend in Trieste');
    expect(markdown).toContain('*triage → guide*');
  });
});

describe('states', () => {
  it('have no barriers in the dark, and on a phone', async () => {
    const id = new URL(shown.page.url()).hash;
    const dark = await openConsole(browser, server.url, id, { colorScheme: 'dark' });
    await dark.messages.getByText('holding on').waitFor();
    expect(await barriers(dark.page)).toEqual([]);
    await dark.page.close();
    const phone = await openConsole(browser, server.url, '', {
      viewport: { width: 360, height: 640 },
      hasTouch: true,
    });
    await phone.page.getByRole('link', { name: /Trieste/ }).tap();
    await phone.messages.getByText('holding on').waitFor();
    expect(await barriers(phone.page)).toEqual([]);
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await phone.page.getByRole('link', { name: 'Back to the list' }).tap();
    await phone.page.getByRole('link', { name: /Trieste/ }).waitFor();
    await phone.page.close();
  });

  it('say what is not there, what could not be sent, and that nobody answers', async () => {
    const lost = await openConsole(browser, server.url, '#/c/no-such-conversation');
    await lost.page.getByRole('heading', { name: 'No such conversation' }).waitFor();
    expect(await barriers(lost.page)).toEqual([]);

    const session = await connect({ url: server.url }).create({ title: 'To be written to' });
    await lost.page.goto(`${server.url}/#/c/${await session.getSessionId()}`);
    await lost.messages.getByText('Nothing has been said yet.').waitFor();
    await lost.page.route('**/graphql', async (route) => {
      const errors = [{ message: 'no', extensions: { code: 'STORE_TIMEOUT', retryable: false } }];
      if (route.request().postData()?.includes('addMessage') === true)
        await route.fulfill({ json: { errors } });
      else await route.continue();
    });
    await lost.say('Into the void');
    await lost.page.getByText('Not sent: The store did not answer in time.').waitFor();
    expect(await barriers(lost.page)).toEqual([]);
    await lost.page.unroute('**/graphql');
    await lost.page.getByRole('button', { name: 'Try again' }).click();
    await eventually(async () => expect(await session.messageCount()).toBe(1));
    await lost.page.getByText('Not sent').waitFor({ state: 'detached' });

    await lost.page.route('**/graphql', (route) => route.abort());
    await lost.page.reload();
    await lost.page.getByRole('heading', { name: 'No answer yet' }).waitFor({ timeout: 20_000 });
    expect(await barriers(lost.page)).toEqual([]);
    await lost.page.unroute('**/graphql');
    await lost.messages.getByText('Into the void').waitFor();
    await lost.page.close();
  });
});

it('has asked nobody else for all that, and reported nothing', () => {
  expect(shown.foreignRequests).toEqual([]);
  expect(shown.complaints).toEqual([]);
});
