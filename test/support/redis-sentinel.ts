import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { cliAt, gone, startProcess, startRedis, type RedisServer } from './redis-server.ts';

export interface WatchedRedisOptions {
  /** How many replicas there are; 2. */
  readonly replicas?: number | undefined;
  /** How many Sentinels; a majority of them agrees. 3. */
  readonly sentinels?: number | undefined;
  /** Milliseconds after which a master that does not answer counts as gone; 500. */
  readonly downAfter?: number | undefined;
}

/** A real Redis with replicas and Sentinels on loopback; whoever started it stops it. */
export interface WatchedRedis {
  readonly url: string;
  /** The master that it was started with, then the replicas. */
  readonly nodes: readonly RedisServer[];
  /** The node that most Sentinels call the master. */
  master(): Promise<RedisServer>;
  /** Resolves when at least so many replicas have all that the master has; 1. */
  synced(least?: number): Promise<void>;
  stop(): Promise<void>;
}

interface Sentinel {
  readonly port: number;
  cli(...command: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startWatchedRedis({
  replicas = 2,
  sentinels = 3,
  downAfter = 500,
}: WatchedRedisOptions = {}): Promise<WatchedRedis> {
  const first = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  const nodes = [first];
  const watching: Sentinel[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all([...watching, ...nodes].map((started) => started.stop()));
  };
  try {
    const args = ['--replicaof', '127.0.0.1', String(first.port), '--repl-diskless-sync-delay', '0'];
    nodes.push(...(await Promise.all(Array.from({ length: replicas }, () => startRedis({ args })))));
    await eventually(async () =>
      expect(await first.cli('INFO', 'replication')).toContain(`connected_slaves:${replicas}`),
    );
    for (let n = 0; n < sentinels; n++) {
      const quorum = Math.floor(sentinels / 2) + 1;
      watching.push(await startSentinel(first.port, { quorum, downAfter }));
    }
    const known = [`num-slaves\n${replicas}`, `num-other-sentinels\n${sentinels - 1}`];
    await eventually(async () => {
      for (const sentinel of watching) {
        const master = await sentinel.cli('SENTINEL', 'MASTER', 'main');
        for (const fact of known) expect(master).toContain(fact);
      }
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const masterOf = async (): Promise<RedisServer> => {
    const addresses = await Promise.all(
      watching.map((sentinel) => sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main')),
    );
    const found = nodes.find(({ port }) => {
      const votes = addresses.filter((address) => address.endsWith(`\n${port}`));
      return votes.length * 2 > sentinels;
    });
    if (found === undefined) throw new Error('The Sentinels do not agree on a master.');
    return found;
  };
  return {
    url: `redis+sentinel://${watching.map(({ port }) => `127.0.0.1:${port}`).join(',')}/main`,
    nodes,
    master: masterOf,
    async synced(least = 1) {
      await eventually(async () => {
        const info = await (await masterOf()).cli('INFO', 'replication');
        const [, end] = /master_repl_offset:(\d+)/.exec(info) ?? [];
        const there = [...info.matchAll(/^slave\d+:.*state=online,offset=(\d+)/gm)];
        expect(there.filter(([, offset]) => offset === end).length).toBeGreaterThanOrEqual(least);
      });
    },
    stop,
  };
}

export interface SentinelOptions {
  /** How many must agree that the master is gone. */
  readonly quorum: number;
  /** Milliseconds. */
  readonly downAfter: number;
  /** Further lines of its configuration. */
  readonly lines?: readonly string[];
}

/** One Sentinel that watches a master by the name of `main`. */
export async function startSentinel(
  masterPort: number,
  { quorum, downAfter, lines = [] }: SentinelOptions,
): Promise<Sentinel> {
  const directory = await mkdtemp(join(tmpdir(), 'redis-sentinel-'));
  const port = await freePort();
  const file = join(directory, 'sentinel.conf');
  await writeFile(
    file,
    [
      'bind 127.0.0.1',
      `port ${port}`,
      `dir ${directory}`,
      ...lines,
      `sentinel monitor main 127.0.0.1 ${masterPort} ${quorum}`,
      `sentinel down-after-milliseconds main ${downAfter}`,
      'sentinel failover-timeout main 1000',
      '',
    ].join('\n'),
  );
  const process = await startProcess([file, '--sentinel'], port);
  return {
    port,
    cli: (...command) => cliAt(port, ...command),
    async stop() {
      process.kill('SIGKILL');
      await gone(process);
      await rm(directory, { recursive: true });
    },
  };
}
