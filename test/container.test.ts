import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

// Docker is not needed: what the files name is looked up here, and what they run is run here.
const dockerfile = readFileSync('Dockerfile', 'utf8')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '');
const compose = readFileSync('compose.yaml', 'utf8');

/** The rest of each line that begins with this instruction. */
function instructions(name: string): string[] {
  return [...dockerfile.matchAll(new RegExp(`^${name} +(.*)$`, 'gm'))].map(([, rest = '']) => rest);
}

/** A service's lines under one of its keys. */
function composeLines(service: string, key: string): string[] {
  const body = new RegExp(`^  ${service}:\\n((?:    .*\\n|\\n)+)`, 'm').exec(compose)?.[1] ?? '';
  const block = new RegExp(`^    ${key}:\\n((?:      .*\\n)+)`, 'm').exec(body)?.[1] ?? '';
  return block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function strings(json: string): string[] {
  const value: unknown = JSON.parse(json);
  if (!Array.isArray(value)) throw new Error(`${json} is no list`);
  return value.map(String);
}

/** What a file of the image is made from: the build compiles src to dist. */
function sourceOf(path: string): string {
  return path.replace(/^dist\b/, 'src').replace(/\.js$/, '.ts');
}

const environment = new Map([
  ...instructions('ENV').flatMap((rest) =>
    rest.split(' ').map((pair): [string, string] => {
      const [name = '', value = ''] = pair.split('=');
      return [name, value];
    }),
  ),
  ...composeLines('server', 'environment').map((line): [string, string] => {
    const [name = '', value = ''] = line.split(': ');
    return [name, value];
  }),
]);

describe('the Dockerfile', () => {
  it('copies and starts what exists once it is built', () => {
    const copied = instructions('COPY')
      .map((rest) => rest.split(' '))
      .flatMap((words) => words.filter((word) => !word.startsWith('--')).slice(0, -1))
      .map((path) => path.replace(/^\/app\//, ''));
    expect(copied).toEqual(expect.arrayContaining(['package-lock.json', 'src', 'dist']));
    expect(copied.filter((path) => !existsSync(sourceOf(path)))).toEqual([]);

    const [command = '[]'] = instructions('CMD');
    expect(strings(command)).toEqual(['node', 'dist/main.js']);
    expect(existsSync('src/main.ts')).toBe(true);
  });

  it('sends to the build what the build copies', () => {
    const sent = readFileSync('.dockerignore', 'utf8').matchAll(/^!(.*)$/gm);
    const copied = instructions('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(new Set(copied)).toEqual(new Set([...sent].map(([, path]) => path)));
  });

  it('runs npm scripts that exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = instructions('RUN').flatMap((rest) => [...rest.matchAll(/npm run ([\w-]+)/g)]);
    expect(named.length).toBeGreaterThan(0);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named.map(([, script]) => script)));
  });

  it('runs as a user that may write where the data is', () => {
    expect(instructions('USER')).toEqual(['node']);
    expect(instructions('RUN').join('\n')).toContain('mkdir /data && chown node:node /data');
    expect(instructions('VOLUME')).toEqual(['/data']);
    expect(instructions('ENV').join(' ')).toContain('STORE_URL=sqlite:/data/');
  });

  it('listens to the outside and leaves it to whoever starts it to say who may come in', () => {
    const variables = instructions('ENV').join(' ');
    expect(variables).toContain('HOST=0.0.0.0');
    expect(variables).not.toContain('AUTH');
  });

  it.each([
    ['healthy while /health answers well', 200, 0],
    ['unhealthy when it does not', 503, 1],
    ['unhealthy when nothing listens', null, 1],
  ])('is %s', async (_state, status, exitCode) => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/health' ? (status ?? 500) : 404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    if (status === null) server.close();
    else onTestFinished(() => void server.close());

    const [, check = '[]'] = instructions('HEALTHCHECK')[0]?.split(' CMD ') ?? [];
    const [program, ...options] = strings(check);
    expect(program).toBe('node');
    const child = spawn(process.execPath, options, { env: { PORT: String(port) }, stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([exitCode, null]);
  });
});

describe('compose.yaml', () => {
  it('names variables that the server reads', async () => {
    const { configVariables } = await import('../src/config.ts');
    const known = configVariables.map(({ name }) => name);
    expect([...environment.keys()].toSorted()).toEqual(['AUTH', 'HOST', 'STORE_URL']);
    expect(known).toEqual(expect.arrayContaining([...environment.keys()]));
  });

  it('lets everybody in only from this machine', () => {
    expect(environment.get('AUTH')).toBe('none');
    expect(composeLines('server', 'ports')).toEqual(["- '127.0.0.1:4000:4000'"]);
    expect(instructions('EXPOSE')).toEqual(['4000']);
  });

  it('has the server wait for the Redis that it names', () => {
    expect(environment.get('STORE_URL')).toBe('redis://redis:6379');
    expect(composeLines('server', 'depends_on')).toEqual(['redis:', 'condition: service_healthy']);
    expect(composeLines('redis', 'healthcheck').join(' ')).toContain('redis-cli ping');
  });

  it('starts Redis so that it keeps what it has acknowledged', async () => {
    const [program = '', ...options] = /^ {4}command: (.*)$/m.exec(compose)?.[1]?.split(' ') ?? [];
    expect(program).toBe('redis-server');
    expect(options).toEqual(['--appendonly', 'yes', '--maxmemory-policy', 'noeviction']);

    const folder = mkdtempSync(join(tmpdir(), 'compose-'));
    const here = ['--port', '0', '--unixsocket', join(folder, 'socket'), '--dir', folder];
    const redis = spawn(program, [...options, ...here], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(redis, 'exit');
    onTestFinished(async () => {
      redis.kill();
      await exited;
      rmSync(folder, { recursive: true });
    });
    let said = '';
    for await (const chunk of redis.stdout) {
      said += String(chunk);
      if (/ready to accept connections/i.test(said)) break;
    }
    expect(said).toMatch(/ready to accept connections/i);
  });
});
