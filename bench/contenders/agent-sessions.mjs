/** The product as it is built, on the store that STORE_URL names. */
import { createApp } from '../../dist/app.js';
import { createLogger } from '../../dist/cli/logger.js';
import { parseConfig } from '../../dist/config.js';
import { tellParent } from './tell.mjs';

const config = parseConfig({
  PORT: '0',
  STORE_URL: process.env.STORE_URL,
  LOG_LEVEL: 'error',
  NODE_ENV: 'production',
});
const server = await createApp(config, createLogger('error', process.stderr)).listen();
tellParent(Number(new URL(server.url).port));
