import type { Logger } from 'pino';
import { ConfigError, type Config } from '../config.ts';
import type { Finding } from '../core/diagnosis.ts';
import { createLogger } from './logger.ts';

export interface DoctorOptions {
  /** @throws ConfigError */
  readonly parse: () => Config;
  /** Looks at what the configuration names; throws what keeps it from going on. */
  readonly examine: (config: Config, log: Logger) => AsyncIterable<Finding>;
  /** Node's own, as `v24.1.0`. */
  readonly nodeVersion: string;
  readonly write: (text: string) => void;
}

/** Says in plain words what works and what does not, a line each. Gives the exit code: 0, or 1 when something does not. */
export async function runDoctor({ parse, examine, nodeVersion, write }: DoctorOptions): Promise<number> {
  let problems = 0;
  const tell = ({ ok, text }: Finding): void => {
    if (!ok) problems++;
    write(`${ok ? 'ok     ' : 'PROBLEM'}  ${text}\n`);
  };
  // What connections say of themselves while a call fails is the reason that the call has.
  let heard = '';
  const log = createLogger('warn', { write: (line: string) => void (heard = reasonOf(line) ?? heard) });
  tell({ ok: true, text: `This is Node ${nodeVersion.replace(/^v/, '')}.` });
  try {
    const config = parse();
    tell({ ok: true, text: 'The configuration has no problem.' });
    for await (const finding of examine(config, log)) tell(finding);
  } catch (error) {
    if (error instanceof ConfigError) for (const text of error.problems) tell({ ok: false, text });
    else tell({ ok: false, text: [...messagesOf(error), heard].filter((text) => text !== '').join(' ') });
  }
  write(
    problems === 0
      ? '\nEverything works.\n'
      : `\n${problems === 1 ? 'There is a problem' : `There are ${problems} problems`}: see above.\n`,
  );
  return problems === 0 ? 0 : 1;
}

/** What an error says, and what its causes do. */
function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : messagesOf(error.cause))];
}

/** What a line of the log says of an error. */
function reasonOf(line: string): string | null {
  const told: unknown = JSON.parse(line);
  if (typeof told !== 'object' || told === null || !('err' in told)) return null;
  const { err } = told;
  if (typeof err !== 'object' || err === null || !('message' in err)) return null;
  return typeof err.message === 'string' ? err.message : null;
}
