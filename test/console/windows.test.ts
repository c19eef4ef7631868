import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type AgentSession, type AgentSessions } from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { openConsole, type ConsolePage } from './console-page.ts';

let folder: string;
let server: ServerProcess;
let browser: Browser;
let sessions: AgentSessions;
let session: AgentSession;
let id: string;
let one: ConsolePage;
let other: ConsolePage;

const env = (more: Record<string, string> = {}) => ({
  STORE_URL: `sqlite:${join(folder, 'store.db')}`,
  ...more,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-'));
  [server, browser] = await Promise.all([startServer(env()), launchBrowser()]);
  sessions = connect({ url: server.url });
  session = await sessions.create({ title: 'Watched twice' });
  id = await session.getSessionId();
  [one, other] = await Promise.all([
    openConsole(browser, server.url, `#/c/${id}`),
    openConsole(browser, server.url, `#/c/${id}`),
  ]);
  await Promise.all([one, other].map(({ connection }) => connection.getByText('Live').waitFor()));
});
afterAll(async () => {
  await browser.close();
  await server.kill();
  await rm(folder, { recursive: true });
});

/** Waits until both windows show the same, and that is what is expected. */
async function bothShow(...expected: readonly (string | RegExp)[]): Promise<void> {
  await eventually(async () => {
    const [mine, theirs] = await Promise.all([one.texts(), other.texts()]);
    expect(theirs).toEqual(mine);
    const shown = mine.filter((text) => text !== 'Today' && text !== 'Yesterday');
    expect(shown).toEqual(expected.map((text) => expect.stringMatching(text)));
  });
}

