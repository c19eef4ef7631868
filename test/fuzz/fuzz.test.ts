import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { faultOf, type Heard } from './answers.ts';
import { anyMessages } from './any-messages.ts';
import { anyRequest } from './any-request.ts';
import { Choices } from './choices.ts';
import { overHttp, overWebSocket } from './exchange.ts';
import { FuzzedServer } from './fuzzed-server.ts';

/** Of each store; `npm run fuzz -- --seconds 300 --seed 7` says otherwise. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? '3');
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** Those that ask at the same time. */
const AT_ONCE = 32;

describe('whatever users and strangers send', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it.each(['SQLite', 'Redis'])(
    'the server stays well, names every error, and tells and touches nothing of another user: %s',
    async (store) => {
      const server = await FuzzedServer.start({
        STORE_URL: store === 'Redis' ? `${redis.url}/0` : 'sqlite::memory:',
        NODE_ENV: 'production',
      });
      const anyExchange = (choices: Choices): (() => Promise<void>) => {
        const { tokens, names } = choices.of(server.askers);
        const token = choices.of(tokens);
        const judge = (heard: Heard, said: unknown): void => {
          const fault = faultOf(heard, server.secret);
          expect({ fault, ...(fault === null ? {} : { said, heard }) }).toEqual({ fault: null });
        };
        if (choices.once(4)) {
          const messages = anyMessages(choices, names, token);
          return async () => judge(await overWebSocket(server.url, messages), messages);
        }
        const request = anyRequest(choices, names, token);
        return async () => judge(await overHttp(server.url, request), request);
      };
      const exchanges = fc.asyncProperty(fc.gen(), async (generate) => {
        const choices = new Choices(generate);
        const several = Array.from({ length: AT_ONCE }, () => anyExchange(choices));
        await Promise.all(several.map((exchange) => exchange()));
      });
      const end = performance.now() + SECONDS * 1_000;
      // At least one, however slow the machine is; a failure names the seed that repeats it as the first.
      for (let seed = SEED; seed === SEED || performance.now() < end; seed++) {
        await fc.assert(exchanges, { numRuns: 1, seed });
      }
      expect(await server.end()).toEqual({ ready: 200, log: '', isUntouched: true, code: 0 });
    },
    SECONDS * 1_000 + 60_000,
  );
});
