import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Timings } from '../../src/app.ts';

/** What a server holds, after a collection of garbage. */
export interface Held {
  /** Bytes of the heap, and of buffers outside it. */
  readonly heap: number;
  readonly rss: number;
  /** Open file descriptors, sockets included. */
  readonly descriptors: number;
}

/** The built server in a process of its own that tells what it holds; whoever started it stops it. */
export interface MeasuredServer {
  /** `http://localhost:port/graphql` */
  readonly endpoint: string;
  held(): Promise<Held>;
  stop(): Promise<void>;
}

const CHILD = fileURLToPath(new URL('../../bench/studies/measured-server.mjs', import.meta.url));

export async function startMeasuredServer(
  env: Readonly<Record<string, string>>,
  timings: Partial<Timings> = {},
): Promise<MeasuredServer> {
  const child = fork(CHILD, {
    env: { ...env, TIMINGS: JSON.stringify(timings) },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ url }] = await once(child, 'message');
  return {
    endpoint: `${url}/graphql`,
    async held() {
      const answer = once(child, 'message');
      child.send('held');
      const [held] = await answer;
      return held;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
