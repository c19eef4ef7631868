import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/running-app.ts';
import type { Variables } from '../support/graphql-request.ts';
import { Api } from './api-under-test.ts';

let app: RunningApp;
const api = new Api(() => app.endpoint);
beforeAll(async () => {
  const defaults = { SESSION_EXPIRES_AFTER: '3600', SESSION_MAX_ITEMS: '2' };
  app = await startApp({ STORE_URL: 'sqlite::memory:', ...defaults });
});
afterAll(() => app.stop());

/** Seconds that a session lives without a write, and how many items it keeps; null: for ever, and all. */
async function keptAs(input: Variables): Promise<readonly (number | null)[]> {
  const id = await api.create(input);
  const { updatedAt, expiresAt, maxItems } = await api.session(id, 'updatedAt expiresAt maxItems');
  const seconds = expiresAt === null ? null : (Date.parse(expiresAt) - Date.parse(updatedAt)) / 1000;
  return [seconds, maxItems];
}

it('keeps sessions as configured whose creator does not say', async () => {
  expect(await keptAs({})).toEqual([3600, 2]);
  const id = await api.create();
  for (const text of ['a', 'b', 'c']) await api.say(id, text);
  expect(await api.session(id, 'itemCount')).toEqual({ itemCount: 2 });
});

it('keeps sessions as their creator says, null included', async () => {
  expect(await keptAs({ expiresAfter: 60, maxItems: 5 })).toEqual([60, 5]);
  expect(await keptAs({ expiresAfter: null, maxItems: null })).toEqual([null, null]);
  expect(await keptAs({ expiresAfter: null })).toEqual([null, 2]);
});

it('gives a fork what its source has', async () => {
  const id = await api.create({ expiresAfter: null, maxItems: null });
  const { session } = await api.write('forkSession', { id }, 'session { expiresAt maxItems }');
  expect(session).toEqual({ expiresAt: null, maxItems: null });
});

it('leaves a repeated key its first answer', async () => {
  const input = { idempotencyKey: 'k', title: 'Plans' };
  const first = await api.write('createSession', input, 'session { id maxItems }');
  expect(await api.write('createSession', input, 'session { id maxItems }')).toEqual(first);
});
