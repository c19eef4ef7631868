import { execFileSync, spawn } from 'node:child_process';
import { once as onceEmitted } from 'node:events';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite, temporaryFolder, type TemporaryFolder } from '../contract/store-on-sqlite.ts';
import { itemsOf, logOf, sessionNow } from '../contract/store-under-test.ts';
import { textsOf, upTo } from '../support/samples.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Says each number once its append has been acknowledged, until it is killed. */
const WRITER = `
import { createSqliteStore } from './out/adapters/sqlite/store.js';
import { writeSync } from 'node:fs';
let count = 0;
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
await store.create({ id: 's', userId: 'ada', title: null, metadata: {}, expiresAfter: null, maxItems: null, ifExists: 'FAIL' });
for (;;) {
  await store.append({ sessionId: 's', steps: [item('USER', 'q' + count), item('ASSISTANT', 'a' + count)] });
  writeSync(1, count++ + '\\n');
}
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

/** Runs the writer, kills it after so many acknowledgements, and gives how many there were in all. */
async function acknowledgedBeforeKill(script: string, path: string, enough: number): Promise<number> {
  const writer = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = onceEmitted(writer, 'exit');
  let acknowledged = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged = Number(line) + 1;
    if (acknowledged === enough) writer.kill('SIGKILL');
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
      const texts = textsOf(await itemsOf(store));
      expect(texts.length).toBeGreaterThanOrEqual(2 * acknowledged);
      // At most the one write that was not answered any more.
      expect(texts.length).toBeLessThanOrEqual(2 * (acknowledged + 1));
      expect(texts).toEqual(upTo(texts.length / 2).flatMap((n) => [`q${n}`, `a${n}`]));
      expect(await sessionNow(store)).toMatchObject({ itemCount: texts.length, messageCount: texts.length });
      const log = await logOf(store);
      expect(log.slice(1).map((entry) => entry.prev)).toEqual(log.slice(0, -1).map((entry) => entry.id));
      await store.clear({ sessionId: 's' });
      await close();
    }
  });
});
