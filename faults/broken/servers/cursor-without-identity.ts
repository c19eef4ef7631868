import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../test/support/free-port.ts';
import { Writer } from '../../workload/writer.ts';
import { readAndSettle, settled, subscriberOf } from '../following-all.ts';
import type { BrokenServer } from '../trial.ts';

/** After a lost tail other entries have its numbers, and a cursor that is a number alone points at them. */
export const cursorWithoutIdentity: BrokenServer = {
  name: 'cursor-without-identity',
  invariant: 'I6',
  breakage: { newMark: () => '00000000' },
  async experiment(trial) {
    const { recorder } = trial;
    const directory = await mkdtemp(join(tmpdir(), 'faults-tail-'));
    trial.atEnd(() => rm(directory, { recursive: true }));
    const live = join(directory, 'live');
    const [file, kept] = [join(live, 'sessions.db'), join(directory, 'kept.db')];
    const env = { PORT: String(await freePort()), STORE_URL: `sqlite:${file}` };
    const first = await trial.serve(env);
    const world = await trial.world([first.endpoint]);
    const writer = new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0 });
    for (let n = 0; n < 3; n++) await writer.write();
    await first.stop();
    await copyFile(file, kept);

    const second = await trial.serve(env);
    const subscriber = subscriberOf(world, 'following');
    subscriber.come();
    for (let n = 0; n < 3; n++) await writer.write();
    await settled(() => subscriber.delivered >= 7, 2_000);
    await subscriber.go();
    const fault = { kind: 'fault', name: 'lost tail', lossy: true, outage: true } as const;
    recorder.record({ ...fault, phase: 'injected' });
    await second.stop();
    await rm(live, { recursive: true });
    await mkdir(live);
    await copyFile(kept, file);
    recorder.record({ ...fault, phase: 'healed' });

    await trial.serve(env);
    for (let n = 0; n < 4; n++) await writer.write();
    subscriber.come();
    await readAndSettle(world, [subscriber], 1_500);
  },
};
