import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config.ts';

/** What a log tells of an error. Drivers hang more on theirs: commands with passwords, users' texts. */
interface ToldError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ToldError;
}

/** A structured log, one JSON object a line. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: toldError } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function toldError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code: unknown = 'code' in error ? error.code : undefined;
  // JSON.parse repeats a piece of the text.
  const message = error instanceof SyntaxError ? 'a text that cannot be parsed' : error.message;
  return {
    type: error.name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack.replace(error.message, message) }),
    ...(error.cause === undefined ? {} : { cause: toldError(error.cause) }),
  };
}
