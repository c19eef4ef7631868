import { Redis } from 'ioredis';
import type { Storage } from '../../../src/app/storage.ts';
import { NotFoundError, StoreUnavailableError } from '../../../src/core/errors.ts';
import type { Append } from '../../../src/core/store.ts';
import { startRedis } from '../../../test/support/redis-server.ts';
import { Writer } from '../../workload/writer.ts';
import { readAndSettle } from '../following-all.ts';
import { entryOf } from '../naive-log.ts';
import type { BrokenServer } from '../trial.ts';

const SCRIPT = 'return 1';

function rememberingInMulti(own: Storage, url: string): Storage {
  const client = new Redis(url);
  const append = async (write: Append) => {
    const script = String(await client.script('LOAD', SCRIPT));
    await client.script('FLUSH');
    const key = `done:${write.once?.key}`;
    const [remembered, ran] = (await client.multi().set(key, '1', 'NX').evalsha(script, 0).exec()) ?? [];
    if (remembered?.[1] === null) {
      const session = await own.store.get(write.sessionId);
      if (session === null) throw new NotFoundError();
      const entries = write.steps.flatMap((step) =>
        step.kind === 'item' ? entryOf(1, step.item, session.end) : [],
      );
      return { session, entries };
    }
    if (ran?.[0] instanceof Error) throw new StoreUnavailableError('Try again.');
    return own.store.append(write);
  };
  return {
    ...own,
    store: {
      ...own.store,
      append,
      async close() {
        client.disconnect();
        await own.store.close();
      },
    },
  };
}

/** A MULTI remembers the key, and its script is not known: the write is answered when it is repeated, and is nowhere. */
export const multiAroundScript: BrokenServer = {
  name: 'multi-around-script',
  invariant: 'I1',
  breakage: { storage: (own, { STORE_URL = '' }) => rememberingInMulti(own, STORE_URL) },
  promises: { profile: 'durable' },
  async experiment(trial) {
    const redis = await startRedis();
    trial.atEnd(() => redis.stop());
    const { endpoint } = await trial.serve({ STORE_URL: redis.url });
    const world = await trial.world([endpoint]);
    const writer = new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0 });
    for (let n = 0; n < 3; n++) {
      await redis.cli('SCRIPT', 'FLUSH');
      await writer.write();
    }
    await readAndSettle(world, []);
  },
};
