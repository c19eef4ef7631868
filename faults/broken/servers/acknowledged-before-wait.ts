import { startRedis } from '../../../test/support/redis-server.ts';
import { startProxy } from '../../../test/support/tcp-proxy.ts';
import { Writer } from '../../workload/writer.ts';
import { readAndSettle, settled } from '../following-all.ts';
import type { BrokenServer } from '../trial.ts';

/** A write is acknowledged when the master has it: a failover takes it away, and the durable profile promised it. */
export const acknowledgedBeforeWait: BrokenServer = {
  name: 'acknowledged-before-wait',
  invariant: 'I1',
  breakage: { env: { REDIS_WAIT_REPLICAS: '0' } },
  promises: { profile: 'durable' },
  async experiment(trial) {
    const { recorder } = trial;
    const master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    trial.atEnd(() => master.stop());
    const relay = await startProxy(master.port);
    trial.atEnd(() => relay.stop());
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(relay.port)] });
    trial.atEnd(() => replica.stop());
    const durable = { env: { REDIS_WAIT_REPLICAS: '1' } };
    const before = await trial.serve({ STORE_URL: master.url }, durable);
    let isLinked = false;
    await settled(() => {
      void replica.cli('INFO', 'replication').then((info) => (isLinked ||= info.includes('link_status:up')));
      return isLinked;
    }, 5_000);
    const world = await trial.world([before.endpoint]);
    const writer = new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0, repeats: 0 });
    await writer.write();
    relay.stall();
    await writer.write();
    const fault = {
      kind: 'fault',
      name: 'master killed behind its replica',
      lossy: true,
      outage: true,
    } as const;
    recorder.record({ ...fault, phase: 'injected' });
    await master.kill();
    await replica.cli('REPLICAOF', 'NO', 'ONE');
    recorder.record({ ...fault, phase: 'healed' });
    const after = await trial.serve({ STORE_URL: replica.url });
    await readAndSettle({ ...world, endpoints: [after.endpoint] }, []);
  },
};
