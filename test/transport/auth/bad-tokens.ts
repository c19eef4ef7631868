import { createSecretKey } from 'node:crypto';
import { AUDIENCE, claims, issuerKey, seconds, token, unsigned } from './tokens.ts';

const other = createSecretKey(Buffer.from('another-secret-that-nobody-shares'));

/** Everything that can be wrong with what a client sends as its token; null: nothing is sent. */
export const badTokens: Readonly<Record<string, () => string | null | Promise<string>>> = {
  'no token': () => null,
  'an empty one': () => '',
  'a word': () => 'token',
  'three words': () => 'not.a.token',
  'only dots': () => '..',
  'alg none': () => unsigned({ alg: 'none' }, claims()),
  'alg none with a signature': async () => {
    const [, payload, signature] = (await token()).split('.');
    return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.${signature}`;
  },
  'no signature': async () => (await token()).replace(/[^.]*$/, ''),
  'another signature': async () => token({}, { key: other }),
  'other claims under the signature': async () => {
    const [header, , signature] = (await token()).split('.');
    const payload = Buffer.from(JSON.stringify(claims({ sub: 'bob' }))).toString('base64url');
    return `${header}.${payload}.${signature}`;
  },
  'another algorithm': async () => {
    const { key } = issuerKey('a');
    return token({}, { alg: 'ES256', key });
  },
  'another hash': async () => token({}, { alg: 'HS512' }),
  'a header that is not understood': async () =>
    unsigned({ alg: 'HS256', crit: ['x'], x: 1 }, claims(), 'AAAA'),
  'another issuer': async () => token({ iss: 'https://issuer.example.evil' }),
  'no issuer': async () => token({ iss: undefined }),
  'a list of issuers': async () => token({ iss: ['https://issuer.example'] }),
  'another audience': async () => token({ aud: `${AUDIENCE}2` }),
  'no audience': async () => token({ aud: undefined }),
  'no audience in the list': async () => token({ aud: [] }),
  'no exp': async () => token({ exp: undefined }),
  'exp as a text': async () => token({ exp: String(seconds() + 300) }),
  expired: async () => token({ exp: seconds() - 1 }),
  'long expired': async () => token({ exp: 1 }),
  'not yet valid': async () => token({ nbf: seconds() + 60 }),
  'no sub': async () => token({ sub: undefined }),
  'an empty sub': async () => token({ sub: '' }),
  'a sub that is no text': async () => token({ sub: 42 }),
  'a sub that is a list': async () => token({ sub: ['ada'] }),
  'a sub that is an object': async () => token({ sub: { length: 1 } }),
  'a sub that is too long': async () => token({ sub: 'x'.repeat(257) }),
  'a sub that is no text of Unicode': async () => token({ sub: 'a\ud800' }),
  'a service without a sub': async () => token({ sub: undefined, scope: 'agent-sessions:service' }),
  '100 KB of one letter': () => 'x'.repeat(100 * 1024),
  '100 KB of claims': async () => token({ padding: 'x'.repeat(76 * 1024) }),
};
