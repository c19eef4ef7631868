import { Writer } from '../../workload/writer.ts';
import { settled, subscriberOf, readAndSettle } from '../following-all.ts';
import { heldBytes } from '../heap.ts';
import { NaiveWatching, replayThenBells } from '../naive-watching.ts';
import type { BrokenServer } from '../trial.ts';

const MIB = 1024 * 1024;

/** What a reader does not take is kept for it, all of it. */
export const unboundedQueue: BrokenServer = {
  name: 'unbounded-queue',
  invariant: 'I11',
  breakage: {
    watching: (_own, { storage, sessions }) => new NaiveWatching(replayThenBells, storage, sessions),
  },
  promises: { memoryBytes: 5 * MIB },
  async experiment(trial) {
    const { endpoint } = await trial.serve({ STORE_URL: 'sqlite::memory:' });
    const world = await trial.world([endpoint]);
    const subscriber = subscriberOf(world, 'stalled');
    subscriber.come();
    await settled(() => subscriber.delivered > 0, 2_000);
    subscriber.pause();
    const writer = new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0, padding: 256 * 1024 });
    await writer.write();
    const before = await heldBytes();
    for (let n = 0; n < 48; n++) await writer.write();
    const bytes = (await heldBytes()) - before;
    trial.recorder.record({ kind: 'memory', server: 0, bytes, phase: 'under load' });
    subscriber.resume();
    await readAndSettle(world, [subscriber], 3_000);
  },
};
