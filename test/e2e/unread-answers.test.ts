import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { dataOf } from '../support/graphql-request.ts';
import { startMeasuredServer, type MeasuredServer } from '../support/measured-server.ts';
import { openSocket } from '../support/raw-socket.ts';

const ASKED = 300;
const TEXT = 'x'.repeat(256 * 1024);
/** The largest share of the answers that may be held at once. */
const HELD = 100;

const CREATE = 'mutation { createSession(input: { id: "s" }) { session { id } } }';
const SAY =
  'mutation ($text: String!) { addMessage(input: { sessionId: "s", role: USER, text: $text }) { message { id } } }';

let server: MeasuredServer;
beforeAll(async () => {
  server = await startMeasuredServer({ STORE_URL: 'sqlite::memory:' });
  await dataOf(server.endpoint, CREATE);
  await dataOf(server.endpoint, SAY, { text: TEXT });
});
afterAll(async () => {
  await server.stop();
});

it('does not answer a client over WebSocket much faster than it reads, and forgets nothing that it asked', async () => {
  const socket = await openSocket(server.endpoint);
  await socket.init();
  const before = await server.held();
  socket.pause();
  for (let n = 0; n < ASKED; n++) {
    socket.subscribe(String(n), '{ session(id: "s") { messages { nodes { text } } } }');
  }
  let most = 0;
  for (let look = 0; look < 10; look++) most = Math.max(most, (await server.held()).heap);
  expect((most - before.heap) / TEXT.length).toBeLessThan(HELD);
  socket.resume();
  await eventually(() =>
    expect(socket.messages.filter(({ type }) => type === 'complete')).toHaveLength(ASKED),
  );
  for (const { type, payload } of socket.messages) {
    if (type === 'next') expect(payload.data.session.messages.nodes).toHaveLength(1);
  }
  socket.terminate();
});
