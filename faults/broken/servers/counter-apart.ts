import { Writer } from '../../workload/writer.ts';
import { readAndSettle, settled, subscriberOf } from '../following-all.ts';
import { withNaiveLog } from '../naive-log.ts';
import type { BrokenServer } from '../trial.ts';

/** A number is taken in one call and its entry written in another: readers pass by what is written late. */
export const counterApart: BrokenServer = {
  name: 'counter-apart',
  invariant: 'I6',
  breakage: { storage: withNaiveLog },
  async experiment(trial) {
    const { endpoint } = await trial.serve({ STORE_URL: 'sqlite::memory:' });
    const world = await trial.world([endpoint]);
    const subscriber = subscriberOf(world, 'following');
    subscriber.come();
    await settled(() => subscriber.delivered > 0, 2_000);
    const writers = ['a', 'b', 'c', 'd'].map((name) => new Writer(world, { name, via: 'HTTP', paceMs: 0 }));
    await Promise.all(
      writers.map(async (writer) => {
        for (let n = 0; n < 15; n++) await writer.write();
      }),
    );
    await readAndSettle(world, [subscriber]);
  },
};
