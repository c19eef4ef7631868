import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { DraftCalls } from '../graphql/draft-calls.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { Watcher } from '../support/watcher.ts';
import { byId, SHOWN } from '../support/watched-session.ts';

let redis: RedisServer;
let servers: readonly [RunningApp, RunningApp];
beforeAll(async () => {
  redis = await startRedis();
  servers = await Promise.all([startApp({ STORE_URL: redis.url }), startApp({ STORE_URL: redis.url })]);
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await redis.stop();
});

const one = new Api(() => servers[0].endpoint);
const other = new Api(() => servers[1].endpoint);
/** Each call goes to another server than the call before. */
let turn = 0;
const either = new Api(() => servers[turn++ % 2 === 0 ? 0 : 1].endpoint);

const shownOn = async (api: Api, id: string) => {
  const session = await api.session(id, SHOWN);
  return { ...session, items: session.items.nodes, drafts: byId(session.drafts) };
};

/** Resolves when each watcher holds what both servers show. */
async function alike(sessionId: string, watchers: readonly Watcher[]): Promise<any> {
  const now = await shownOn(one, sessionId);
  expect(await shownOn(other, sessionId)).toEqual(now);
  await eventually(() => {
    for (const { session, faults } of watchers) {
      expect(faults).toEqual([]);
      expect(session.shown).toEqual(now);
    }
  });
  return now;
}

const watchersOf = (sessionId: string): Promise<Watcher[]> =>
  Promise.all(
    servers.flatMap(({ endpoint }) =>
      (['WebSocket', 'SSE'] as const).map((transport) =>
        Watcher.join(transport, () => endpoint, sessionId, 'the log'),
      ),
    ),
  );

it('shows on both servers a message that is written through either', async () => {
  const sessionId = await one.create();
  const watchers = await watchersOf(sessionId);
  const calls = new DraftCalls(either);
  const drafts = await Promise.all([1, 2, 3].map(() => calls.begin(sessionId)));
  await Promise.all(
    drafts.map(async (draft, writer) => {
      for (let text = '', n = 0; n < 30; n++) {
        const piece = `${writer}.${n}😀 `;
        await calls.append(draft, piece, text.length);
        text += piece;
      }
    }),
  );
  expect((await alike(sessionId, watchers)).drafts).toHaveLength(3);
  const [finished, kept, dropped] = drafts;
  await one.write('finishMessage', { ...finished });
  await other.write('cancelMessage', { ...kept });
  await other.write('cancelMessage', { ...dropped, keep: false });
  expect((await alike(sessionId, watchers)).items).toHaveLength(2);
  for (const { session } of watchers) expect(session.finished.size).toBe(2);
  for (const watcher of watchers) await watcher.stop();
});

it('loses no character for a watcher that goes from server to server', async () => {
  const sessionId = await one.create();
  const watchers = await Promise.all(
    [0, 1, 2, 3].map((index) => {
      let server = index;
      const endpoint = () => servers[server++ % 2 === 0 ? 0 : 1].endpoint;
      return Watcher.join(index < 2 ? 'WebSocket' : 'SSE', endpoint, sessionId);
    }),
  );
  const calls = new DraftCalls(either);
  const draft = await calls.begin(sessionId);
  let writing = true;
  const writer = (async () => {
    for (let length = 0, n = 0; n < 80; n++) {
      const piece = `${n}é `;
      await calls.append(draft, piece, length);
      length += piece.length;
    }
  })().finally(() => (writing = false));
  for (let hop = 0; writing; hop++) await watchers[hop % watchers.length]?.reconnect();
  await writer;
  await alike(sessionId, watchers);
  await either.write('finishMessage', { ...draft });
  expect((await alike(sessionId, watchers)).items).toHaveLength(1);
  for (const watcher of watchers) await watcher.stop();
});

it('answers a repeated end on the other server with the same message', async () => {
  const sessionId = await one.create();
  const begin = { sessionId, idempotencyKey: 'begin' };
  const { draft } = await one.write('startMessage', begin, 'draft { id startedAt }');
  expect(await other.write('startMessage', begin, 'draft { id startedAt }')).toEqual({ draft });
  const ref = { sessionId, draftId: draft.id };
  await new DraftCalls(other).append(ref, 'written');
  const end = { ...ref, idempotencyKey: 'end' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => either.write('finishMessage', end, 'message { id text }')),
  );
  expect(answers).toEqual(Array(20).fill(answers[0]));
  expect((await one.session(sessionId, 'itemCount')).itemCount).toBe(1);
});

it('tells the watchers of both servers that a session is gone, in the middle of a message', async () => {
  const sessionId = await one.create();
  const watchers = await watchersOf(sessionId);
  const draft = await new DraftCalls(one).begun(sessionId, 'so far');
  await alike(sessionId, watchers);
  await other.write('deleteSession', { id: sessionId });
  await eventually(() => expect(watchers.map(({ over }) => over)).toEqual(watchers.map(() => true)));
  expect(await one.refused('finishMessage', { ...draft })).toMatchObject({ code: 'NOT_FOUND' });
  for (const { faults } of watchers) expect(faults).toEqual([]);
  for (const watcher of watchers) await watcher.stop();
});
