import { ask } from '../load/ask.mjs';
import { cpuOfTree } from '../measure/cpu.mjs';

/** From nothing to the first answer. */
export const startUp = [
  {
    name: 'start-up',
    title: 'From the start of the process to the first answer',
    unit: 'start',
    needs: ['append'],
    base: 'apollo',
    hasLength: true,
    open(contender, place) {
      return async () => {
        const start = performance.now();
        const server = await place.server();
        if (contender.name === 'bare-http') await ask(server.port, { variables: {} });
        else await ask(server.port, { query: '{ __typename }', variables: { last: 1, sessionId: 's' } });
        const ms = performance.now() - start;
        const cpu = cpuOfTree(server.pid);
        await server.stop();
        return {
          operations: 1,
          seconds: ms / 1_000,
          cpu,
          latency: { p50: ms, p99: ms },
          lost: 0,
          repeated: 0,
        };
      };
    },
  },
];
