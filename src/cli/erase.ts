import { writeFile } from 'node:fs/promises';
import type { OpenedErasure } from '../app.ts';
import { CodedError } from '../core/errors.ts';
import { eraseUser } from '../core/erasure.ts';
import type { EraseArguments } from './erase-arguments.ts';

export interface EraseSurroundings {
  readonly open: (user: string) => Promise<OpenedErasure>;
  /** For the receipt. */
  readonly write: (text: string) => void;
  /** For what went wrong. */
  readonly tell: (text: string) => void;
}

/**
 * Erases a user, and writes the receipt.
 * @returns The exit code: 0 when nothing was left; 1 when it broke off, or sessions kept being made meanwhile: it is to be
 * run again then.
 */
export async function runErase(
  { user, receipt }: EraseArguments,
  { open, write, tell }: EraseSurroundings,
): Promise<0 | 1> {
  try {
    // Made before anything is erased: there is no second one.
    if (receipt !== null) await writeFile(receipt, '', { flag: 'wx', mode: 0o600 });
    const { close, ...erasure } = await open(user);
    try {
      const done = await eraseUser({ ...erasure, userId: user });
      const text = `${JSON.stringify(done, null, 2)}\n`;
      if (receipt === null) write(text);
      else await writeFile(receipt, text);
      if (done.complete) return 0;
      tell('Sessions kept being made for this user. Take the tokens away, and run it again.\n');
      return 1;
    } finally {
      await close();
    }
  } catch (error) {
    const told = error instanceof CodedError || (error instanceof Error && 'code' in error);
    if (!told) throw error;
    tell(`The erasure broke off: ${error.message}\nRun it again: what is gone stays gone.\n`);
    return 1;
  }
}
