import { Writer } from '../../workload/writer.ts';
import { readAndSettle, settled, subscriberOf } from '../following-all.ts';
import type { BrokenServer } from '../trial.ts';

/** It takes a while to write as much as the system keeps for a reader. */
const STALLED_MS = 2_500;

/** An event stream whose client takes nothing stays for ever, where no timer looks at it. */
export const noStallTimer: BrokenServer = {
  name: 'sse-without-stall-timer',
  invariant: 'I11',
  breakage: { env: { LIMIT_STALL_MS: '600000' } },
  promises: { stalledMs: STALLED_MS },
  async experiment(trial) {
    const { endpoint } = await trial.serve(
      { STORE_URL: 'sqlite::memory:' },
      { env: { LIMIT_STALL_MS: '400' } },
    );
    const world = await trial.world([endpoint]);
    const subscriber = subscriberOf(world, 'stalled', { via: 'SSE' });
    subscriber.come();
    await settled(() => subscriber.delivered > 0, 2_000);
    const stalled = subscriber.stall(STALLED_MS + 100);
    const writer = new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0, padding: 512 * 1024 });
    for (let n = 0; n < 20; n++) await writer.write();
    await stalled;
    subscriber.resume();
    await readAndSettle(world, [subscriber]);
  },
};
