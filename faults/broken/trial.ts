import { check, type Violation } from '../checker/check.ts';
import type { InvariantName } from '../checker/judged.ts';
import { PROMISES, type Promises } from '../checker/promises.ts';
import { Recorder } from '../history/recorder.ts';
import { randomOf } from '../nemesis/random.ts';
import type { Tokens } from '../workload/tokens.ts';
import { makeSessions } from '../workload/workload.ts';
import type { World } from '../workload/world.ts';
import type { Breakage } from './breakage.ts';
import { serveBroken, type Served } from './composition.ts';

/** A server that is broken on purpose, and an experiment that shows it. */
export interface BrokenServer {
  readonly name: string;
  /** The invariant that convicts it. */
  readonly invariant: InvariantName;
  readonly breakage: Breakage;
  /** What the experiment is judged by, where it differs. */
  readonly promises?: Partial<Promises>;
  /** The same for the broken server and for the product: the one is convicted by it, the other acquitted. */
  readonly experiment: (trial: Trial) => Promise<void>;
}

/** One experiment with one server. */
export class Trial {
  readonly recorder = new Recorder();
  readonly #breakage: Breakage;
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(breakage: Breakage) {
    this.#breakage = breakage;
  }

  /** Starts a server, the broken one or the product; it is stopped at the trial's end. */
  async serve(env: Readonly<Record<string, string>>, conditions?: Breakage): Promise<Served> {
    const served = await serveBroken(env, this.#breakage, conditions);
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= served.stop());
    this.atEnd(stop);
    return { ...served, stop };
  }

  /** The clients' world around servers, with one session that was just made. */
  async world(endpoints: readonly string[], tokens: Tokens | null = null): Promise<World> {
    const world = { recorder: this.recorder, random: randomOf(1), tokens, endpoints };
    return { ...world, sessions: await makeSessions(world, 1) };
  }

  /** The last that was begun is ended first. */
  atEnd(end: () => Promise<unknown>): void {
    this.#ends.unshift(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}

/** What the checker says of a server after its experiment. */
export async function judge(
  { experiment, promises = {} }: Pick<BrokenServer, 'experiment' | 'promises'>,
  breakage: Breakage,
): Promise<readonly Violation[]> {
  const trial = new Trial(breakage);
  try {
    await experiment(trial);
  } finally {
    await trial.end();
  }
  return check(trial.recorder.events, { ...PROMISES, ...promises });
}