describe('two windows on one conversation', () => {
  it('show what either of them writes, once', async () => {
    await one.say('Hello from **one**');
    await other.say('Hello from the other');
    await one.messages.getByText('Hello from the other').waitFor();
    await bothShow(/Hello from one$/, /Hello from the other$/);
  });

  it('show a message grow, and become one in its place', async () => {
    const draft = await session.startMessage({ agent: 'writer' });
    draft.appendReasoning('What to say?');
    draft.append('First half');
    await bothShow(/one$/, /the other$/, /writer takes over$/, /Thought/, /First half$/);
    const place = one.messages.getByText('First half');
    const before = await place.boundingBox();
    draft.append(', second half');
    await bothShow(/one$/, /the other$/, /writer takes over$/, /Thought/, /First half, second half$/);
    await draft.finish();
    await eventually(() => expect(one.page.locator('[aria-busy=true]').count()).resolves.toBe(0));
    await bothShow(/one$/, /the other$/, /writer takes over$/, /Thought/, /First half, second half$/);
    expect((await one.messages.getByText('First half').boundingBox())?.y).toBe(before?.y);
  });

  it('show a call, and then its result in the same block', async () => {
    await session.addItems([
      {
        type: 'function_call',
        callId: 'c',
        name: 'weather',
        status: 'completed',
        arguments: '{"city":"Rome"}',
      },
    ]);
    await other.page.getByText('no result yet').waitFor();
    await session.addItems([
      {
        type: 'function_call_result',
        callId: 'c',
        name: 'weather',
        status: 'completed',
        output: { type: 'text', text: '{"sky":"blue"}' },
      },
    ]);
    await other.page.getByRole('button', { name: /^weather/ }).click();
    await other.page.getByText('"sky": "blue"').waitFor();
    await other.page.getByText('"city": "Rome"').waitFor();
    await other.page.getByRole('button', { name: /^weather/ }).click();
  });

  it('take out what is removed, and show a draft that was given up as interrupted', async () => {
    await session.popItem();
    await session.popItem();
    const draft = await session.startMessage({ agent: 'writer' });
    draft.append('Half a');
    await one.messages.getByText('Half a').waitFor();
    await draft.cancel();
    await bothShow(/one$/, /the other$/, /takes over$/, /Thought/, /second half$/, /Half aInterrupted$/);
    await session.popItem();
    await bothShow(/one$/, /the other$/, /takes over$/, /Thought/, /second half$/);
  });

  it('come back by themselves when the server was away, with all that was said meanwhile', async () => {
    const { port } = new URL(server.url);
    await server.kill();
    await one.connection.getByText('Reconnecting').waitFor();
    await one.say('Said while nobody was there');
    server = await startServer(env({ PORT: port }));
    await session.addMessage({ role: 'ASSISTANT', text: 'Back again', agent: 'writer' });
    await Promise.all([one, other].map(({ connection }) => connection.getByText(/Caught up|Live/).waitFor()));
    // What was not sent in time can be sent again, and is stored once.
    await eventually(async () => {
      const again = one.page.getByRole('button', { name: 'Try again' });
      if (await again.isVisible()) await again.click();
      const texts = await other.texts();
      expect(texts.filter((text) => text.includes('Said while nobody was there'))).toHaveLength(1);
    });
    await eventually(async () => {
      const texts = await one.texts();
      expect(texts).toEqual(await other.texts());
      expect(texts.filter((text) => text.includes('Said while nobody was there'))).toHaveLength(1);
      expect(texts.filter((text) => text.includes('Back again'))).toHaveLength(1);
    });
  });

  it('let go of their connections while nobody looks, and have missed nothing afterwards', async () => {
    const { page } = other;
    const lookAway = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    const streams = new Set<Request>();
    page.on('request', (request) => {
      if (request.headers()['accept']?.startsWith('text/event-stream') === true) streams.add(request);
    });
    page.on('requestfailed', (request) => streams.delete(request));
    await page.reload();
    await other.connection.getByText('Live').waitFor();
    await eventually(() => expect(streams.size).toBe(2));
    await page.clock.install();
    await lookAway(true);
    await page.clock.fastForward(61_000);
    await eventually(() => expect(streams.size).toBe(0));
    await session.addMessage({ role: 'USER', text: 'Nobody looks' });
    await one.messages.getByText('Nobody looks').waitFor();
    await lookAway(false);
    await other.messages.getByText('Nobody looks').waitFor();
    await other.connection.getByText(/Caught up|Live/).waitFor();
    expect(await other.texts()).toEqual(await one.texts());
  });

  it('and the list in both is renamed, forked and emptied with it', async () => {
    await one.choose('Rename');
    await one.page.getByRole('textbox', { name: 'Title' }).fill('Another title');
    await one.page.keyboard.press('Enter');
    await other.page.getByRole('heading', { name: 'Another title' }).waitFor();
    await other.page.getByRole('link', { name: /Another title/ }).waitFor();

    const list = one.page.getByRole('navigation', { name: 'Conversations' });
    await one.messages.getByText('Hello from the other').hover();
    await one.page.getByRole('button', { name: 'Fork from here' }).locator('visible=true').click();
    await one.page.getByRole('heading', { name: 'Another title (fork)' }).waitFor();
    await eventually(async () => {
      const shown = (await one.texts()).slice(1);
      expect(shown).toEqual([expect.stringContaining('from one'), expect.stringContaining('the other')]);
    });
    await list.getByRole('link', { name: /\(fork\)/ }).waitFor();
    await one.page.goBack();

    await one.choose('Clear the history');
    await one.page.getByRole('button', { name: 'Clear', exact: true }).click();
    await bothShow();
    await other.page.getByText('Nothing has been said yet.').waitFor();
    await other.page.getByRole('link', { name: /Another title.*0 messages/ }).waitFor();
  });

  it('are told of its end', async () => {
    await one.choose('Delete');
    await one.page.getByRole('button', { name: 'Delete', exact: true }).click();
    await one.page.getByText('Deleted.').waitFor();
    await other.page.getByText('This conversation was deleted').waitFor();
    await eventually(() =>
      expect(other.page.getByRole('link', { name: /Another title/ }).allTextContents()).resolves.toHaveLength(
        1,
      ),
    );
    expect(await sessions.listConversations()).toHaveLength(1);
  });

  it('have asked nobody else, and complained of nothing but the server that was away', () => {
    for (const { foreignRequests, complaints } of [one, other]) {
      expect(foreignRequests).toEqual([]);
      expect(
        complaints.filter((text) => !/Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE/.test(text)),
      ).toEqual([]);
    }
  });
});
