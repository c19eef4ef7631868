import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a process ended and what it had said by then. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built server as a process of its own; whoever started it ends it. */
export interface ServerProcess {
  /** `http://localhost:port` */
  readonly url: string;
  /** `http://localhost:port/graphql` */
  readonly endpoint: string;
  /** The line that says what it serves. */
  readonly startLine: string;
  readonly ended: Promise<Ended>;
  /** SIGTERM; resolves when the process is gone. */
  terminate(): Promise<Ended>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<Ended>;
  /** SIGSTOP: it keeps its connections and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  readonly pid: number;
}

type Environment = Readonly<Record<string, string>>;

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Runs the built server with these arguments and nothing else in its environment, until it ends by itself. */
export async function runServer(args: readonly string[], env: Environment = {}): Promise<Ended> {
  return watch(start(args, env)).ended;
}

/** Starts the built server on a free port of the loopback address; resolves when it says that it listens. */
export async function startServer(env: Environment): Promise<ServerProcess> {
  const child = start([], { PORT: '0', ...env });
  const { ended, lineThat } = watch(child);
  const startLine = await lineThat(/listens on http/, 'the start line');
  const url = /http:\/\/[^\s/]+/.exec(startLine)?.[0] ?? '';
  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  return {
    url,
    endpoint: `${url}/graphql`,
    startLine,
    ended,
    terminate: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    pid: child.pid ?? 0,
  };
}

function start(args: readonly string[], env: Environment): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function watch(child: ChildProcess) {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    // `close` comes after `exit`, when everything that was said has been read.
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const lineThat = (pattern: RegExp, what: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const line = stdout.split('\n').find((candidate) => pattern.test(candidate));
        if (line !== undefined) resolve(line);
      };
      child.stdout?.on('data', look);
      ended.then(({ code, stderr: said }) => {
        reject(new Error(`The server ended with ${code} before ${what}:\n${said}`));
      }, reject);
    });
  return { ended, lineThat };
}
