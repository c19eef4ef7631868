import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Redis of its own for a measurement, on loopback, with nothing on disk. */
export async function startRedis(settings = []) {
  const directory = await mkdtemp(join(tmpdir(), 'redis-'));
  const port = await freePort();
  const always = ['--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', ['--port', String(port), ...always, ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    void ended.then(() => reject(new Error('redis-server ended before it was ready.')));
    server.stdout.on('data', (chunk) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve();
    });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    address: { mode: 'single', nodes: [{ host: '127.0.0.1', port }], master: '', database: 0, tls: false },
    pids: [server.pid],
    flush: () => run('redis-cli', ['-p', String(port), 'FLUSHALL']),
    async stop() {
      server.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

/** Three masters that share the slots. */
export async function startCluster() {
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis(['--cluster-enabled', 'yes'])));
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  try {
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
    for (const { port } of nodes) await untilOk(port);
    return {
      url: `redis+cluster://${addresses[0]}`,
      pids: nodes.flatMap(({ pids }) => pids),
      flush: () => Promise.all(nodes.map((node) => node.flush())),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilOk(port) {
  for (;;) {
    const { stdout } = await run('redis-cli', ['-p', String(port), 'CLUSTER', 'INFO']);
    if (stdout.includes('cluster_state:ok')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Within what a Cluster's bus, 10,000 above, can have too. */
async function freePort() {
  for (;;) {
    const probe = createServer();
    await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    if (port < 55_000) return port;
  }
}
