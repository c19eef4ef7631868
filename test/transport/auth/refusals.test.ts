import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnauthenticatedError } from '../../../src/core/errors.ts';
import { withoutRequestIds } from '../../support/http-answer.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { badTokens } from './bad-tokens.ts';
import { knock, ways } from './callers.ts';
import { JWT_ENV, serviceToken, token } from './tokens.ts';

const KEY = 'service-key-of-these-tests';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp({ ...JWT_ENV, AUTH: 'keys,jwt', SERVICE_KEYS: KEY, NODE_ENV: 'production' });
});
afterAll(async () => {
  await server.stop();
});

/** The whole body, byte for byte. */
const REFUSED = JSON.stringify({
  errors: [
    {
      message: new UnauthenticatedError().message,
      extensions: { code: 'UNAUTHENTICATED', retryable: false },
    },
  ],
});

const badHeaders: Readonly<Record<string, () => Promise<string | null>>> = {
  'an empty header': async () => '',
  'a scheme alone': async () => 'Bearer',
  'another scheme': async () => `Basic ${Buffer.from('ada:word').toString('base64')}`,
  'a good token under another scheme': async () => `Token ${await token()}`,
  'a good token without a scheme': async () => token(),
  'a good token with something after it': async () => `Bearer ${await token()} x`,
  'a service key with something after it': async () => `Bearer ${KEY}x`,
  ...Object.fromEntries(
    Object.entries(badTokens).map(([what, make]) => [
      what,
      async () => {
        const bad = await make();
        return bad === null ? null : `Bearer ${bad}`;
      },
    ]),
  ),
};

describe.each(Object.entries(ways))('over %s (PROTOCOL 10.3)', (_way, ask) => {
  it.each(Object.entries(badHeaders))('%s is UNAUTHENTICATED 401, in the same words', async (_what, make) => {
    const { status, headers, body } = await ask(server, await make());
    expect(withoutRequestIds(body)).toBe(REFUSED);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer');
    expect(headers['content-type']).toMatch(/^application\/(graphql-response\+)?json/);
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('over WebSocket (PROTOCOL 10.3)', () => {
  const FORBIDDEN = [4403, 'Forbidden'];

  it.each(Object.entries(badHeaders))('%s closes the socket with 4403', async (_what, make) => {
    const authorization = await make();
    const payload = authorization === null ? undefined : { authorization };
    expect(await knock(server, { payload })).toEqual(FORBIDDEN);
    if (authorization !== null) {
      expect(await knock(server, { headers: { authorization } })).toEqual(FORBIDDEN);
    }
  });

  it.each(Object.entries(badTokens))('%s as `token` closes it, too', async (_what, make) => {
    expect(await knock(server, { payload: { token: await make() } })).toEqual(FORBIDDEN);
  });

  it.each([
    {},
    { token: 7 },
    { token: null },
    { token: {} },
    { authorization: ['Bearer x'] },
    { headers: {} },
  ])('what is no token closes it: %j', async (payload) => {
    expect(await knock(server, { payload })).toEqual(FORBIDDEN);
  });

  it('a bad token is not made good by another in the header', async () => {
    const headers = { authorization: `Bearer ${KEY}` };
    expect(await knock(server, { headers, payload: { token: 'bad' } })).toEqual(FORBIDDEN);
    expect(await knock(server, { headers, payload: { authorization: 'Bearer bad' } })).toEqual(FORBIDDEN);
  });
});

describe('a good token (PROTOCOL 10.2)', () => {
  const good = {
    'a service key': async () => KEY,
    'a service’s token': serviceToken,
    'a user’s token': token,
  };

  it.each(Object.entries(good))(
    'is taken over WebSocket wherever clients put it: %s',
    async (_what, make) => {
      const text = await make();
      const bearer = `Bearer ${text}`;
      for (const given of [
        { payload: { authorization: bearer } },
        { payload: { Authorization: bearer } },
        { payload: { token: text } },
        { headers: { authorization: bearer } },
        { headers: { authorization: bearer }, payload: { unrelated: true } },
      ]) {
        expect(await knock(server, given)).toBe('acknowledged');
      }
    },
  );

  it.each(Object.entries(ways).filter(([way]) => /^(POST|GET|fetch)/.test(way)))(
    'is taken over %s',
    async (_way, ask) => {
      const asUser = await ask(server, `Bearer ${await token({ sub: 'ada' })}`);
      expect(JSON.parse(asUser.body)).toEqual({ data: { viewer: { kind: 'USER', userId: 'ada' } } });
      for (const service of [KEY, await serviceToken()]) {
        const { body } = await ask(server, `bearer  ${service}`);
        expect(JSON.parse(body)).toEqual({ data: { viewer: { kind: 'SERVICE', userId: null } } });
      }
    },
  );

  it('is not taken from an address, where it would be in every log on the way', async () => {
    const query = `?query={viewer{kind}}&token=${KEY}&access_token=${KEY}&authorization=Bearer%20${KEY}`;
    const response = await fetch(`${server.endpoint}${query}`, { headers: { 'x-graphql-csrf': '1' } });
    expect(response.status).toBe(401);
  });
});

it('refuses before it reads what is sent', async () => {
  const response = await fetch(server.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{ no JSON',
  });
  expect(response.status).toBe(401);
});

it('has logged nothing of all that', () => {
  expect(server.logs).toEqual([]);
});
