/**
 * The built server with an ear for whoever forked it: sends `{ url }` when it listens, and answers each message with what
 * it holds then, after a collection of garbage. Run with `--expose-gc`; its environment is the server's configuration, and
 * in TIMINGS, as JSON, what differs from the product's own.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createApp } from '../../dist/app.js';
import { createLogger } from '../../dist/cli/logger.js';
import { parseConfig } from '../../dist/config.js';

const { TIMINGS = '{}', ...env } = process.env;
const log = createLogger('warn', process.stderr);
const app = await createApp(parseConfig({ PORT: '0', ...env }), log, JSON.parse(TIMINGS));
const server = await app.listen();

process.on('message', () => {
  // Twice: what the first frees may hold what the second does.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ heap: heapUsed + external, rss, descriptors: openDescriptors() });
});
process.on('SIGTERM', () => {
  void server.close().then(() => app.close().then(() => process.disconnect()));
});
// Whoever forked it is gone.
process.on('disconnect', () => process.exit());
process.send({ url: server.url });

/** What Node holds open stands for it where the system does not tell. */
function openDescriptors() {
  const listed = '/proc/self/fd';
  return existsSync(listed) ? readdirSync(listed).length : process.getActiveResourcesInfo().length;
}
