import { parseArgs } from 'node:util';
import { isSessionId } from '../core/session.ts';
import { isUserId, USER_ID } from './import-arguments.ts';

export interface ExportArguments {
  readonly of: { readonly session: string } | { readonly user: string };
  /** The file to write, which must not be there; null: the standard output. */
  readonly output: string | null;
}

export type ExportCommand =
  | { readonly kind: 'export'; readonly arguments: ExportArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

export function exportUsage(): string {
  return `agent-sessions export: writes a session, or all of a user, as JSON Lines

Usage: node dist/main.js export --session ID [--output FILE]
       node dist/main.js export --user ID [--output FILE]

  --session ID   The session.
  --user ID      All sessions of that user.
  --output FILE  Where to write; the file must not be there. Else the standard output.

They are read from the store of STORE_URL, which is not changed. import --file brings them in again, into any store.
`;
}

/** What follows `export` on the command line. */
export function parseExportArguments(args: readonly string[]): ExportCommand {
  const parsed = parse(args);
  if (typeof parsed === 'string') return { kind: 'problems', problems: [parsed] };
  const { session, user, output = null, help = false } = parsed;
  if (help) return { kind: 'help' };
  const problems: string[] = [];
  if ((session === undefined) === (user === undefined)) {
    problems.push('Name a session or a user, one of the two.');
  }
  if (session !== undefined && !isSessionId(session)) problems.push('--session is no id of a session.');
  if (user !== undefined && !isUserId(user)) problems.push(`--user must have ${USER_ID}.`);
  if (output === '') problems.push('--output needs a value.');
  if (problems.length > 0) return { kind: 'problems', problems };
  return {
    kind: 'export',
    arguments: { of: session === undefined ? { user: user ?? '' } : { session }, output },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        session: { type: 'string' },
        user: { type: 'string' },
        output: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
