import { setImmediate } from 'node:timers/promises';

/** Resolves when the condition holds; fails with what it waits for when the time is up. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  milliseconds = 15_000,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited too long: ${what}`);
    await setImmediate();
  }
}
