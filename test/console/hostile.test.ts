import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type AgentSession } from '../../src/client/index.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { openConsole, type ConsolePage } from './console-page.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

let server: ServerProcess;
let browser: Browser;
let session: AgentSession;
let shown: ConsolePage;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ STORE_URL: 'sqlite::memory:' }), launchBrowser()]);
  session = await connect({ url: server.url }).create({ title: '<img src=x onerror="window.hacked = 1">' });
  shown = await openConsole(browser, server.url, `#/c/${await session.getSessionId()}`);
  await shown.connection.getByText('Live').waitFor();
});
afterAll(async () => {
  await browser.close();
  await server.kill();
});

/** Elements that no part of the console ever makes. */
const FOREIGN_ELEMENTS =
  '#console :is(script, iframe, object, embed, form[action], style, link, meta, base, math, template, audio, video, svg > :not(path), img:not([src^="data:image/"]))';

async function expectUnharmed(): Promise<void> {
  const { page } = shown;
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  expect(await page.locator(FOREIGN_ELEMENTS).count()).toBe(0);
  const addresses = await page
    .locator('#console a')
    .evaluateAll((links) => links.map((link) => (link as unknown as { protocol: string }).protocol));
  expect(addresses.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol))).toEqual([]);
  expect(shown.complaints).toEqual([]);
  expect(shown.foreignRequests).toEqual([]);
}

it('shows what is stored as text: messages of users and agents, and drafts as they grow', async () => {
  for (const text of HOSTILE_TEXTS) {
    const draft = await session.startMessage({ agent: '<b onclick="window.hacked = 1">agent</b>' });
    draft.append(text.slice(0, 20));
    await session.addMessage({ role: 'USER', text });
    draft.append(text.slice(20));
    await draft.finish();
    // What is written as HTML can be read as that.
    if (text.startsWith('<')) {
      const visible = shown.messages.getByText(text.slice(0, 16), { exact: false });
      await visible.last().waitFor();
    }
    expect(await shown.page.evaluate('window.hacked')).toBeUndefined();
  }
  await expectUnharmed();
});

it('shows names, arguments and outputs as text, unfolded as well', async () => {
  const html = '<img src=x onerror="window.hacked = 1"><script>window.hacked = 1</script>';
  await session.addItems([
    {
      type: 'function_call',
      callId: 'c',
      name: html,
      status: 'completed',
      arguments: JSON.stringify({ html }),
    },
    {
      type: 'function_call_result',
      callId: 'c',
      name: html,
      status: 'completed',
      output: { type: 'text', text: html },
    },
    { type: 'reasoning', content: [{ type: 'input_text', text: html }] },
    { type: html },
    {
      role: 'user',
      content: [
        { type: 'input_image', image: 'https://evil.example/pixel.png' },
        { type: 'input_image', image: 'javascript:window.hacked=1' },
        { type: 'input_image', image: `data:image/svg+xml,${html}` },
        { type: 'input_file', filename: html, file: { url: 'javascript:window.hacked=1' } },
      ],
    },
  ]);
  const folded = shown.messages.locator('button[aria-expanded=false]:has(.fold-label)');
  await shown.messages.getByRole('button', { name: 'done' }).waitFor();
  while ((await folded.count()) > 0) await folded.last().click();
  await shown.messages.getByText(html).first().waitFor();
  await shown.messages
    .getByRole('button', { name: /^Details/ })
    .last()
    .press('Enter');
  await shown.messages.getByText('Written').waitFor();
  await expectUnharmed();
});

it('is told by the server to take scripts, styles and answers from nowhere else', async () => {
  const policy = (await fetch(server.url)).headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  // A fault of the console would look like this, and the browser refuses it.
  const fault = (): void => {
    document.body.innerHTML = '<img src=x onerror="window.hacked = 1">';
  };
  await expect(shown.page.evaluate(fault)).rejects.toThrow('TrustedHTML');
  expect(await shown.page.evaluate('window.hacked')).toBeUndefined();
});
