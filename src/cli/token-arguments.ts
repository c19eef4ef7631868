import { parseArgs } from 'node:util';
import type { TokenArguments } from './token.ts';

export type TokenCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }
  | { readonly kind: 'token'; readonly arguments: TokenArguments };

const HOUR = 3_600;
const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', HOUR],
  ['d', 24 * HOUR],
]);

export function tokenUsage(): string {
  return `Makes a token for AUTH=jwt with JWT_SECRET, for development.

Usage: node dist/main.js token --user NAME [--expires 1h]
       node dist/main.js token --service NAME [--expires 1h]

  --user NAME      a token of that user
  --service NAME   a token of a service, which acts for any user
  --expires TIME   until when it holds: a number and s, m, h or d; 1h
`;
}

export function parseTokenArguments(args: readonly string[]): TokenCommand {
  const parsed = parse(args);
  if (typeof parsed === 'string') return { kind: 'problems', problems: [parsed] };
  const { user, service, expires = '1h', help = false } = parsed;
  if (help) return { kind: 'help' };
  const problems: string[] = [];
  const subject = user ?? service ?? '';
  if ((user === undefined) === (service === undefined)) {
    problems.push('Name a user or a service, one of the two.');
  } else if (subject === '' || subject.length > 256 || !subject.isWellFormed()) {
    problems.push('A name has 1 to 256 characters.');
  }
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(expires) ?? [];
  const expiresIn = Number(count ?? 0) * (UNITS.get(unit) ?? 0);
  if (expiresIn === 0) problems.push('--expires is a number above 0 and s, m, h or d.');
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'token', arguments: { subject, service: service !== undefined, expiresIn } };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        user: { type: 'string' },
        service: { type: 'string' },
        expires: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
