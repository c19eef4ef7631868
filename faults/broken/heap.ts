import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOKS = 5;
const PAUSE_MS = 40;

/**
 * Bytes that this process needs on its heap and beside it, once what nobody holds is gone: the least of some looks, since
 * what is on its way, and buffers whose owner was collected, go a little later.
 */
export async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await sleep(PAUSE_MS);
    runInNewContext('gc()');
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
}
