import { readFileSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import type { KeySource } from './service-keys.ts';

export interface KeyFileOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Whether a line is a key that may be used. */
  readonly isKey: (line: string) => boolean;
  /** Told when the file can no longer be used, once until it can again. */
  readonly onProblem: (error: unknown) => void;
}

/** The file holds no keys, or a line that is none. */
export class NoKeysError extends Error {
  constructor() {
    super('The file holds no keys, or a line that is none.');
    this.name = 'NoKeysError';
  }
}

/** Milliseconds between looks at the file. */
const LOOK_MS = 500;

/**
 * Keys in a file, one a line; empty lines and those that begin with # say nothing. It is read again twice a second, so
 * keys come and go without a restart. While it cannot be used the last ones hold: it may be half written.
 * @throws NoKeysError, or what reading throws, when it cannot be used the first time.
 */
export function keyFile({ path, clock, isKey, onProblem }: KeyFileOptions): KeySource {
  let text = readFileSync(path, 'utf8');
  let keys = keysIn(text, isKey);
  let works = true;
  const stop = clock.every(LOOK_MS, () => {
    try {
      const now = readFileSync(path, 'utf8');
      if (now !== text) keys = keysIn(now, isKey);
      text = now;
      works = true;
    } catch (error) {
      if (works) onProblem(error);
      works = false;
    }
  });
  return { keys: () => keys, close: stop };
}

function keysIn(text: string, isKey: (line: string) => boolean): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length === 0 || !keys.every(isKey)) throw new NoKeysError();
  return keys;
}
