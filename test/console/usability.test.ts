import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type AgentSession, type AgentSessions } from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { openConsole, type ConsolePage } from './console-page.ts';

let server: ServerProcess;
let browser: Browser;
let sessions: AgentSessions;
let session: AgentSession;
let untitled: AgentSession;
let shown: ConsolePage;

const CALL = {
  type: 'function_call',
  callId: 'c',
  name: 'forecast',
  status: 'completed',
  arguments: '{"city":"Trieste","words":["one","two"]}',
};
const RESULT = {
  type: 'function_call_result',
  callId: 'c',
  name: 'forecast',
  status: 'completed',
  output: { type: 'text', text: JSON.stringify({ days: Array.from({ length: 9 }, (_, day) => day) }) },
};

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ STORE_URL: 'sqlite::memory:' }), launchBrowser()]);
  sessions = connect({ url: server.url });
  untitled = await sessions.create({});
  await untitled.addMessage({ role: 'USER', text: 'What is it called?\nNothing.' });
  session = await sessions.create({ title: 'Looked at' });
  for (const agentName of ['triage', 'guide']) {
    await session.storeExchange({
      userMessage: 'Well?',
      assistantResponse: 'So it is. '.repeat(40),
      agentName,
    });
  }
  await session.addItems([CALL, RESULT]);
  await session.addMessage({ role: 'ASSISTANT', agent: 'guide', text: 'The end.' });
  const path = `#/c/${await session.getSessionId()}`;
  shown = await openConsole(browser, server.url, path, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await shown.messages.getByText('The end.').waitFor();
  await shown.connection.getByText('Live').waitFor();
});
afterAll(async () => {
  await browser.close();
  await server.kill();
});

const topOf = async (place: Locator): Promise<number | undefined> => (await place.boundingBox())?.y;
const distanceFromEnd = (): Promise<number> =>
  shown.page
    .locator('.scroller')
    .evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);

/** Where each sign of a line is, from left to right, and which of them can be seen. */
const signsOf = (line: Locator): Promise<{ readonly lefts: number[]; readonly seen: string }> =>
  line.evaluate((element) => {
    const { left, right } = element.getBoundingClientRect();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const text = walker.nextNode();
    const range = document.createRange();
    const lefts: number[] = [];
    let seen = '';
    for (let at = 0; text !== null && at < (text.nodeValue ?? '').length; at++) {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const box = range.getBoundingClientRect();
      lefts.push(box.left);
      if (box.left >= left - 1 && box.right <= right + 1) seen += text.nodeValue?.charAt(at) ?? '';
    }
    return { lefts, seen };
  });

describe('a line that stands for more', () => {
  it('has all its signs in their order, and begins as the call does', async () => {
    const { lefts, seen } = await signsOf(shown.messages.locator('.tool .preview'));
    expect(lefts).toEqual(lefts.toSorted((one, other) => one - other));
    expect(seen).toBe(CALL.arguments);
  });

  it('shows the newest of a thought that grows, and its beginning when it is thought', async () => {
    const draft = await session.startMessage({ agent: 'guide' });
    draft.appendReasoning(
      `First of all, [this] {is} "long": ${'and goes on and on, '.repeat(12)}to its (last) "word".`,
    );
    const line = shown.messages.locator('.thought .preview');
    await shown.messages.locator('.thought.growing').getByText('"word".').waitFor();
    expect((await signsOf(line)).seen).toMatch(/on, to its \(last\) "word"\.$/);
    await draft.cancel();
    await shown.messages.locator('.thought.growing').waitFor({ state: 'detached' });
    expect((await signsOf(line)).seen).toMatch(/^First of all, \[this\] \{is\} "long": and/);
  });

  it.each([
    ['a tool call', () => shown.messages.getByRole('button', { name: /^forecast/ })],
    [
      'the details of the newest message',
      () => shown.messages.getByRole('button', { name: /^Details/ }).last(),
    ],
  ])('stays where it is when it is unfolded at the end: %s', async (_what, button) => {
    // Written while one looks, since that is what the list is busy with.
    const draft = await session.startMessage({ agent: 'guide' });
    for (let line = 0; line < 6; line++) draft.append(`${line}. item\n\n`);
    await draft.finish();
    await shown.messages.locator('.draft').waitFor({ state: 'detached' });
    await shown.messages.locator('.message').last().hover();
    const before = await topOf(button());
    await button().click();
    await eventually(async () => expect(await distanceFromEnd()).toBeGreaterThan(100));
    expect(await topOf(button())).toBe(before);
    await shown.page.getByRole('button', { name: 'Newest' }).waitFor();
    await button().click();
    await eventually(async () => expect(await distanceFromEnd()).toBeLessThanOrEqual(1));
    await session.addMessage({ role: 'USER', text: `After ${_what}` });
    await shown.messages.getByText(`After ${_what}`).waitFor();
    await eventually(async () => expect(await distanceFromEnd()).toBeLessThanOrEqual(1));
  });
});

