import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { bundleForBrowsers } from '../support/browser-bundle.ts';
import { eventually } from '../support/eventually.ts';
import { launchBrowser } from '../support/graphiql.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** The programs of the document, by the heading that they stand under. */
const PROGRAMS = new Map<string, string>();
for (const section of (await readFile('docs/front-ends.md', 'utf8')).split('\n## ')) {
  const program = /```js\n(.*?)```/s.exec(section)?.[1];
  if (program !== undefined) PROGRAMS.set(section.slice(0, section.indexOf('\n')), program);
}

let server: RunningApp;
let proxy: TcpProxy;
let browser: Browser;
let folder: string;
const api = new Api(() => server.endpoint);
beforeAll(async () => {
  [server, browser] = await Promise.all([startApp(), launchBrowser()]);
  proxy = await startProxy(Number(new URL(server.url).port));
  // Where the packages that the programs import are found, this one among them.
  folder = await mkdtemp(join('dist', 'documents-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await browser.close();
  await proxy.stop();
  await server.stop();
});

it('shows a way for each client', () => {
  expect([...PROGRAMS.keys()]).toEqual([
    '`agent-sessions/client`',
    'Apollo Client',
    'urql',
    '`fetch` and `EventSource`',
  ]);
});

it.each([...PROGRAMS])(
  '%s shows what was there and what comes, once, also after a cut',
  async (way, program) => {
    const first = await api.create();
    await api.say(first, 'before');
    const file = join(folder, `${PROGRAMS.size}-${first}.js`);
    const here = program
      .replaceAll('localhost:4000', `localhost:${proxy.port}`)
      .replaceAll("'first'", `'${first}'`);
    await writeFile(file, here);
    // The page is the server's own, which lets no script run that it did not bring.
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    await page.goto(`http://localhost:${proxy.port}/health`);
    await page.addScriptTag({
      content: `globalThis.shown = []; globalThis.show = (value) => void shown.push(value);`,
    });
    await page.addScriptTag({ content: await bundleForBrowsers(pathToFileURL(file)), type: 'module' });

    const shows = async (texts: readonly string[]): Promise<void> =>
      eventually(async () => {
        const shown = await page.evaluate<any[]>('shown');
        // The client shows what a conversation is, the others each message that comes.
        const messages = way.includes('agent-sessions') ? (shown.at(-1)?.items ?? []) : shown;
        expect(messages.map(({ text }: { text: string }) => text)).toEqual(texts);
      });
    const said = ['before', ...(program.includes('Hello') ? ['Hello'] : [])];
    await shows(said);
    for (const text of ['live', 'still live']) await api.say(first, text);
    said.push('live', 'still live');
    await shows(said);
    proxy.cut();
    for (const text of ['while away', 'and later']) await api.say(first, text);
    said.push('while away', 'and later');
    await shows(said);
    await page.context().close();
  },
);
