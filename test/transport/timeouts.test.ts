import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCountingServer, type CountingServer } from '../support/counting-server.ts';
import { eventually } from '../support/eventually.ts';
import { httpAnswer } from '../support/http-answer.ts';
import { parseConfig } from '../../src/config.ts';

const HEAD = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer service\r\n';
const JSON_HEAD = `${HEAD}Content-Type: application/json\r\n`;
const STREAM_HEAD = `${JSON_HEAD}Accept: text/event-stream\r\n`;

/** What a client sends, and goes on sending, until it is cut. */
interface Sent {
  readonly begins: string;
  readonly goesOn?: string;
}

/** What it was answered by the time when it was cut. */
async function answered(port: number, { begins, goesOn = '' }: Sent): Promise<string> {
  const socket = await connected(port);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  if (begins !== '') socket.write(begins);
  const drip = goesOn === '' ? undefined : setInterval(() => socket.write(goesOn), 50);
  await closed(socket);
  clearInterval(drip);
  return answer;
}

/** However it is cut. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const portOf = ({ endpoint }: CountingServer): number => Number(new URL(endpoint).port);

it('gives headers 5 seconds and a request 10, unless told otherwise', () => {
  expect(parseConfig({}).limits.transport).toMatchObject({ headersMs: 5_000, bodyMs: 10_000 });
});

describe('a client that takes its time', () => {
  let server: CountingServer;
  beforeAll(async () => {
    server = await startCountingServer({ limits: { headersMs: 200, bodyMs: 400 } });
  });
  afterAll(() => server.close());

  it.concurrent.each<[string, Sent]>([
    ['says nothing', { begins: '' }],
    ['says half a header', { begins: HEAD }],
    ['goes on with its headers for ever', { begins: HEAD, goesOn: 'X-More: x\r\n' }],
    ['says half a body', { begins: `${JSON_HEAD}Content-Length: 100\r\n\r\n{` }],
    [
      'goes on with its body for ever',
      { begins: `${JSON_HEAD}Content-Length: 100000\r\n\r\n{`, goesOn: ' ' },
    ],
    [
      'goes on with pieces of a body for ever',
      { begins: `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`, goesOn: '1\r\n \r\n' },
    ],
    [
      'goes on asking for a stream for ever',
      { begins: `${STREAM_HEAD}Transfer-Encoding: chunked\r\n\r\n`, goesOn: '1\r\n \r\n' },
    ],
  ])('is cut with 408 when it %s', async (_what, sent) => {
    expect(await answered(portOf(server), sent)).toMatch(/^(HTTP\/1\.1 408 [^]*)?$/);
  });

  it.concurrent.each<[string, Sent, number]>([
    [
      'goes on after it was refused for its type',
      {
        begins: `${HEAD}Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`,
        goesOn: '1\r\n \r\n',
      },
      415,
    ],
    [
      'goes on after it was refused for its length',
      { begins: `${JSON_HEAD}Content-Length: 100000000\r\n\r\n`, goesOn: ' ' },
      413,
    ],
    [
      'goes on after nobody knew it',
      {
        begins: `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n`,
        goesOn: ' ',
      },
      401,
    ],
    [
      'says half of another request',
      { begins: 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /heal' },
      200,
    ],
  ])('has its answer, and is cut when it %s', async (_what, sent, status) => {
    expect(await answered(portOf(server), sent)).toContain(`HTTP/1.1 ${status} `);
  });

  it('is not cut while it waits between requests', async () => {
    const socket = await connected(portOf(server));
    let answers = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answers += text));
    const request = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
    socket.write(request);
    await eventually(() => expect(answers.match(/200 OK/g)).toHaveLength(1));
    // Longer than any of the server's times: others who came later have been cut.
    await answered(portOf(server), { begins: '' });
    await answered(portOf(server), { begins: `${JSON_HEAD}Content-Length: 100\r\n\r\n{` });
    socket.write(request);
    await eventually(() => expect(answers.match(/200 OK/g)).toHaveLength(2));
    socket.destroy();
  });

  it('has cost nothing', () => {
    expect(server.calls).toEqual([]);
  });
});

describe('an answer that its client does not take', () => {
  const title = 'x'.repeat(40_000_000);
  const body = JSON.stringify({ query: '{ session(id: "s") { title } }' });
  const request = `${JSON_HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;
  let server: CountingServer;
  beforeAll(async () => {
    server = await startCountingServer({
      limits: { stallMs: 300, answerCharacters: 2 * title.length },
      respond: () => ({ title }),
    });
  });
  afterAll(() => server.close());

  it('is not kept for ever', async () => {
    const socket = await connected(portOf(server));
    socket.pause();
    socket.write(request);
    // It reads nothing; what it writes is refused once the server has cut the connection.
    const probe = setInterval(() => socket.write('GET /'), 50);
    await closed(socket);
    clearInterval(probe);
    expect(socket.bytesRead).toBeLessThan(title.length);
  });

  it('is whole for one that takes it slowly, over several times as long', async () => {
    const socket = await connected(portOf(server));
    let length = 0;
    socket.on('data', (chunk: Buffer) => {
      length += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), chunk.length / 30_000);
    });
    socket.write(request);
    await eventually(() => expect(length).toBeGreaterThan(title.length));
    socket.destroy();
  });

  it('holds up nobody else', async () => {
    const socket = await connected(portOf(server));
    socket.pause();
    socket.write(request);
    const answer = await httpAnswer(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ada' },
      body: '{"query":"{ viewer { kind } }"}',
    });
    expect(answer.status).toBe(200);
    socket.destroy();
  });
});
