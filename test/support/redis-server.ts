import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

export interface RedisServerOptions {
  /** Keeps an append-only file that is synchronised at every write; false. */
  readonly appendonly?: boolean | undefined;
  /** Further arguments of `redis-server`. */
  readonly args?: readonly string[] | undefined;
  /** Whether it is to be a node of a Cluster; false. */
  readonly cluster?: boolean | undefined;
  /** Where it keeps its files; a new directory for temporary files. */
  readonly directory?: string | undefined;
}

/** A real Redis on loopback with a directory of its own; whoever started it stops it. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Where other nodes of its Cluster reach it; 0 when it is in none. */
  readonly clusterPort: number;
  /** Where it keeps its files. */
  readonly directory: string;
  /** SIGKILL, and resolves when the process is gone. */
  kill(): Promise<void>;
  /** Kills it if it runs, and starts it again with the same port and directory. */
  restart(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** Kills it and removes its directory, unless that was given. */
  stop(): Promise<void>;
  /** What `redis-cli` prints for a command. */
  cli(...command: readonly string[]): Promise<string>;
}

const run = promisify(execFile);

export async function startRedis({
  appendonly = false,
  args = [],
  cluster = false,
  directory: given,
}: RedisServerOptions = {}): Promise<RedisServer> {
  const directory = given ?? (await mkdtemp(join(tmpdir(), 'redis-')));
  const settings = [
    '--dir',
    directory,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ];
  settings.push('--appendonly', appendonly ? 'yes' : 'no', '--appendfsync', 'always', ...args);
  // By itself the port for other nodes would be 10,000 higher, which may be none.
  const clusterPort = cluster ? await freePort() : 0;
  if (cluster) settings.push('--cluster-enabled', 'yes', '--cluster-port', String(clusterPort));
  const started = await startOnFreePort(settings);
  const { port } = started;
  let { server } = started;

  const kill = async (): Promise<void> => {
    server.kill('SIGKILL');
    await gone(server);
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    clusterPort,
    directory,
    kill,
    async restart() {
      await kill();
      server = await start(port, settings);
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async stop() {
      await kill();
      if (given === undefined) await rm(directory, { recursive: true });
    },
    cli: (...command) => cliAt(port, ...command),
  };
}

/** What `redis-cli` prints for a command to whoever listens on the port. */
export async function cliAt(port: number, ...command: readonly string[]): Promise<string> {
  const { stdout } = await run('redis-cli', ['-p', String(port), ...command], { timeout: 5_000 });
  return stdout.trimEnd();
}

/** Another process may take a free port before Redis does: then the next one is tried. */
async function startOnFreePort(settings: readonly string[]): Promise<{ port: number; server: ChildProcess }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      return { port, server: await start(port, settings) };
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

/** Resolves when it answers PING; rejects when it ends before. */
function start(port: number, settings: readonly string[]): Promise<ChildProcess> {
  return startProcess(['--port', String(port), ...settings], port);
}

/** Starts `redis-server`; resolves and rejects as `start` does. */
export async function startProcess(args: readonly string[], port: number): Promise<ChildProcess> {
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  server.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  server.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = gone(server).then(() => {
    throw new Error(`redis-server ended before it answered:\n${output}`);
  });
  await Promise.race([answersPing(port), ended]);
  ended.catch(() => undefined);
  return server;
}

export async function gone(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => resolve());
    server.once('error', reject);
  });
}

async function answersPing(port: number): Promise<void> {
  while (!(await pings(port))) {
    // Asked again until it answers: a refused connection takes no time.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function pings(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (reply) => {
      socket.destroy();
      // One that asks for a password answers, too.
      resolve(/^(?:\+PONG|-NOAUTH)/.test(reply.toString()));
    });
    socket.once('error', () => resolve(false));
  });
}
