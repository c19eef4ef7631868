import { startProxy } from '../../../test/support/tcp-proxy.ts';
import { Writer } from '../../workload/writer.ts';
import { readAndSettle } from '../following-all.ts';
import type { BrokenServer } from '../trial.ts';

/** A write whose answer was lost is written again when it is repeated. */
export const noIdempotency: BrokenServer = {
  name: 'no-idempotency',
  invariant: 'I2',
  breakage: {
    storage: (own) => ({
      ...own,
      store: { ...own.store, append: (write) => own.store.append({ ...write, once: undefined }) },
    }),
  },
  async experiment(trial) {
    const { endpoint } = await trial.serve({ STORE_URL: 'sqlite::memory:' });
    const world = await trial.world([endpoint]);
    const relay = await startProxy(Number(new URL(endpoint).port));
    trial.atEnd(() => relay.stop());
    const relayed = { ...world, endpoints: [`http://127.0.0.1:${relay.port}/graphql`] };
    const writer = new Writer(relayed, { name: 'w', via: 'HTTP', paceMs: 0, repeats: 10 });
    for (let n = 0; n < 5; n++) {
      relay.cutAtNextReply();
      await writer.write();
    }
    await readAndSettle(world, []);
  },
};
