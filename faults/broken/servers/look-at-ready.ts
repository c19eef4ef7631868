import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '../../../test/support/redis-server.ts';
import { startProxy } from '../../../test/support/tcp-proxy.ts';
import { Writer } from '../../workload/writer.ts';
import { readAndSettle, settled, subscriberOf } from '../following-all.ts';
import { lookingAtReady, overRelay } from '../relayed-live.ts';
import type { BrokenServer, Trial } from '../trial.ts';

/** How long a command takes to Redis. */
const LATE_MS = 300;
/** Long enough for the product to have its connection again. */
const BACK_MS = 1_500;

const looked = new EventTarget();

/**
 * It reads again as soon as ioredis says `ready`, when the subscription is still on its way: what is written between the
 * two rings for nobody. A safety poll would hide that.
 */
export const lookAtReady: BrokenServer = {
  name: 'look-at-ready',
  invariant: 'I7',
  breakage: {
    storage: (own, { LIVE_URL = '' }) =>
      lookingAtReady(own, LIVE_URL, () => looked.dispatchEvent(new Event('looked'))),
  },
  promises: { catchUpMs: 3_000 },
  experiment,
};

async function experiment(trial: Trial): Promise<void> {
  const redis = await startRedis();
  trial.atEnd(() => redis.stop());
  const relay = await startProxy(redis.port);
  trial.atEnd(() => relay.stop());
  const url = `redis://127.0.0.1:${relay.port}`;
  const { endpoint } = await trial.serve(
    { STORE_URL: redis.url },
    { storage: overRelay(url), env: { LIVE_URL: url }, pollMs: 1_000_000_000 },
  );
  const world = await trial.world([endpoint]);
  const subscriber = subscriberOf(world, 'following');
  subscriber.come();
  await settled(() => subscriber.delivered > 0, 2_000);
  relay.delay(LATE_MS, 'to the target');
  const isBack = new Promise((resolve) => looked.addEventListener('looked', resolve, { once: true }));
  relay.cut();
  await Promise.race([isBack, sleep(BACK_MS)]);
  await new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0 }).write();
  await readAndSettle(world, [subscriber], 3_200);
}
