import { startRedis } from '../support/redis-server.ts';
import { apiContract } from './api.ts';

apiContract('the API on Redis', async () => {
  const redis = await startRedis();
  return { env: { STORE_URL: redis.url }, close: () => redis.stop() };
});
