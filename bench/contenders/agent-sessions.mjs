/** The product as it is built, on the Redis of the measurement. */
import { createApp } from '../../dist/app.js';
import { createLogger } from '../../dist/cli/logger.js';
import { parseConfig } from '../../dist/config.js';

const config = parseConfig({
  PORT: '0',
  STORE_URL: process.env.REDIS_URL,
  LOG_LEVEL: 'error',
  NODE_ENV: 'production',
});
const server = await createApp(config, createLogger('error')).listen();
process.send({ port: Number(new URL(server.url).port) });
