import { readFileSync } from 'node:fs';
import type { ClientContext, Redis, Result } from 'ioredis';
import { KEY_ENDINGS } from './keys.ts';

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
    trimSession: Script<Context>;
    settleKey: Script<Context>;
    readEnds: Script<Context>;
    readSession: Script<Context>;
    readLog: Script<Context>;
    readPage: Script<Context>;
    listSessions: Script<Context>;
    readFork: Script<Context>;
    copyItems: Script<Context>;
    restoreItems: Script<Context>;
    forkSession: Script<Context>;
    startDraft: Script<Context>;
    appendToDraft: Script<Context>;
    readDrafts: Script<Context>;
    keepAbandoned: Script<Context>;
    signList: Script<Context>;
    touchList: Script<Context>;
    repairList: Script<Context>;
    pageOfList: Script<Context>;
    topOfList: Script<Context>;
    leaseRate: Script<Context>;
  }
}

/**
 * For each script: the files before it, besides the session's; and how many keys it takes, which are those that a method
 * of `Keys` names, and in forkSession two of them. 'writing' are all that a write may touch.
 */
const SCRIPTS = {
  createSession: { parts: ['writing', 'create-session'], numberOfKeys: 'writing' },
  appendSteps: { parts: ['writing', 'drafts', 'items', 'append'], numberOfKeys: 'writing' },
  recallWrite: { parts: ['recall'], numberOfKeys: 'writing' },
  updateSession: { parts: ['writing', 'update-session'], numberOfKeys: 'writing' },
  popItem: { parts: ['writing', 'pop-item'], numberOfKeys: 'writing' },
  clearSession: { parts: ['writing', 'clear-session'], numberOfKeys: 'writing' },
  deleteSession: { parts: ['writing', 'delete-session'], numberOfKeys: 'writing' },
  trimSession: { parts: ['writing', 'trim-session'], numberOfKeys: 'writing' },
  settleKey: { parts: ['settle-key'], numberOfKeys: 1 },
  /** As many keys as its first value says. */
  readEnds: { parts: ['read-ends'], numberOfKeys: undefined },
  readSession: { parts: ['read-session'], numberOfKeys: 1 },
  readLog: { parts: ['standing', 'drafts', 'read-log'], numberOfKeys: 7 },
  readPage: { parts: ['standing', 'read-page'], numberOfKeys: 7 },
  listSessions: { parts: ['ranks', 'members', 'list-sessions'], numberOfKeys: 1 },
  signList: { parts: ['sign-list'], numberOfKeys: 1 },
  touchList: { parts: ['touch-list'], numberOfKeys: 1 },
  repairList: { parts: ['repair-list'], numberOfKeys: 1 },
  pageOfList: { parts: ['ranks', 'members', 'page-of-list'], numberOfKeys: 1 },
  topOfList: { parts: ['top-of-list'], numberOfKeys: 1 },
  leaseRate: { parts: ['lease-rate'], numberOfKeys: 1 },
  readFork: { parts: ['standing', 'read-fork'], numberOfKeys: 7 },
  copyItems: { parts: ['writing', 'copy-items'], numberOfKeys: 8 },
  restoreItems: { parts: ['writing', 'restore-items'], numberOfKeys: 8 },
  forkSession: { parts: ['writing', 'fork-session'], numberOfKeys: 16 },
  startDraft: { parts: ['writing', 'drafts', 'start-draft'], numberOfKeys: 'writing' },
  appendToDraft: { parts: ['writing', 'drafts', 'append-to-draft'], numberOfKeys: 'writing' },
  readDrafts: { parts: ['drafts', 'read-drafts'], numberOfKeys: 1 },
  keepAbandoned: { parts: ['writing', 'drafts', 'items', 'keep-abandoned'], numberOfKeys: 'writing' },
} as const;

export interface ScriptSettings {
  /** Whether they run in a Cluster. */
  readonly isSpread: boolean;
  /** Whether replicas are waited for. */
  readonly isDurable: boolean;
}

/** Makes the scripts commands of this client; ioredis loads each where it is missing. */
export function registerScripts(client: Redis, { isSpread, isDurable }: ScriptSettings): void {
  const start = `local PUBLISH, DURABLE = '${isSpread ? 'SPUBLISH' : 'PUBLISH'}', ${isDurable}`;
  for (const [name, { parts, numberOfKeys }] of Object.entries(SCRIPTS)) {
    const body = ['session', ...parts].map(source);
    const { count, names } =
      numberOfKeys !== 'writing'
        ? { count: numberOfKeys, names: '' }
        : isSpread
          ? { count: KEY_ENDINGS.length + 2, names: '' }
          : { count: 2, names: MADE_NAMES };
    client.defineCommand(name, {
      ...(count === undefined ? {} : { numberOfKeys: count }),
      lua: [start, names, ...body].join('\n'),
    });
  }
}

/** All keys of a write, made of the first and the last. */
const MADE_NAMES = `local KEYS = { KEYS[1], ${KEY_ENDINGS.map((ending) => `KEYS[1] .. '${ending}'`).join(', ')}, KEYS[2] }`;

const sources = new Map<string, string>();

/** Read once: a Cluster has many clients. */
function source(file: string): string {
  const text = sources.get(file) ?? readFileSync(new URL(`./scripts/${file}.lua`, import.meta.url), 'utf8');
  sources.set(file, text);
  return text;
}
