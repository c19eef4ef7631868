import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { connect, type AgentSession, type AgentSessions } from '../../../src/client/index.ts';
import { launchBrowser } from '../../support/graphiql.ts';
import { startServer, type ServerProcess } from '../../support/server-process.ts';
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { openChat, type ChatPage } from './chat-page.ts';
import { serveExample, type Chat, type ServedExample } from './served-example.ts';

/** What Chromium itself says of connections that the tests cut. */
const ABOUT_CONNECTIONS = /^(Failed to load resource|WebSocket connection to)/;

/** An example in a browser, before the built server, and an agent's view of the same sessions. */
export interface ChatUnderTest {
  /** Straight to the server. */
  readonly sessions: AgentSessions;
  /** A new one for each test, with the title `Weather`. */
  readonly session: AgentSession;
  /** Between the page and the server. */
  readonly proxy: TcpProxy;
  /** A window with the list and this conversation, that of the test unless another is named; `''`: with none. */
  open(id?: string): Promise<ChatPage>;
  /** Ends the server in order, and starts it again where it was. */
  restartServer(): Promise<void>;
}

/** For all tests of a file. None may leave an error in the console of its page. */
export function chatUnderTest(chat: Chat): ChatUnderTest {
  let folder: string;
  let server: ServerProcess;
  let proxy: TcpProxy;
  let browser: Browser;
  let example: ServedExample;
  let sessions: AgentSessions;
  let session: AgentSession;
  const windows: ChatPage[] = [];

  const start = (port: string): Promise<ServerProcess> =>
    startServer({ STORE_URL: `sqlite:${join(folder, 'sessions.db')}`, PORT: port });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-'));
    [server, browser] = await Promise.all([start('0'), launchBrowser()]);
    proxy = await startProxy(Number(new URL(server.url).port));
    example = await serveExample(chat, `http://127.0.0.1:${proxy.port}`);
    sessions = connect({ url: server.url });
  });
  afterAll(async () => {
    await browser.close();
    await example.stop();
    await proxy.stop();
    await server.kill();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    session = await sessions.create({ title: 'Weather' });
  });
  afterEach(async () => {
    const complaints = windows.flatMap((window) => window.complaints);
    for (const window of windows.splice(0)) await window.close();
    expect(complaints.filter((text) => !ABOUT_CONNECTIONS.test(text))).toEqual([]);
  });

  return {
    get sessions() {
      return sessions;
    },
    get session() {
      return session;
    },
    get proxy() {
      return proxy;
    },
    async open(id) {
      const window = await openChat(browser, example.url, id ?? (await session.getSessionId()));
      windows.push(window);
      // Then it has read and follows the list.
      await window.list.getByRole('link').first().waitFor();
      return window;
    },
    async restartServer() {
      const { port } = new URL(server.url);
      await server.terminate();
      server = await start(port);
    },
  };
}

/** `name 3`, `name 4` … */
export const numbered = (name: string, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, n) => `${name} ${from + n}`);

/** Stores messages of a user, one after the other. */
export async function write(session: AgentSession, texts: readonly string[]): Promise<void> {
  for (const text of texts) await session.addMessage({ role: 'USER', text });
}
