import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** The console in a window of its own, with storage and connections of its own. */
export interface ConsolePage {
  readonly page: Page;
  /** Addresses of other hosts that were asked for anything. */
  readonly foreignRequests: readonly string[];
  /** Errors and warnings in the browser's console, and exceptions that nobody caught. */
  readonly complaints: readonly string[];
  /** The messages, as far as they are rendered. */
  readonly messages: Locator;
  /** What the header says of the connection. */
  readonly connection: Locator;
  /** The texts of the rendered rows, from top to bottom, without what only pointing at them shows. */
  texts(): Promise<readonly string[]>;
  /** Writes a message and sends it. */
  say(text: string): Promise<void>;
  /** Chooses from the menu of the conversation. */
  choose(label: string): Promise<void>;
}

/** @param path Behind the address of the server, such as `#/c/<id>`. */
export async function openConsole(
  browser: Browser,
  url: string,
  path = '',
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  const page = await context.newPage();
  // Below the time of a test, so that its failure says what was waited for.
  page.setDefaultTimeout(10_000);
  const foreignRequests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !/^(?:data|blob):/.test(address)) foreignRequests.push(address);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${url}/${path}`);
  const messages = page.getByRole('region', { name: 'Messages' });
  return {
    page,
    foreignRequests,
    complaints,
    messages,
    connection: page.locator('.head').getByRole('status'),
    texts: () => textsOf(page),
    async say(text) {
      await page.getByRole('textbox', { name: 'Message' }).fill(text);
      await page.keyboard.press('Enter');
    },
    async choose(label) {
      await page.getByRole('button', { name: 'What to do with this conversation' }).click();
      await page.getByRole('menuitem', { name: label }).click();
    },
  };
}

/** Runs in the page, where rows that are out of sight do not exist. */
async function textsOf(page: Page): Promise<readonly string[]> {
  return page.locator('.rows > li[data-index]').evaluateAll((rows) =>
    rows
      .toSorted(
        (one, other) => Number(one.getAttribute('data-index')) - Number(other.getAttribute('data-index')),
      )
      .map((row) => {
        const copy = row.cloneNode(true) as Element;
        for (const part of copy.querySelectorAll('.actions')) part.remove();
        return copy.textContent ?? '';
      }),
  );
}
