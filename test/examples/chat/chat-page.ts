import type { Browser, Locator, Page, Route } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';

/** A chat in a window of its own. */
export interface ChatPage {
  readonly page: Page;
  readonly list: Locator;
  /** Errors in the console, and exceptions that nobody caught. */
  readonly complaints: readonly string[];
  /** What the bubbles say, notes and names apart, from the oldest on. */
  texts(): Promise<string[]>;
  /** Waits until the bubbles say this and nothing else. */
  shows(texts: readonly string[]): Promise<void>;
  /** Waits until nothing is being sent or written any more. */
  settled(): Promise<void>;
  /** The bubble that says this. */
  bubble(text: string): Locator;
  say(text: string): Promise<void>;
  /** From now on counts how many bubbles begin with this text; what is returned tells each number that was seen. */
  count(text: string): Promise<() => Promise<number[]>>;
  /** Lets the next so many requests with this operation reach the server, and no answer come back; counts these. */
  loseAnswers(operation: string, times: number): Promise<() => number>;
  /** Withholds the answer to the next request with this operation, once the server has given it, until `release`. */
  holdAnswer(operation: string): Promise<{ readonly isHeld: Promise<void>; release(): void }>;
  close(): Promise<void>;
}

/** In the page: what the bubbles say, without the small print. */
const TEXTS = `() => [...document.querySelectorAll('li')].map((bubble) =>
  [...bubble.childNodes].flatMap((node) => (node.nodeType === Node.TEXT_NODE ? [node.data] : [])).join(''))`;

export async function openChat(browser: Browser, url: string, id = ''): Promise<ChatPage> {
  const page = await (await browser.newContext()).newPage();
  // Below the time of a test, so that its failure says what was waited for.
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(id === '' ? url : `${url}#${id}`);
  const texts: ChatPage['texts'] = () => page.evaluate(`(${TEXTS})()`);
  return {
    page,
    complaints,
    list: page.getByRole('navigation'),
    texts,
    shows: (expected) =>
      eventually(async () => expect(await texts()).toEqual(expected), { timeout: 25_000, interval: 50 }),
    settled: () =>
      eventually(async () =>
        expect(await page.locator('li', { hasText: /sending…|writing…/ }).count()).toBe(0),
      ),
    bubble: (text) => page.locator('li', { hasText: text }),
    async say(text) {
      await page.getByPlaceholder('Message').fill(text);
      await page.keyboard.press('Enter');
    },
    async count(text) {
      await page.evaluate(`{
        const count = () => (${TEXTS})().filter((said) => said.startsWith(${JSON.stringify(text)})).length;
        window.counts = [count()];
        // Called before each paint that shows a change.
        new MutationObserver(() => counts.at(-1) === count() || counts.push(count())).observe(document.body, {
          subtree: true, childList: true, characterData: true });
      }`);
      return () => page.evaluate('counts');
    },
    async loseAnswers(operation, times) {
      let lost = 0;
      const lose = async (route: Route): Promise<void> => {
        const isIt = route.request().postData()?.includes(operation) ?? false;
        if (!isIt || lost === times) return route.continue();
        lost++;
        await route.fetch();
        return route.abort('connectionreset');
      };
      await page.route('**/graphql', lose);
      return () => lost;
    },
    async holdAnswer(operation) {
      let hold = (): void => {};
      let release = (): void => {};
      const isHeld = new Promise<void>((resolve) => (hold = resolve));
      const isReleased = new Promise<void>((resolve) => (release = resolve));
      let isOver = false;
      const delay = async (route: Route): Promise<void> => {
        if (isOver || !route.request().postData()?.includes(operation)) return route.fallback();
        isOver = true;
        const response = await route.fetch();
        hold();
        await isReleased;
        return route.fulfill({ response });
      };
      await page.route('**/graphql', delay);
      return { isHeld, release };
    },
    close: () => page.context().close(),
  };
}