describe('the keys', () => {
  const focusedId = (): Promise<string> => shown.page.evaluate('document.activeElement.id');

  it('are shortcuts wherever one comes to read, and again after Escape', async () => {
    const { page } = shown;
    expect(await focusedId()).toBe('');
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'What is it called?' }).waitFor();
    expect(await focusedId()).toBe('');
    await page.keyboard.press('k');
    await page.getByRole('heading', { name: 'Looked at' }).waitFor();
    for (const [key, field] of [
      ['m', 'message'],
      ['/', 'search'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await focusedId()).toBe(field);
      await page.keyboard.press('Escape');
      expect(await focusedId()).toBe('');
    }
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('');
  });

  it('replace the user that is named when another one is to be shown', async () => {
    const { page } = shown;
    await page.getByRole('button', { name: 'Signed in as local' }).click();
    await page.getByRole('menuitem', { name: 'Show another user' }).click();
    await page.keyboard.type('ada');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'A service, looking at ada’s' }).getByText('seen by').waitFor();
    await page.getByRole('heading', { name: 'Conversations of AI agents' }).waitFor();
    await page.evaluate('sessionStorage.clear()');
    await page.reload();
  });
});

describe('a conversation without a title', () => {
  it('is called by its first words, or by its id while there are none', async () => {
    const { page } = shown;
    const silent = await sessions.create({});
    const id = await silent.getSessionId();
    await page.getByRole('link', { name: new RegExp(id) }).waitFor();
    await page.getByRole('link', { name: /^What is it called\?/ }).click();
    await page.getByRole('heading', { name: 'What is it called?' }).waitFor();
    await silent.delete();
  });

  it('is found by its first words, until it is cleared', async () => {
    const { page } = shown;
    const cleared = await sessions.create({});
    const id = await cleared.getSessionId();
    await cleared.addMessage({ role: 'USER', text: 'Of quokkas and wombats.' });
    const link = page.getByRole('navigation').getByRole('link');
    const search = page.getByRole('searchbox');
    await search.fill('wombats quok');
    await eventually(async () =>
      expect(await link.allTextContents()).toEqual([expect.stringContaining('Of quokkas and wombats.')]),
    );
    await cleared.clearSession();
    await page.getByText('No conversation is called by these words').waitFor();
    await search.fill('');
    await page.getByRole('link', { name: new RegExp(id) }).waitFor();
    await cleared.delete();
  });

  it('tells its id, its owner and its cursor', async () => {
    const { page } = shown;
    const id = await untitled.getSessionId();
    await shown.choose('Copy id');
    await page.getByText('Copied the id.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(id);
    await shown.choose('Details');
    const dialog = page.getByRole('dialog', { name: 'Details' });
    for (const text of [id, 'local', 'Cursor', 'Created'])
      await dialog.getByText(text, { exact: true }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('is renamed in a field that moves nothing, in the place of what it was called', async () => {
    const { page } = shown;
    const head = page.locator('.head');
    const before = [await head.boundingBox(), await topOf(shown.messages)];
    await shown.choose('Rename');
    const field = page.getByRole('textbox', { name: 'Title' });
    expect(await field.getAttribute('placeholder')).toBe('What is it called?');
    const box = await field.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(32);
    const frame = await head.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual((frame?.x ?? 0) + 24);
    expect([frame, await topOf(shown.messages)]).toEqual(before);
    await page.keyboard.press('Escape');
  });
});

describe('what is said once', () => {
  it('is said in the middle of the conversation, one thing at a time, and not on the next page', async () => {
    const { page } = shown;
    await shown.choose('Copy id');
    await shown.choose('Copy as agent inputs (JavaScript)');
    await page.getByText('Copied 1 item.').waitFor();
    const notices = page.locator('.notice');
    expect(await notices.count()).toBe(1);
    const [notice, pane] = [await notices.boundingBox(), await page.locator('.pane').boundingBox()];
    const middleOf = (box: typeof pane): number => (box?.x ?? 0) + (box?.width ?? 0) / 2;
    expect(Math.abs(middleOf(notice) - middleOf(pane))).toBeLessThan(2);
    await page.getByRole('link', { name: /Looked at/ }).click();
    await page.getByRole('heading', { name: 'Looked at' }).waitFor();
    expect(await notices.count()).toBe(0);
  });
});

describe('agents', () => {
  it('have colours of their own, and what is done with an item covers no other', async () => {
    const marks = shown.messages.locator('.mark[data-colour]');
    await marks.first().waitFor();
    const colours = await marks.evaluateAll((all) =>
      all.map((mark) => `${mark.textContent} ${getComputedStyle(mark).backgroundColor}`),
    );
    const [triage, guide] = ['T', 'G'].map((letter) => colours.find((colour) => colour.startsWith(letter)));
    expect(triage?.slice(2)).not.toBe(guide?.slice(2));
    await shown.messages.getByText('The end.').hover();
    const overlaps = await shown.messages
      .locator('.actions')
      .locator('visible=true')
      .evaluate((bar) => {
        const own = bar.getBoundingClientRect();
        return [...document.querySelectorAll('.message, .fold')].filter((other) => {
          const box = other.getBoundingClientRect();
          const apart =
            box.right <= own.left || box.left >= own.right || box.bottom <= own.top || box.top >= own.bottom;
          return !apart && !bar.parentElement?.contains(other);
        }).length;
      });
    expect(overlaps).toBe(0);
  });
});

describe('on a phone', () => {
  it('the demo can be started though there are conversations', async () => {
    const phone = await openConsole(browser, server.url, '', {
      viewport: { width: 390, height: 760 },
      hasTouch: true,
      isMobile: true,
    });
    await phone.page.getByRole('link', { name: /Looked at/ }).waitFor();
    await phone.page.getByRole('button', { name: 'Signed in as local' }).tap();
    await phone.page.getByRole('menuitem', { name: 'Play a demo' }).tap();
    await phone.page.getByRole('heading', { name: 'A weekend in Trieste' }).waitFor();
    await phone.page.close();
  });

  it('a tap on what unfolds unfolds it, and is not caught by what appears there', async () => {
    const phone = await openConsole(browser, server.url, `#/c/${await session.getSessionId()}`, {
      viewport: { width: 390, height: 760 },
      hasTouch: true,
      isMobile: true,
    });
    const call = phone.messages.getByRole('button', { name: /^forecast/ });
    await call.scrollIntoViewIfNeeded();
    await call.tap();
    await phone.messages.getByText('"city": "Trieste"').waitFor();
    await phone.page.close();
  });
});

it('sends by itself what was written while the network was away', async () => {
  const { page } = shown;
  await page.context().setOffline(true);
  await shown.say('Into the tunnel');
  await page.getByText('Not sent yet, trying again by itself').waitFor();
  await page.context().setOffline(false);
  await eventually(async () => {
    const stored = await session.getMessages(5);
    expect(stored.filter(({ text }) => text === 'Into the tunnel')).toHaveLength(1);
  });
  await page.getByText('Not sent').waitFor({ state: 'detached' });
});
