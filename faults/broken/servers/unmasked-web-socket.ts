import type { Storage } from '../../../src/app/storage.ts';
import { StoreUnavailableError } from '../../../src/core/errors.ts';
import { Writer } from '../../workload/writer.ts';
import { readAndSettle } from '../following-all.ts';
import type { BrokenServer } from '../trial.ts';

/** The store refuses every other write. */
function refusing(own: Storage): Storage {
  let writes = 0;
  return {
    ...own,
    store: {
      ...own.store,
      async append(write) {
        if (++writes % 2 === 1) throw new StoreUnavailableError('READONLY: the text of a store');
        return own.store.append(write);
      },
    },
  };
}

/** A WebSocket server beside the product's pipeline tells errors as they are, without codes. */
export const unmaskedWebSocket: BrokenServer = {
  name: 'unmasked-web-socket',
  invariant: 'I12',
  breakage: { bareWebSocket: true },
  async experiment(trial) {
    const { endpoint, socketEndpoint } = await trial.serve(
      { STORE_URL: 'sqlite::memory:' },
      { storage: refusing },
    );
    const world = await trial.world([endpoint]);
    const writer = new Writer(
      { ...world, endpoints: [socketEndpoint] },
      { name: 'w', via: 'WebSocket', paceMs: 0, repeats: 10 },
    );
    for (let n = 0; n < 3; n++) await writer.write();
    await writer.stop();
    await readAndSettle(world, []);
  },
};
