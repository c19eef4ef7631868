import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { connect } from '../../../src/client/connect.ts';
import { Api } from '../../graphql/api-under-test.ts';
import { eventually } from '../../support/eventually.ts';
import { eventsOf, follow, SESSION_EVENTS, TRANSPORTS, type Transport } from '../../support/follow.ts';
import { request } from '../../support/graphql-request.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { until } from '../../support/until.ts';

const [OLD, NEW] = ['old-service-key-000000000', 'new-service-key-000000000'];
const [folder] = [mkdtempSync(join(tmpdir(), 'keys-'))];
const file = join(folder, 'keys');
const hold = (...keys: readonly string[]): void => writeFileSync(file, keys.join('\n'));
hold(OLD);

let server: RunningApp;
const api = new Api(() => server.endpoint, `Bearer ${NEW}`);
const statusWith = async (key: string): Promise<number> =>
  (await request(server.endpoint, '{ viewer { kind } }', {}, `Bearer ${key}`)).status;
beforeAll(async () => {
  server = await startApp({ AUTH: 'keys', SERVICE_KEYS_FILE: file });
});
beforeEach(async () => {
  hold(OLD, NEW);
  for (const key of [OLD, NEW]) await until(`${key} holds`, async () => (await statusWith(key)) === 200);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

it('a key is replaced by another without a restart, and without a moment in which none holds', async () => {
  expect(await statusWith(OLD)).toBe(200);
  hold(NEW);
  await eventually(async () => expect(await statusWith(OLD)).toBe(401));
  expect(await statusWith(NEW)).toBe(200);
});

it('a key that is taken away ends its subscriptions and no others, on every transport', async () => {
  const sessionId = await api.create({ userId: 'ada' });
  const by = (key: string, transport: Transport) =>
    follow(transport, server.endpoint, SESSION_EVENTS, { sessionId }, undefined, `Bearer ${key}`);
  const old = TRANSPORTS.map((transport) => ({ transport, follower: by(OLD, transport) }));
  const others = TRANSPORTS.map((transport) => by(NEW, transport));
  for (const { results } of [...old.map(({ follower }) => follower), ...others]) {
    await eventually(() => expect(results).toHaveLength(1));
  }
  hold(NEW);
  for (const { transport, follower } of old) {
    const reason: unknown = await follower.done.then(
      () => follower.results.at(-1).errors[0].extensions.code,
      (closed: unknown) => closed,
    );
    if (transport === 'WebSocket') expect(reason).toMatchObject({ code: 4403 });
    else expect(reason).toBe('UNAUTHENTICATED');
  }
  await api.say(sessionId, 'still here');
  for (const other of others) {
    await eventually(() => expect(eventsOf(other)).toHaveLength(2));
    await other.stop();
  }
});

it('the client goes on by itself with the key that holds now', async () => {
  const sessionId = await api.create({ userId: 'ada' });
  let key = OLD;
  let asked = 0;
  const token = (): string => {
    asked++;
    return key;
  };
  const events = connect({ url: server.url, token }).session(sessionId).events({ after: '0' });
  await api.say(sessionId, 'before');
  expect(await events.next()).toMatchObject({ value: { item: { text: 'before' } } });
  expect(await events.next()).toMatchObject({ value: { __typename: 'CaughtUp' } });
  hold((key = NEW));
  expect(await events.next()).toMatchObject({ value: { __typename: 'CaughtUp' } });
  expect(asked).toBe(2);
  await api.say(sessionId, 'after');
  expect(await events.next()).toMatchObject({ value: { item: { text: 'after' } } });
  await events.return();
});
