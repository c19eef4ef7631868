import { execFileSync, spawn } from 'node:child_process';
import { once as onceEmitted } from 'node:events';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Driver from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite, temporaryFolder, type TemporaryFolder } from '../contract/store-on-sqlite.ts';
import { append, itemsOf, logOf, sessionNow } from '../contract/store-under-test.ts';
import { newSession, says, textsOf, upTo } from '../support/samples.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** As many sessions are written to at once, so that their appends share commits. */
const WRITERS = 4;

/** Says each session and number once its append has been acknowledged, until it is killed. */
const WRITER = `
import { createSqliteStore } from './out/adapters/sqlite/store.js';
import { writeSync } from 'node:fs';
const store = createSqliteStore({
  path: process.argv[2],
  clock: { now: () => Date.now(), every: () => () => {} },
  newMark: () => 'abcdefgh',
  announce: () => {},
  announceList: () => {},
});
const item = (role, content) => ({ kind: 'item', item: {
  raw: JSON.stringify({ type: 'message', content }), dialect: 'AGENTS_JS', role, agent: null, metadata: '{}',
  derived: false, status: 'COMPLETED', call: null, resultOf: null,
} });
const write = async (id) => {
  await store.create({ id, userId: 'ada', title: null, metadata: {}, expiresAfter: null, maxItems: null, ifExists: 'FAIL' });
  for (let count = 0; ; count++) {
    await store.append({ sessionId: id, steps: [item('USER', 'q' + count), item('ASSISTANT', 'a' + count)] });
    writeSync(1, id + ' ' + count + '\\n');
  }
};
await Promise.all(Array.from({ length: ${WRITERS} }, (_, n) => write('s' + n)));
`;

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** The adapter as plain JavaScript, for a process of its own. */
function compileAdapter(): string {
  const project = {
    extends: `${ROOT}/tsconfig.build.json`,
    compilerOptions: {
      rootDir: `${ROOT}/src`,
      outDir: folder.file('out'),
      typeRoots: [`${ROOT}/node_modules/@types`],
    },
    include: [],
    files: [`${ROOT}/src/adapters/sqlite/store.ts`],
  };
  writeFileSync(folder.file('tsconfig.json'), JSON.stringify(project));
  writeFileSync(folder.file('package.json'), '{"type":"module"}');
  writeFileSync(folder.file('writer.js'), WRITER);
  symlinkSync(`${ROOT}/node_modules`, folder.file('node_modules'));
  execFileSync(process.execPath, [
    `${ROOT}/node_modules/typescript/bin/tsc`,
    '-p',
    folder.file('tsconfig.json'),
  ]);
  mkdirSync(folder.file('out/adapters/sqlite/migrations'), { recursive: true });
  cpSync(`${ROOT}/src/adapters/sqlite/migrations`, folder.file('out/adapters/sqlite/migrations'), {
    recursive: true,
  });
  return folder.file('writer.js');
}

/** Runs the writer, kills it after so many acknowledgements, and gives how many there were in all, by session. */
async function acknowledgedBeforeKill(
  script: string,
  path: string,
  enough: number,
): Promise<ReadonlyMap<string, number>> {
  const writer = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = onceEmitted(writer, 'exit');
  const acknowledged = new Map<string, number>();
  let lines = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [id = '', count] = line.split(' ');
    acknowledged.set(id, Number(count) + 1);
    if (++lines === enough) writer.kill('SIGKILL');
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

describe('a SQLite store whose process was killed', () => {
  it('holds every write that was acknowledged, whole, and goes on', async () => {
    const script = compileAdapter();
    for (const round of upTo(3)) {
      const path = folder.file(`sessions-${round}.db`);
      const acknowledged = await acknowledgedBeforeKill(script, path, 100 + 77 * round);
      const { store, close } = openSqlite(path);
      expect(acknowledged.size).toBe(WRITERS);
      for (const [id, count] of acknowledged) {
        const texts = textsOf(await itemsOf(store, id));
        expect(texts.length).toBeGreaterThanOrEqual(2 * count);
        // At most the one write that was not answered any more.
        expect(texts.length).toBeLessThanOrEqual(2 * (count + 1));
        expect(texts).toEqual(upTo(texts.length / 2).flatMap((n) => [`q${n}`, `a${n}`]));
        expect(await sessionNow(store, id)).toMatchObject({
          itemCount: texts.length,
          messageCount: texts.length,
        });
        const log = await logOf(store, id);
        expect(log.slice(1).map((entry) => entry.prev)).toEqual(log.slice(0, -1).map((entry) => entry.id));
        await store.clear({ sessionId: id });
      }
      await close();
    }
  });
});

describe('a SQLite store that was closed', () => {
  it('is all in the one file, as whoever copies it expects', async () => {
    const { store, close } = openSqlite(folder.file('sessions.db'));
    await store.create(newSession());
    await append(store, 's', ...upTo(10).map((n) => says(`${n}`)));
    await close();
    cpSync(folder.file('sessions.db'), folder.file('copy.db'));
    const copy = openSqlite(folder.file('copy.db'));
    expect(textsOf(await itemsOf(copy.store))).toEqual(upTo(10).map(String));
    await copy.close();
  });

  it('ends at once while another process reads the file, and leaves the log to it', async () => {
    const path = folder.file('sessions.db');
    const { store, close } = openSqlite(path);
    await store.create(newSession());
    const reader = new Driver(path);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM sessions').get();
    await append(store, 's', says('while it is read'));
    await close();
    reader.exec('COMMIT');
    reader.close();
    const again = openSqlite(path);
    expect(textsOf(await itemsOf(again.store))).toEqual(['while it is read']);
    await again.close();
  });
});
