import type { Browser, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRONT_END_NAMES, FRONT_ENDS, IN_BROWSERS_ONLY, type FrontEnd } from '../front-ends/front-ends.ts';
import type { Gathered } from '../front-ends/page.ts';
import { SESSION_EVENTS } from '../front-ends/session-events.ts';
import { bundleForBrowsers } from '../support/browser-bundle.ts';
import { followWithCurl } from '../support/curl.ts';
import { eventually } from '../support/eventually.ts';
import { dataOf, request } from '../support/graphql-request.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { itemsOn } from '../support/read-session.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** Messages between two disturbances. */
const BURST = 100;
const SAY = 'mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { id } } }';

interface Following {
  gathered(): Gathered | Promise<Gathered>;
  stop(): unknown;
}

const NAMES = [
  ...FRONT_END_NAMES.filter((name) => name !== IN_BROWSERS_ONLY).map((name) => `${name}, in Node`),
  ...FRONT_END_NAMES.map((name) => `${name}, in Chromium`),
  'curl over SSE',
  'curl over multipart',
];

let redis: RedisServer;
let server: ServerProcess;
let proxy: TcpProxy;
let browser: Browser;
const followings = new Map<string, Following>();
/** What those were answered with who tell. */
const refused: string[][] = [];

const env = (): Record<string, string> => ({ STORE_URL: redis.url });
const origin = (): string => `http://localhost:${proxy.port}`;

// Node 20 has none of its own, and Apollo's link looks for nothing else.
Object.assign(globalThis, { WebSocket: globalThis.WebSocket ?? WebSocket });

beforeAll(async () => {
  redis = await startRedis({ appendonly: true });
  [server, browser] = await Promise.all([startServer(env()), launchBrowser()]);
  proxy = await startProxy(Number(new URL(server.url).port));
});
afterAll(async () => {
  for (const following of followings.values()) await following.stop();
  await browser.close();
  await server.kill();
  await proxy.stop();
  await redis.stop();
});

function inNode(name: FrontEnd): Following {
  const gathered: Gathered = { events: [], errors: [] };
  const options = {
    url: `${origin()}/graphql`,
    sessionId: 's',
    after: '0',
    onEvent: (event: any) => void gathered.events.push(event),
    onError: (error: unknown) => void gathered.errors.push(String(error)),
  };
  return { gathered: () => gathered, stop: FRONT_ENDS[name](options) };
}

async function inChromium(name: FrontEnd, script: string): Promise<Following> {
  // A context has connections of its own: a browser allows few to one host.
  // The page is the server's own, which lets no script run that it did not bring.
  const page: Page = await (await browser.newContext({ bypassCSP: true })).newPage();
  // Any page of the server will do: scripts of the same origin may ask it.
  await page.goto(`${origin()}/health`);
  await page.addScriptTag({ content: script, type: 'module' });
  await page.waitForFunction('"follow" in globalThis');
  await page.evaluate(`follow(${JSON.stringify(name)}, "${origin()}/graphql", "s")`);
  return { gathered: async () => (await page.evaluate('gathered')) as Gathered, stop: () => page.close() };
}

function withCurl(transport: 'SSE' | 'multipart'): Following {
  const { events, refusals, stop } = followWithCurl(transport, `${origin()}/graphql`, SESSION_EVENTS, 's');
  refused.push(refusals);
  return { gathered: () => ({ events, errors: [] }), stop };
}

async function startAll(): Promise<void> {
  const script = await bundleForBrowsers(new URL('../front-ends/page.ts', import.meta.url));
  for (const name of FRONT_END_NAMES) {
    if (name !== IN_BROWSERS_ONLY) followings.set(`${name}, in Node`, inNode(name));
  }
  followings.set('curl over SSE', withCurl('SSE'));
  followings.set('curl over multipart', withCurl('multipart'));
  await Promise.all(
    FRONT_END_NAMES.map(async (name) => {
      followings.set(`${name}, in Chromium`, await inChromium(name, script));
    }),
  );
}

/** Writes one message after the other; each is repeated until it is known to be stored. */
async function write(texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const input = { sessionId: 's', role: 'USER', text, idempotencyKey: text };
    await eventually(async () => {
      const { errors } = await request(server.endpoint, SAY, { input });
      expect(errors).toBeUndefined();
    });
  }
}

/** Writes, and disturbs in the middle of it; resolves when all have all that was written. */
async function burst(name: string, disturb: () => Promise<void>): Promise<void> {
  const texts = Array.from({ length: BURST }, (_, n) => `${name} ${n}`);
  await write(texts.slice(0, BURST / 2));
  await Promise.all([disturb(), write(texts.slice(BURST / 2))]);
  await eventually(
    async () => {
      for (const [who, following] of followings) {
        const { events, errors } = await following.gathered();
        expect([who, errors, events.findLast(({ item }) => item)?.item?.text]).toEqual([
          who,
          [],
          texts.at(-1),
        ]);
      }
    },
    { timeout: 30_000, interval: 100 },
  );
}

async function cutWhileRedisIsAway(): Promise<void> {
  await redis.kill();
  proxy.cut();
  // Who comes back now is told to try again.
  await eventually(() => expect(refused.map(({ length }) => length)).not.toContain(0));
  await redis.restart();
}

describe('front ends whose connections are cut, whose server is refused by Redis, loses its connection and is restarted', () => {
  let log: readonly string[];

  beforeAll(async () => {
    await dataOf(server.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
    await write(['first', 'second', 'third']);
    await startAll();
    await burst('undisturbed', async () => undefined);
    await burst('cut', cutWhileRedisIsAway);
    await burst('pub/sub', async () => void (await redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub')));
    await burst('restart', async () => {
      const { port } = new URL(server.url);
      await server.terminate();
      server = await startServer({ ...env(), PORT: port });
    });
    log = (await itemsOn(server.endpoint, 's')).map(({ text }) => text);
    await dataOf(server.endpoint, 'mutation { deleteSession(input: { id: "s" }) { deleted } }');
  }, 120_000);

  it.each(NAMES)('have every event once and in order: %s', async (name) => {
    const { events, errors } = await eventually(async () => {
      const gathered = await followings.get(name)?.gathered();
      if (gathered?.events.at(-1)?.__typename !== 'SessionDeleted')
        throw new Error('not told of the deletion');
      return gathered;
    });
    expect(errors).toEqual([]);
    expect(events.filter(({ __typename }) => __typename === 'SessionDeleted')).toHaveLength(1);
    expect(log).toHaveLength(4 * BURST + 3);
    expect(new Set(refused.flat())).toEqual(new Set(['STORE_UNAVAILABLE']));
    expect(events.flatMap(({ item }) => (item === undefined ? [] : [item.text]))).toEqual(log);
    // One each time that it began: at first, after the cut and after the restart.
    expect(events.filter(({ __typename }) => __typename === 'CaughtUp').length).toBeGreaterThanOrEqual(3);
  });
});
