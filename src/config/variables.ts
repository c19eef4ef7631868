import { limitVariables } from './limits.ts';
import { redisVariables } from './redis.ts';
import { STORE_FORMS } from './store-url.ts';
import type { Variable } from './variable.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const configVariables: readonly Variable[] = [
  { name: 'HOST', default: '127.0.0.1', description: 'Address to listen on.' },
  { name: 'PORT', default: '4000', description: 'Port to listen on; 0 takes a free one.' },
  {
    name: 'STORE_URL',
    default: 'sqlite:./data/agent-sessions.db',
    description: `Where sessions are kept: ${STORE_FORMS}.`,
  },
  ...redisVariables,
  {
    name: 'AUTH',
    default: 'none (on a loopback address)',
    description:
      'How callers are known: keys, jwt, or keys,jwt. none: every caller is a service that may do everything; it must be named to listen on any address but a loopback one.',
  },
  {
    name: 'SERVICE_KEYS',
    default: '',
    description:
      'With AUTH=keys: the keys of services, at least 24 characters each, with commas between them. Several hold at once, for rotation.',
  },
  {
    name: 'SERVICE_KEYS_FILE',
    default: '',
    description:
      'With AUTH=keys: a file of such keys, one a line, in place of SERVICE_KEYS; it is read again when it changes.',
  },
  {
    name: 'JWT_SECRET',
    default: '',
    description: 'With AUTH=jwt: the secret that signs tokens (HS256), at least 32 bytes.',
  },
  {
    name: 'JWT_JWKS_URL',
    default: '',
    description:
      "With AUTH=jwt: where the issuer's public keys are, in place of JWT_SECRET; https, or http on a loopback address.",
  },
  { name: 'JWT_ISSUER', default: '', description: 'With AUTH=jwt: what `iss` must be. Required.' },
  { name: 'JWT_AUDIENCE', default: '', description: 'With AUTH=jwt: what `aud` must be or hold. Required.' },
  {
    name: 'JWT_SERVICE_SCOPE',
    default: 'agent-sessions:service',
    description:
      'With AUTH=jwt: the scope (claim `scope` or `scp`) that makes a token one of a service; without it `sub` is a user.',
  },
  {
    name: 'CORS_ORIGINS',
    default: '',
    description:
      'Origins whose pages may call the server from a browser, such as https://app.example, with commas between them. Pages of the server itself always may.',
  },
  {
    name: 'TRUSTED_DOCUMENTS',
    default: '',
    description: 'A JSON file of documents by their ids; when it is set, no other is executed.',
  },
  { name: 'LOG_LEVEL', default: 'info', description: `One of ${LOG_LEVELS.join(', ')}.` },
  {
    name: 'NODE_ENV',
    default: 'development',
    description:
      'development, test or production. In production the schema is shown to services alone, messages suggest nothing, a GET needs a header that pages cannot send unasked, and there is no GraphiQL.',
  },
  ...limitVariables,
];
