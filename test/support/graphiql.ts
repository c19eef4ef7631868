import { chromium, type Browser, type Locator, type Page, type Request } from 'playwright-core';
import { eventually } from './eventually.ts';
import { findProgram, REQUIRED_PROGRAMS } from '../../scripts/required-programs.mjs';
import { nextEvents } from './event-stream.ts';

/** A new browser with a profile of its own that asks nobody but the pages it is sent to. */
export async function launchBrowser(): Promise<Browser> {
  const program = findProgram(REQUIRED_PROGRAMS.chromium);
  if (program === null) throw new Error('There is no Chromium: `npm test` says how to install it.');
  return chromium.launch({
    executablePath: program,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The playground in a tab of a browser. */
export interface GraphiQL {
  readonly page: Page;
  /** Addresses of other hosts that were asked for anything. */
  readonly foreignRequests: readonly string[];
  /** Errors in the console, and exceptions that nobody caught. */
  readonly complaints: readonly string[];
  readonly result: Locator;
  execute(): Promise<void>;
  /** Goes to the tab of that name. */
  goTo(tab: string): Promise<void>;
  /** The results that the page's subscriptions were sent, in order. */
  received(): Promise<readonly any[]>;
}

/** Keeps a copy of every event stream that the page reads, since GraphiQL shows the newest event only. */
const KEEP_EVENT_STREAMS = `
  window.eventStreams = '';
  const fetchOfTheBrowser = window.fetch;
  window.fetch = async (...args) => {
    const response = await fetchOfTheBrowser(...args);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
    const [forThePage, copy] = response.body.tee();
    const texts = copy.pipeThrough(new TextDecoderStream());
    texts.pipeTo(new WritableStream({ write: (text) => { window.eventStreams += text; } })).catch(() => {});
    return new Response(forThePage, response);
  };
`;

/** Opens the playground, with its examples or with this operation. */
export async function openGraphiQL(browser: Browser, url: string, operation?: string): Promise<GraphiQL> {
  const page = await browser.newPage();
  // Below the time of a test, so that its failure says what was waited for.
  page.setDefaultTimeout(10_000);
  const foreignRequests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const address = request.url().replace(/^blob:/, '');
    if (!address.startsWith(`${url}/`) && !address.startsWith('data:')) foreignRequests.push(address);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(KEEP_EVENT_STREAMS);
  await page.goto(operation === undefined ? url : `${url}/graphql?query=${encodeURIComponent(operation)}`);
  const shown = (operation ?? 'mutation CreateSession').split('\n', 1)[0] ?? '';
  await page
    .getByRole('region', { name: 'Operation Editor' })
    .getByText(shown.slice(0, 20))
    .first()
    .waitFor();
  return {
    page,
    foreignRequests,
    complaints,
    result: page.getByRole('region', { name: 'Result Window' }),
    execute: () => execute(page),
    async goTo(tab) {
      // By the keyboard, since GraphiQL may take a quick click for the beginning of a drag.
      await page.locator('.graphiql-tab-button', { hasText: tab }).press('Enter');
      await page.locator('.graphiql-tab-active', { hasText: tab }).waitFor();
    },
    async received() {
      return nextEvents(String(await page.evaluate('window.eventStreams')));
    },
  };
}

/**
 * Presses the arrow until GraphiQL sends the operation: right after a change of tabs it still looks for the operation of
 * the tab before, and says that it cannot find it.
 */
async function execute(page: Page): Promise<void> {
  await eventually(
    async () => {
      const isOperation = (request: Request): boolean => new URL(request.url()).pathname === '/graphql';
      const sent = page.waitForRequest(isOperation, { timeout: 2_000 });
      await Promise.all([sent, page.getByRole('button', { name: 'Execute query' }).click()]);
    },
    { timeout: 20_000 },
  );
}
