import { cpuOfTree } from '../measure/cpu.mjs';

/** CPU of the measured server and of its store, in seconds, for the work. */
export async function withCpu(server, place, work) {
  const cpu = () => cpuOfTree(server.pid);
  const redis = () => place.storePids.reduce((sum, pid) => sum + cpuOfTree(pid), 0);
  const before = { cpu: cpu(), redis: redis() };
  const result = await work();
  return { ...result, cpu: cpu() - before.cpu, redis: redis() - before.redis };
}

/**
 * A scenario of writers and followers. What followers get is measured on a server of its own, which others write to
 * through a second one, as behind a load balancer; where that cannot be, the one server does both.
 * @param load What `Traffic` is given. `counts`: what is counted, 'delivered' or 'written'.
 */
export function trafficScenario({ counts, load, rate, writesApart = counts === 'delivered', ...scenario }) {
  return {
    ...scenario,
    async open(contender, place) {
      const server = await place.server(place.execArgv);
      const isApart = writesApart && contender.isAlone !== true;
      const writer = isApart ? await place.server() : server;
      const generator = place.generator();
      const { dialect } = contender;
      await generator.tell('open', { ...load, dialect, readPort: server.port, writePort: writer.port });
      return async (seconds) => {
        const run = await withCpu(server, place, () => generator.tell('run', { seconds, rate }));
        return {
          operations: run[counts],
          seconds: run.seconds,
          cpu: run.cpu,
          redis: run.redis,
          latency: counts === 'delivered' ? run.delivery : run.answer,
          lost: run.lost,
          repeated: run.repeated,
        };
      };
    },
  };
}
