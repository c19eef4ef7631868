import { afterAll, beforeAll, describe } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import type { Transport } from '../support/follow.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { drafts } from './subscription-drafts.ts';
import { endings } from './subscription-endings.ts';
import { errors } from './subscription-errors.ts';
import { sessionList } from './subscription-list.ts';
import { order } from './subscription-order.ts';
import { resumption } from './subscription-resume.ts';
import { Subscriptions } from './subscription-under-test.ts';

const CONCERNS = {
  'what it gives': order,
  'going on': resumption,
  'its errors': errors,
  drafts,
  'a list of sessions': sessionList,
  'its end': endings,
};

/** What a subscription promises over every transport. */
export function subscriptionContract(transport: Transport): void {
  let redis: RedisServer;
  let server: RunningApp;
  const api = new Api(() => server.endpoint);
  const subscriptions = new Subscriptions(transport, api, () => redis);

  describe(`a subscription over ${transport}`, () => {
    beforeAll(async () => {
      redis = await startRedis();
      server = await startApp({ STORE_URL: redis.url });
    });
    afterAll(async () => {
      await server.stop();
      await redis.stop();
    });

    for (const [concern, tests] of Object.entries(CONCERNS)) describe(concern, () => tests(subscriptions));
  });
}
