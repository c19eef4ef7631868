import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until the check no longer throws, and fails with what it threw last. Between two tries it leaves the
 * machine to the processes that it waits for; `until` does not, and is for what happens in this one.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeout = 15_000, interval = 20 }: { timeout?: number | undefined; interval?: number } = {},
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await sleep(interval);
  }
}
