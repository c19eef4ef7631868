#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { parseArguments } from './cli/arguments.ts';
import { eraseUsage, type EraseCommand } from './cli/erase-arguments.ts';
import { exportUsage, type ExportCommand } from './cli/export-arguments.ts';
import { importUsage, type ImportCommand } from './cli/import-arguments.ts';
import { createLogger } from './cli/logger.ts';
import { tokenUsage, type TokenCommand } from './cli/token-arguments.ts';
import { usage } from './cli/usage.ts';
import { ConfigError, parseConfig, type Config } from './config.ts';

// Each command loads what it needs: all of the server takes a second, and the usage should not.
const command = parseArguments(process.argv.slice(2));

switch (command.kind) {
  case 'help':
    process.stdout.write(usage());
    break;
  case 'version':
    process.stdout.write(`${version()}\n`);
    break;
  case 'unknown':
    process.stderr.write(`There is no ${command.argument}.\n\n${usage()}`);
    process.exitCode = 2;
    break;
  case 'import':
    process.exitCode = await bringIn(command.command);
    break;
  case 'export':
    process.exitCode = await takeOut(command.command);
    break;
  case 'erase':
    process.exitCode = await erase(command.command);
    break;
  case 'token':
    process.exitCode = await printToken(command.command);
    break;
  case 'doctor':
    process.exitCode = await doctor();
    break;
  case 'serve':
    await run();
}

async function doctor(): Promise<number> {
  const [{ examine }, { runDoctor }] = await Promise.all([import('./app.ts'), import('./cli/doctor.ts')]);
  return runDoctor({
    parse: () => parseConfig(process.env),
    examine,
    nodeVersion: process.version,
    write: out,
  });
}

async function printToken(command: TokenCommand): Promise<number> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(tokenUsage());
      return 0;
    case 'problems':
      return refuse(command.problems, tokenUsage());
    case 'token':
      try {
        const config = parseConfig(process.env);
        const { makeToken } = await import('./cli/token.ts');
        process.stdout.write(`${await makeToken(config, command.arguments, Date.now())}\n`);
        return 0;
      } catch (error) {
        process.stderr.write(`${explain(error)}\n`);
        return 1;
      }
  }
}

async function bringIn(command: ImportCommand): Promise<number> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(importUsage());
      return 0;
    case 'problems':
      return refuse(command.problems, importUsage());
    case 'import':
      return withConfig(async (config, log) => {
        const { runImport } = await import('./cli/import.ts');
        return runImport(command.arguments, {
          open: async (options) => (await import('./app.ts')).openImport(config, options, log),
          write: out,
          progress: { isTTY: process.stderr.isTTY, write: tell },
        });
      });
    case 'restore':
      return withConfig(async (config, log) => {
        const { runRestore } = await import('./cli/restore.ts');
        return runRestore(command.arguments, {
          open: async (options) => (await import('./app.ts')).openRestore(config, options, log),
          limits: config.limits.domain,
          write: out,
          tell,
        });
      });
  }
}

async function takeOut(command: ExportCommand): Promise<number> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(exportUsage());
      return 0;
    case 'problems':
      return refuse(command.problems, exportUsage());
    case 'export':
      return withConfig(async (config, log) => {
        const { runExport } = await import('./cli/export.ts');
        return runExport(command.arguments, {
          open: async () => (await import('./app.ts')).openStore(config, log),
          now: Date.now(),
          stdout: process.stdout,
          tell,
        });
      });
  }
}

async function erase(command: EraseCommand): Promise<number> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(eraseUsage());
      return 0;
    case 'problems':
      return refuse(command.problems, eraseUsage());
    case 'erase':
      return withConfig(async (config, log) => {
        const { runErase } = await import('./cli/erase.ts');
        return runErase(command.arguments, {
          open: async (user) => (await import('./app.ts')).openErasure(config, user, log),
          write: out,
          tell,
        });
      });
  }
}

/** Runs a command on the configured store. */
async function withConfig(run: (config: Config, log: Logger) => Promise<number>): Promise<number> {
  try {
    // A connection that is being made again is no news: a call that fails says so.
    return await run(parseConfig(process.env), createLogger('error', process.stderr));
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

function refuse(problems: readonly string[], usageText: string): 2 {
  process.stderr.write(`${problems.join('\n')}\n\n${usageText}`);
  return 2;
}

function out(text: string): void {
  process.stdout.write(text);
}

function tell(text: string): void {
  process.stderr.write(text);
}

async function run(): Promise<void> {
  try {
    const config = parseConfig(process.env);
    const log = createLogger(config.logLevel);
    const { serve } = await import('./cli/serve.ts');
    const serving = await serve(config, log);
    const onSignal = (): void => {
      // A second signal has its default effect: it ends a shutdown that takes too long.
      process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
      serving.stop().catch((error: unknown) => {
        log.fatal({ err: error }, 'The shutdown failed');
        process.exitCode = 1;
      });
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
    const startLine = await serving.startLine();
    // A person reads a sentence, a log collector a record.
    if (process.stdout.isTTY) process.stdout.write(`${startLine}\n`);
    else log.info(startLine);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) {
    return `${error.message}\n${error.problems.map((problem) => `  ${problem}`).join('\n')}`;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'agent-sessions could not start: something listens on that port already. Stop it, or choose another with PORT=4001.';
  }
  return `agent-sessions could not start: ${error instanceof Error ? error.message : String(error)}`;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}
