import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/agent');
const SCRIPTS = join(ROOT, 'test/examples/agent');
const CACHE = join(ROOT, 'node_modules/.cache/agents-sdk');
/** What decides what is installed. */
const MANIFESTS = ['package.json', 'package-lock.json'];
/** What a script may take: longer, and it waits for something that does not come. */
const SCRIPT_MS = 25_000;

const run = promisify(execFile);

type Environment = Readonly<Record<string, string>>;

export interface RunningProgram {
  /** What it has printed by now. */
  readonly stdout: string;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/** A copy of examples/agent with its dependencies installed, and with the scripts of test/examples/agent beside it. */
export interface AgentsSdk {
  /** What a test's process imports the SDK by. */
  readonly url: string;
  /** What a script printed; it is given what JSON makes of the input. Rejects with what it said when it failed. */
  script(name: string, input?: unknown): Promise<any>;
  /** The same for a program and its arguments, as text, in the folder of the copy. */
  node(args: readonly string[], env?: Environment): Promise<string>;
  /** A program that runs until it is stopped. */
  start(args: readonly string[], env?: Environment): RunningProgram;
  remove(): Promise<void>;
}

/**
 * Installs the Agents SDK, which is no dependency of the product, as the example's lock file says: with `npm ci`, and
 * once for each state of that file.
 * @throws Error that says what is missing when npm cannot install it.
 */
export async function openAgentsSdk(): Promise<AgentsSdk> {
  const installed = await installation();
  const copy = await mkdtemp(join(tmpdir(), 'agents-sdk-'));
  const node: AgentsSdk['node'] = async (args, env = {}) => {
    const { stdout } = await run(process.execPath, args, { cwd: copy, env, timeout: SCRIPT_MS });
    return stdout;
  };
  await cp(EXAMPLE, copy, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  await cp(SCRIPTS, copy, { recursive: true });
  await linkPackages(join(installed, 'node_modules'), join(copy, 'node_modules'));
  return {
    url: pathToFileURL(join(installed, 'node_modules/@openai/agents/dist/index.mjs')).href,
    script: async (name, input = null) => JSON.parse(await node([name, JSON.stringify(input)])),
    node,
    start(args, env = {}) {
      const child = spawn(process.execPath, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'inherit'] });
      const gone = once(child, 'close');
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      return {
        get stdout() {
          return stdout;
        },
        async stop() {
          child.kill();
          await gone;
        },
      };
    },
    remove: () => rm(copy, { recursive: true }),
  };
}

/** The folder with `node_modules`. */
async function installation(): Promise<string> {
  const key = createHash('sha256');
  for (const name of MANIFESTS) key.update(await readFile(join(EXAMPLE, name)));
  const finished = join(CACHE, key.digest('hex').slice(0, 16));
  if (!(await exists(finished))) await install(finished);
  return join(finished, 'examples/agent');
}

/** The packages that are installed, and this project: work trees may share the installation, and each tests itself. */
async function linkPackages(installed: string, copy: string): Promise<void> {
  await mkdir(copy);
  for (const name of await readdir(installed)) {
    await symlink(name === 'agent-sessions' ? ROOT : join(installed, name), join(copy, name));
  }
}

async function install(finished: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  // Under another name until it is complete: an installation that was broken off is never taken for one.
  const begun = await mkdtemp(join(CACHE, 'begun-'));
  try {
    await npmCi(begun);
    await rename(begun, finished);
  } catch (error) {
    await rm(begun, { recursive: true });
    // Another run was quicker.
    if (!(await exists(finished))) throw error;
  }
}

async function npmCi(folder: string): Promise<void> {
  // The example depends on `file:../..`: what is two folders up there must be this project.
  for (const name of ['package.json', 'dist']) {
    await symlink(relative(folder, join(ROOT, name)), join(folder, name));
  }
  const example = join(folder, 'examples/agent');
  await mkdir(example, { recursive: true });
  for (const name of MANIFESTS) await copyFile(join(EXAMPLE, name), join(example, name));
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: example });
  } catch (cause) {
    throw new Error(
      `The tests of examples/agent need the OpenAI Agents SDK, and npm could not install it as ${relative(ROOT, join(EXAMPLE, 'package-lock.json'))} says. ` +
        `They need npm and an npm registry that can be reached.\n${said(cause)}`,
      { cause },
    );
  }
}

function said(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'stderr' in error ? `${error.message}\n${String(error.stderr)}` : error.message;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
