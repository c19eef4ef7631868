import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const fileOf = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** A child that was forked: its answers come one at a time. Rejects when it ends instead. */
function answersOf(child, name) {
  return () =>
    new Promise((resolve, reject) => {
      const onMessage = (message) => {
        child.off('exit', onExit);
        resolve(message);
      };
      const onExit = (code) => {
        child.off('message', onMessage);
        reject(new Error(`${name} ended with ${code}.`));
      };
      child.once('message', onMessage);
      child.once('exit', onExit);
    });
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Starts a server of the contenders; resolves when it listens. */
export async function startServer({ file, env }, { redisUrl, storeUrl, execArgv = [] }) {
  const child = fork(fileOf(`contenders/${file}`), {
    env: { ...process.env, NODE_ENV: 'production', REDIS_URL: redisUrl, STORE_URL: storeUrl, ...env },
    execArgv: ['--expose-gc', ...execArgv],
  });
  const answer = answersOf(child, file);
  const { port } = await answer();
  return {
    port,
    pid: child.pid,
    /** What it holds after a collection of garbage, bytes. */
    async held() {
      child.send('held');
      return answer();
    },
    /** The same as it is, without a collection. */
    async seen() {
      child.send('seen');
      return answer();
    },
    stop: () => end(child),
    /** Lets it end by itself, so that it writes its profile. */
    async leave() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}

/** The process that makes load. */
export function startGenerator() {
  const child = fork(fileOf('load/generator.mjs'));
  const answer = answersOf(child, 'The load generator');
  return {
    pid: child.pid,
    async tell(act, options = {}) {
      child.send({ act, options });
      const { result, error } = await answer();
      if (error !== undefined) throw new Error(error);
      return result;
    },
    stop: () => end(child),
    leave: () => end(child),
  };
}
