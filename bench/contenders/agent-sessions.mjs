/** The product as it is built, here or in the directory that BUILD names, on the store that STORE_URL names. */
import { pathToFileURL } from 'node:url';
import { tellParent } from './tell.mjs';

const { BUILD, STORE_URL } = process.env;
const build = BUILD === undefined ? new URL('../../dist/', import.meta.url) : pathToFileURL(`${BUILD}/`);
const [{ createApp }, { createLogger }, { parseConfig }] = await Promise.all(
  ['app.js', 'cli/logger.js', 'config.js'].map((file) => import(new URL(file, build).href)),
);
const config = parseConfig({ PORT: '0', STORE_URL, LOG_LEVEL: 'error', NODE_ENV: 'production' });
const server = await (await createApp(config, createLogger('error', process.stderr))).listen();
tellParent(Number(new URL(server.url).port));
