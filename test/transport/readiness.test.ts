import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { httpAnswer } from '../support/http-answer.ts';
import { startRedis } from '../support/redis-server.ts';
import { startApp } from '../support/running-app.ts';

it('a server that was told to end is not ready, and still works (PROTOCOL 8.8)', async () => {
  const server = await startApp();
  const asking = await Promise.all(
    ['/ready', '/health'].map(async (path) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      await once(socket, 'connect');
      const asked = { socket, text: '' };
      socket.on('data', (data: Buffer) => (asked.text += data.toString()));
      // Half of a request: it is heard before the end, and asked for after.
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n`);
      return asked;
    }),
  );
  // An answer to somebody else comes after what was written before.
  expect((await httpAnswer(`${server.url}/ready`)).status).toBe(200);
  const closed = server.close();
  for (const { socket } of asking) socket.write('\r\n');
  await eventually(() => {
    expect(asking[0]?.text).toMatch(/^HTTP\/1\.1 503 [^]*"status":"closing"/);
    expect(asking[1]?.text).toMatch(/^HTTP\/1\.1 200 /);
  });
  await closed;
  await server.stop();
});

it('a server whose Redis hangs is not ready within about a second, and is again when that goes on', async () => {
  const redis = await startRedis();
  const server = await startApp({ STORE_URL: redis.url });
  const ready = async (): Promise<number | undefined> => (await httpAnswer(`${server.url}/ready`)).status;
  await eventually(async () => expect(await ready()).toBe(200));
  redis.pause();
  const begun = performance.now();
  expect(await ready()).toBe(503);
  expect(performance.now() - begun).toBeLessThan(1_500);
  expect((await httpAnswer(`${server.url}/health`)).status).toBe(200);
  redis.resume();
  await eventually(async () => expect(await ready()).toBe(200), { timeout: 10_000 });
  await server.stop();
  await redis.stop();
});
