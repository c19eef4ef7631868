import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

const BODY = '{"query":"{ viewer { kind } }"}';

/** As Java's client and `curl --http2` ask. */
const ASKING = [
  'Connection: Upgrade, HTTP2-Settings',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
];

const post = (extra: readonly string[], body = BODY): string =>
  [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    ...extra,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

/** What comes back when these are sent, each a little after the one before. */
async function exchange(pieces: readonly string[], enough: (answer: string) => boolean): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.setNoDelay(true);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await eventually(() => expect(enough(answer)).toBe(true));
  socket.destroy();
  return answer;
}

const answers = (text: string): number => text.split('"viewer":{"kind":"SERVICE"}').length - 1;

describe('a request that asks for another protocol than a WebSocket', () => {
  it.each<[string, readonly string[]]>([
    ['whole', [post(ASKING)]],
    ['with its body later', [post(ASKING).slice(0, -BODY.length), BODY]],
    ['a byte at a time', post(ASKING).split('')],
  ])('is answered as if it did not, when it comes %s', async (_how, pieces) => {
    const answer = await exchange(pieces, (text) => answers(text) === 1);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('leaves its connection to what comes behind it, asking again or not', async () => {
    const all = [post(ASKING), post([]), post(ASKING), post(ASKING)];
    const together = await exchange([all.join('')], (text) => answers(text) === 4);
    expect(together.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(4);
    expect(answers(await exchange(all, (text) => answers(text) === 4))).toBe(4);
  });

  it('keeps every other header, and its limits', async () => {
    const answer = await exchange(
      [post([...ASKING, 'X-Request-Id: from-java'])],
      (text) => answers(text) === 1,
    );
    expect(answer.toLowerCase()).toContain('x-request-id: from-java\r\n');
    const long = post(ASKING).replace(/Content-Length: \d+/, 'Content-Length: 99999999');
    expect(await exchange([long], (text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('costs its connection nothing that stays, however often it comes', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    const often = Array.from({ length: 50 }, () => post(ASKING));
    expect(answers(await exchange(often, (text) => answers(text) === 50))).toBe(50);
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });
});
