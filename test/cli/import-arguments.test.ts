import { describe, expect, it } from 'vitest';
import { parseImportArguments } from '../../src/cli/import-arguments.ts';

const FROM = 'redis://localhost:6379/0';

function argumentsOf(...args: readonly string[]) {
  const command = parseImportArguments(args);
  return command.kind === 'import' ? command.arguments : command;
}

function problemsOf(...args: readonly string[]): readonly string[] {
  const command = parseImportArguments(args);
  return command.kind === 'problems' ? command.problems : [];
}

describe('the arguments of an import', () => {
  it('need no more than where the histories are', () => {
    expect(argumentsOf('--from', FROM)).toEqual({
      from: FROM,
      owner: null,
      dryRun: false,
      collapseRepeats: false,
    });
  });

  it('name one owner or a file of them, and what to do differently', () => {
    expect(argumentsOf(`--from=${FROM}`, '--user', 'ada', '--dry-run', '--collapse-repeats')).toEqual({
      from: FROM,
      owner: { user: 'ada' },
      dryRun: true,
      collapseRepeats: true,
    });
    expect(argumentsOf('--from', FROM, '--users', 'users.json')).toMatchObject({
      owner: { file: 'users.json' },
    });
    expect(argumentsOf('--from', FROM, '--user=-ada-')).toMatchObject({ owner: { user: '-ada-' } });
  });

  it('are explained when that is asked for, whatever else is said', () => {
    expect(parseImportArguments(['--nonsense', '-h'])).toEqual({ kind: 'help' });
  });

  it('are refused with every problem at once', () => {
    expect(
      problemsOf('extra', '--from', 'http://localhost', '--user', 'a', '--users', 'f', '--dry-run=yes', '-x'),
    ).toEqual([
      'There is no argument extra.',
      '--dry-run takes no value.',
      'There is no option -x.',
      '--from must be redis://host:port/db or rediss://host:port/db.',
      '--user and --users exclude each other.',
    ]);
  });

  it.each([
    [[], '--from or --file is needed: where the histories are, redis://host:port/db, or what export wrote.'],
    [['--from'], '--from needs a value.'],
    [['--from', ''], '--from needs a value.'],
    [['--from', 'redis://'], '--from must be redis://host:port/db or rediss://host:port/db.'],
    [['--from', FROM, '--user', 'x'.repeat(257)], '--user must have 1 to 256 characters.'],
    [
      ['--from', FROM, '--user', '--dry-run'],
      '--user needs a value; one that begins with - is written --user=--dry-run.',
    ],
    [['--from', FROM, '--toString'], 'There is no option --toString.'],
  ])('are refused: %j', (args, problem) => {
    expect(problemsOf(...args)).toEqual([problem]);
  });
});
