import { parseArgs } from 'node:util';
import { LIMITS } from '../core/limits.ts';

export interface ImportArguments {
  /** Where the histories are: `redis://` or `rediss://`. */
  readonly from: string;
  /** The owner of every session, or the file that names one for each; null: nobody is named. */
  readonly owner: { readonly user: string } | { readonly file: string } | null;
  readonly dryRun: boolean;
  readonly collapseRepeats: boolean;
}

/** An import of what `export` wrote. */
export interface RestoreArguments {
  readonly file: string;
  readonly dryRun: boolean;
}

export type ImportCommand =
  | { readonly kind: 'import'; readonly arguments: ImportArguments }
  | { readonly kind: 'restore'; readonly arguments: RestoreArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

const OPTIONS = {
  from: { type: 'string' },
  file: { type: 'string' },
  user: { type: 'string' },
  users: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'collapse-repeats': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What follows `import` on the command line; every problem with it at once. */
export function parseImportArguments(args: readonly string[]): ImportCommand {
  const { values, tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  if (values.help === true) return { kind: 'help' };
  const problems = tokens.flatMap((token): string[] => {
    switch (token.kind) {
      case 'positional':
        return [`There is no argument ${token.value}.`];
      case 'option-terminator':
        return [];
      case 'option':
        return optionProblems(token);
    }
  });
  if (values.file !== undefined) return restoreCommand(values, problems);
  const from = text(values.from);
  const user = text(values.user);
  const file = text(values.users);
  if (values.from === undefined) {
    problems.push(
      '--from or --file is needed: where the histories are, redis://host:port/db, or what export wrote.',
    );
  } else if (from !== null && !isRedisUrl(from)) {
    problems.push('--from must be redis://host:port/db or rediss://host:port/db.');
  }
  if (user !== null && !isUserId(user)) problems.push(`--user must have ${USER_ID}.`);
  if (values.user !== undefined && values.users !== undefined) {
    problems.push('--user and --users exclude each other.');
  }
  if (problems.length > 0 || from === null) return { kind: 'problems', problems };
  return {
    kind: 'import',
    arguments: {
      from,
      owner: user !== null ? { user } : file !== null ? { file } : null,
      dryRun: values['dry-run'] === true,
      collapseRepeats: values['collapse-repeats'] === true,
    },
  };
}

/** Of a file that says itself whose sessions they are. */
function restoreCommand(
  values: Readonly<Record<string, string | boolean | undefined>>,
  problems: readonly string[],
): ImportCommand {
  const others = ['from', 'user', 'users', 'collapse-repeats'].filter((name) => values[name] !== undefined);
  const excluded = others.map((name) => `--file and --${name} exclude each other.`);
  const file = text(values['file']);
  if (problems.length > 0 || excluded.length > 0 || file === null) {
    return { kind: 'problems', problems: [...problems, ...excluded] };
  }
  return { kind: 'restore', arguments: { file, dryRun: values['dry-run'] === true } };
}

const TYPES: ReadonlyMap<string, 'string' | 'boolean'> = new Map(
  Object.entries(OPTIONS).map(([name, { type }]) => [name, type]),
);

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function optionProblems({ name, rawName, value, inlineValue }: OptionToken): string[] {
  const type = TYPES.get(name);
  if (type === undefined) return [`There is no option ${rawName}.`];
  if (type === 'boolean') return value === undefined ? [] : [`${rawName} takes no value.`];
  if (value === undefined || value === '') return [`${rawName} needs a value.`];
  // Else the option after it would be taken for its value.
  const looksLikeOption = inlineValue !== true && value.startsWith('-');
  return looksLikeOption
    ? [`${rawName} needs a value; one that begins with - is written ${rawName}=${value}.`]
    : [];
}

export const USER_ID = `1 to ${LIMITS.nameLength} characters`;

export function isUserId(id: string): boolean {
  return id !== '' && id.length <= LIMITS.nameLength && id.isWellFormed();
}

export function importUsage(): string {
  return `agent-sessions import: brings in histories that a Redis holds, or what export wrote

Usage: node dist/main.js import --from redis://host:port/db [--user ID | --users FILE] [--dry-run] [--collapse-repeats]
       node dist/main.js import --file FILE [--dry-run]

  --from URL          Where the histories are: messages of RedisVL (agent_sessions:*) and Redis sessions of the
                      Agents SDK for Python (agents:session:*). They are read and stay as they are.
  --user ID           The user to whom all sessions will belong.
  --users FILE        A JSON file, {"session id": "user id"}. A session that it does not name is skipped.
  --file FILE         What export wrote. Its sessions are made as they were, with their ids, owners and times; one whose
                      id is there already is left as it is.
  --dry-run           Writes nothing, and says what an import would do.
  --collapse-repeats  Leaves out what only repeats the history before it, where each turn stored all of it again.

They go to the store of STORE_URL. It can be stopped and run again at any time: what is there is not written again.
`;
}

function text(value: string | boolean | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isRedisUrl(url: string): boolean {
  return /^rediss?:\/\//.test(url) && URL.canParse(url) && new URL(url).hostname !== '';
}
