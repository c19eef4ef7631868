import { parseArgs } from 'node:util';
import { isUserId, USER_ID } from './import-arguments.ts';

export interface EraseArguments {
  readonly user: string;
  /** The file for the receipt, which must not be there; null: the standard output. */
  readonly receipt: string | null;
}

export type EraseCommand =
  | { readonly kind: 'erase'; readonly arguments: EraseArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

export function eraseUsage(): string {
  return `agent-sessions erase: removes all that the store of STORE_URL holds of a user

Usage: node dist/main.js erase --user ID [--receipt FILE]

  --user ID       The user. All sessions of that user go, and what is kept under the user's name; it cannot be undone.
  --receipt FILE  Where to write the receipt, as JSON; the file must not be there. Else the standard output.

It can be run again at any time; after a run that broke off it has to be.
`;
}

/** What follows `erase` on the command line. */
export function parseEraseArguments(args: readonly string[]): EraseCommand {
  const parsed = parse(args);
  if (typeof parsed === 'string') return { kind: 'problems', problems: [parsed] };
  const { user, receipt = null, help = false } = parsed;
  if (help) return { kind: 'help' };
  const problems: string[] = [];
  if (user === undefined || !isUserId(user)) problems.push(`--user is needed, and must have ${USER_ID}.`);
  if (receipt === '') problems.push('--receipt needs a value.');
  if (problems.length > 0 || user === undefined) return { kind: 'problems', problems };
  return { kind: 'erase', arguments: { user, receipt } };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        user: { type: 'string' },
        receipt: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
