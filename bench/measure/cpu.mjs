import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks in a second, as Linux counts the time of processes. */
const TICKS = 100;

/** Seconds of CPU, in user and kernel mode, of a process and of all that it started. */
export function cpuOfTree(pid) {
  let seconds = 0;
  const left = [pid];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    try {
      const fields = readFileSync(`/proc/${next}/stat`, 'utf8').split(') ').at(-1).split(' ');
      seconds += (Number(fields[11]) + Number(fields[12])) / TICKS;
      for (const thread of readdirSync(`/proc/${next}/task`)) {
        const children = readFileSync(`/proc/${next}/task/${thread}/children`, 'utf8');
        left.push(...children.split(' ').filter(Boolean).map(Number));
      }
    } catch (error) {
      // It has ended meanwhile.
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }
  return seconds;
}

/** Seconds that all processors were busy, and those in which the machine's owner gave them to others. */
function machine() {
  const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user, nice, system, , , irq, softirq, steal] = line.trim().split(/\s+/).slice(1).map(Number);
  return { busy: (user + nice + system + irq + softirq) / TICKS, stolen: steal / TICKS };
}

/**
 * Watches what else the machine does: the returned function tells what share of its processors others took since,
 * beside the processes of this benchmark.
 */
export function watchOthers(cores) {
  const own = cpuOfTree(process.pid);
  const before = machine();
  const start = performance.now();
  return () => {
    const { busy, stolen } = machine();
    const seconds = (performance.now() - start) / 1_000;
    const others = busy - before.busy - (cpuOfTree(process.pid) - own) + (stolen - before.stolen);
    return Math.max(0, others) / (seconds * cores);
  };
}
