import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { ConnectionState } from '../../src/client/index.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { JWT_ENV, serviceToken, token } from '../transport/auth/tokens.ts';
import { user } from './sdk-items.ts';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp(JWT_ENV);
});
afterAll(async () => {
  await server.stop();
});

it('events go on over every token that expires, without a gap and without a repeat, under a writer', async () => {
  const agent = connect({ url: server.url, token: () => serviceToken() });
  const session = await agent.create({ userId: 'ada' });
  const sessionId = await session.getSessionId();
  let tokens = 0;
  const browser = connect({
    url: server.url,
    token: () => {
      tokens++;
      return token({ exp: Date.now() / 1_000 + 1 });
    },
  });
  const states: ConnectionState[] = [];
  const events = browser
    .session(sessionId)
    .events({ after: '0', onState: (state) => void states.push(state) });

  const written: unknown[] = [];
  const writing = (async () => {
    // Until the third token is in use.
    while (tokens < 3) {
      const item = user(`${written.length}`);
      await session.addItems([item]);
      written.push(item);
      await setTimeout(3);
    }
    await session.addItems([user('last')]);
  })();
  const seen: unknown[] = [];
  for await (const event of events) {
    if (event.__typename !== 'ItemAdded') continue;
    if (JSON.stringify(event.item.raw).includes('last')) break;
    seen.push(event.item.raw);
  }
  await writing;
  expect(seen).toEqual(written);
  expect(states.filter((state) => state === 'live').length).toBeGreaterThan(1);
  expect(states.at(-1)).toBe('closed');
});

it('events end with UNAUTHENTICATED when there is no other token', async () => {
  const agent = connect({ url: server.url, token: () => serviceToken() });
  const sessionId = await (await agent.create({ userId: 'ada' })).getSessionId();
  const browser = connect({ url: server.url, token: await token({ exp: Date.now() / 1_000 + 1 }) });
  const events = browser.session(sessionId).events({ after: '0' });
  expect(await events.next()).toMatchObject({ value: { __typename: 'CaughtUp' } });
  await expect(events.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
});
