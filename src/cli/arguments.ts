import { parseEraseArguments, type EraseCommand } from './erase-arguments.ts';
import { parseExportArguments, type ExportCommand } from './export-arguments.ts';
import { parseImportArguments, type ImportCommand } from './import-arguments.ts';
import { parseTokenArguments, type TokenCommand } from './token-arguments.ts';

export type Command =
  | { readonly kind: 'serve' | 'doctor' | 'help' | 'version' }
  | { readonly kind: 'import'; readonly command: ImportCommand }
  | { readonly kind: 'export'; readonly command: ExportCommand }
  | { readonly kind: 'erase'; readonly command: EraseCommand }
  | { readonly kind: 'token'; readonly command: TokenCommand }
  | { readonly kind: 'unknown'; readonly argument: string };

const COMMANDS: ReadonlySet<string> = new Set(['serve', 'doctor']);
const OPTIONS: ReadonlySet<string> = new Set(['--help', '-h', '--version', '-v']);

/** What the command line asks for; the first argument that is not known decides. */
export function parseArguments(args: readonly string[]): Command {
  if (args[0] === 'import') return { kind: 'import', command: parseImportArguments(args.slice(1)) };
  if (args[0] === 'export') return { kind: 'export', command: parseExportArguments(args.slice(1)) };
  if (args[0] === 'erase') return { kind: 'erase', command: parseEraseArguments(args.slice(1)) };
  if (args[0] === 'token') return { kind: 'token', command: parseTokenArguments(args.slice(1)) };
  const [first = 'serve', ...rest] = args;
  const unknown = [
    ...(COMMANDS.has(first) || OPTIONS.has(first) ? [] : [first]),
    ...rest.filter((arg) => !OPTIONS.has(arg)),
  ][0];
  if (unknown !== undefined) return { kind: 'unknown', argument: unknown };
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help' };
  if (args.includes('--version') || args.includes('-v')) return { kind: 'version' };
  return { kind: args[0] === 'doctor' ? 'doctor' : 'serve' };
}
