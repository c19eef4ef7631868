import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/running-app.ts';

/** The audits of GraphQL over HTTP that the reference implementation publishes. */
const AUDITS = serverAudits({ url: '' }).map(({ id, name }) => ({ id, name }));

/** What the specification leaves open, and a server in production leaves out: GET of what any page could send. */
const LEFT_OUT = new Set(['5A70', 'D6D5', '6A70']);

it.each(['MUST', 'SHOULD', 'MAY'])('knows all of the %s audits', (word) => {
  expect(AUDITS).toHaveLength(61);
  expect(AUDITS.filter(({ name }) => name.startsWith(word)).length).toBeGreaterThan(5);
});

describe.each([
  { profile: 'development', env: {}, leftOut: new Set<string>() },
  { profile: 'production', env: { NODE_ENV: 'production' }, leftOut: LEFT_OUT },
])('a server in $profile', ({ env, leftOut }) => {
  let server: RunningApp;
  beforeAll(async () => {
    server = await startApp(env);
  });
  afterAll(() => server.stop());

  it.each(AUDITS)('$id $name', async ({ id, name }) => {
    const audit = serverAudits({ url: server.endpoint }).find((one) => one.id === id);
    const result = await audit?.fn();
    if (leftOut.has(id)) {
      expect(name).toMatch(/^MAY /);
      expect(result).toMatchObject({ status: 'notice' });
    } else {
      expect(result).toMatchObject({ status: 'ok' });
    }
  });
});
