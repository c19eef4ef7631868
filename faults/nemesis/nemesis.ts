import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from '../history/recorder.ts';
import { randomOf } from './random.ts';
import type { Strike } from './schedule.ts';

/** Carries out a schedule, one fault after the other; ends early, with all put right, when it is told to. */
export async function strike(
  schedule: readonly Strike[],
  recorder: Recorder,
  isOver: () => boolean,
  tell: (line: string) => void,
): Promise<void> {
  for (const { fault, pauseMs, lastsMs, seed } of schedule) {
    await sleep(pauseMs);
    if (isOver()) return;
    const { name, lossy = false, outage = false } = fault;
    tell(`${Math.round(recorder.now())} ms: ${name}`);
    recorder.record({ kind: 'fault', name, phase: 'injected', lossy, outage });
    const heal = await fault.inject(randomOf(seed));
    await sleep(lastsMs);
    tell(`${Math.round(recorder.now())} ms: to be put right`);
    await heal();
    recorder.record({ kind: 'fault', name, phase: 'healed', lossy, outage });
  }
}
