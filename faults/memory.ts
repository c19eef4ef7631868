import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from './history/recorder.ts';
import { memoryOf } from './topologies/process-figures.ts';
import type { Topology } from './topologies/topology.ts';

const LOOK_MS = 250;

/** Records what servers take of memory, against what each process took when it was first seen. */
export interface MemoryWatch {
  /** The load is over. */
  stop(): void;
  /**
   * Nobody is connected any more: records the least that each holds within the time. What was let go is given back a
   * little later.
   * @param most Bytes; how long one looks that holds no more.
   */
  lookAfterwards(most: number, mostMs: number): Promise<void>;
}

/** Looks at all servers four times a second. */
export async function watchMemory({ servers }: Topology, recorder: Recorder): Promise<MemoryWatch> {
  const began = new Map<number, number>();
  /** null: it was killed in this moment. */
  const takenBy = async (pid: number): Promise<number | null> => {
    const bytes = await memoryOf(pid).catch(() => null);
    if (bytes === null) return null;
    const first = began.get(pid) ?? bytes;
    began.set(pid, first);
    return bytes - first;
  };
  const look = async (): Promise<void> => {
    for (const { index, process } of servers) {
      const bytes = await takenBy(process.pid);
      if (bytes !== null) recorder.record({ kind: 'memory', server: index, bytes, phase: 'under load' });
    }
  };
  await look();
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    stop: () => clearInterval(timer),
    async lookAfterwards(most, mostMs) {
      const end = Date.now() + mostMs;
      await Promise.all(
        servers.map(async ({ index, process }) => {
          let least = Number.POSITIVE_INFINITY;
          do {
            if (least < Number.POSITIVE_INFINITY) await sleep(100);
            least = Math.min(least, (await takenBy(process.pid)) ?? least);
          } while (least > most && Date.now() < end);
          recorder.record({ kind: 'memory', server: index, bytes: least, phase: 'afterwards' });
        }),
      );
    },
  };
}
