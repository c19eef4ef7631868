import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../dist/config.js';
import { startGenerator, startServer } from './processes.mjs';
import { startCluster, startRedis } from './redis-server.mjs';

/** Why a contender cannot be measured here; null: it can. */
export function obstacleTo({ store }) {
  if (store !== 'cluster') return null;
  try {
    parseConfig({ STORE_URL: 'redis+cluster://127.0.0.1:7000' });
    return null;
  } catch {
    return 'STORE_URL=redis+cluster://… is not understood by this version';
  }
}

/**
 * What the servers of one contender run on: its store, its servers and its load generator, all ended by `close`. Each
 * contender has a Redis of its own, so that its work there is told from that of others.
 */
export class Place {
  #contender;
  #store;
  #directory;
  #opened = [];
  #execArgv;

  constructor(contender, execArgv) {
    this.#contender = contender;
    this.#execArgv = execArgv;
  }

  async open() {
    const { store } = this.#contender;
    if (store === 'redis') this.#store = await startRedis();
    else if (store === 'cluster') this.#store = await startCluster();
    else this.#directory = await mkdtemp(join(tmpdir(), 'agent-sessions-bench-'));
  }

  get redisUrl() {
    return this.#store?.url;
  }

  /** Processes of Redis; none on SQLite. */
  get storePids() {
    return this.#store?.pids ?? [];
  }

  get execArgv() {
    return this.#execArgv;
  }

  /** One more server on the same store; `execArgv` for the one that is measured. */
  async server(execArgv = []) {
    const redisUrl = this.#store?.url ?? '';
    const storeUrl = this.#store?.url ?? `sqlite:${join(this.#directory, 'sessions.db')}`;
    const server = await startServer(this.#contender, { redisUrl, storeUrl, execArgv });
    this.#opened.push(server);
    return server;
  }

  generator() {
    const generator = startGenerator();
    this.#opened.push(generator);
    return generator;
  }

  async close() {
    const isProfiled = this.#execArgv.length > 0;
    for (const opened of this.#opened.splice(0)) await (isProfiled ? opened.leave() : opened.stop());
    await this.#store?.stop();
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true });
  }
}
