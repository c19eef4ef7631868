import { readFileSync } from 'node:fs';
import type { ClientContext, Redis, Result } from 'ioredis';

/** Names of keys, then arguments; each script's file says which, and what it returns. */
type Script<Context extends ClientContext> = (...values: readonly string[]) => Result<unknown, Context>;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    createSession: Script<Context>;
    appendSteps: Script<Context>;
    recallWrite: Script<Context>;
    updateSession: Script<Context>;
    popItem: Script<Context>;
    clearSession: Script<Context>;
    deleteSession: Script<Context>;
    settleKey: Script<Context>;
    readLog: Script<Context>;
    readPage: Script<Context>;
    listSessions: Script<Context>;
    readFork: Script<Context>;
    copyItems: Script<Context>;
    forkSession: Script<Context>;
  }
}

/** How many keys each script takes: those that a method of `Keys` names, and in forkSession two of them. */
const SCRIPTS = {
  createSession: { file: 'create-session', numberOfKeys: 10 },
  appendSteps: { file: 'append', numberOfKeys: 10 },
  recallWrite: { file: 'recall', numberOfKeys: 10 },
  updateSession: { file: 'update-session', numberOfKeys: 10 },
  popItem: { file: 'pop-item', numberOfKeys: 10 },
  clearSession: { file: 'clear-session', numberOfKeys: 10 },
  deleteSession: { file: 'delete-session', numberOfKeys: 10 },
  settleKey: { file: 'settle-key', numberOfKeys: 1 },
  readLog: { file: 'read-log', numberOfKeys: 7 },
  readPage: { file: 'read-page', numberOfKeys: 7 },
  listSessions: { file: 'list-sessions', numberOfKeys: 1 },
  readFork: { file: 'read-fork', numberOfKeys: 7 },
  copyItems: { file: 'copy-items', numberOfKeys: 8 },
  forkSession: { file: 'fork-session', numberOfKeys: 16 },
} as const;

/** Makes the scripts commands of this client; ioredis loads each where it is missing. */
export function registerScripts(client: Redis): void {
  const prelude = source('session');
  for (const [name, { file, numberOfKeys }] of Object.entries(SCRIPTS)) {
    client.defineCommand(name, { numberOfKeys, lua: `${prelude}\n${source(file)}` });
  }
}

function source(file: string): string {
  return readFileSync(new URL(`./scripts/${file}.lua`, import.meta.url), 'utf8');
}
