import { AgentSessionsError } from './errors.ts';
import { MirrorWriter } from './mirror-writer.ts';
import {
  beginMirroring,
  brokenOff,
  gathered,
  goneOn,
  handedOver,
  responseOver,
  writtenDown,
  type Mirroring,
  type MirrorProgress,
} from './mirroring.ts';
import type { SessionHandle } from './session-handle.ts';
import {
  generatedItem,
  historySoFar,
  isTakenIn,
  omitsReasoningIds,
  runEvent,
  sessionOf,
  type StreamedRun,
} from './streamed-run.ts';
import type { Timer } from './timer.ts';

export interface MirrorOptions {
  /**
   * WHOLE: what the run was given begins with what the session has already, and what follows, the question, is stored
   * first. NEW: its input is stored by other means. WHOLE.
   */
  readonly scope?: 'WHOLE' | 'NEW';
}

/** The events of a run, which is written to the session as they pass. The end waits for the last write. */
export async function* mirrored<Event>(
  handle: SessionHandle,
  run: StreamedRun<Event>,
  options: MirrorOptions,
): AsyncGenerator<Event, void, undefined> {
  const mirror = new RunMirror(handle, run, options);
  let isLeft = true;
  try {
    for await (const event of run) {
      mirror.meet(event);
      yield event;
    }
    isLeft = false;
  } catch (error) {
    isLeft = false;
    // What the run failed with comes before what writing failed with.
    await mirror.end(true).catch(() => undefined);
    throw error;
  } finally {
    if (isLeft) await mirror.end(true);
  }
  await mirror.end(run.cancelled === true);
}

/** Does what `mirroring.ts` says about a run's events. */
class RunMirror {
  readonly #run: StreamedRun;
  readonly #writer: MirrorWriter;
  readonly #timer: Timer;
  readonly #omitReasoningIds: boolean;
  /** Of the run's items those that are written, or about to be. */
  readonly #met: WeakSet<object>;
  #state: Mirroring;
  #callOff = (): void => undefined;

  constructor(handle: SessionHandle, run: StreamedRun, { scope = 'WHOLE' }: MirrorOptions) {
    if (handle.id !== undefined && sessionOf(run) === handle.id) {
      throw new AgentSessionsError(
        'BAD_USER_INPUT',
        'The run writes to this session itself: give it session.forMirror(), or no session.',
        { details: { path: ['run'] } },
      );
    }
    this.#run = run;
    this.#writer = new MirrorWriter(handle);
    this.#timer = handle.connection.timer;
    this.#omitReasoningIds = omitsReasoningIds(run);
    this.#met = new WeakSet(run.newItems);
    const agent = run.lastAgent?.name ?? null;
    this.#state = beginMirroring(agent, scope === 'WHOLE' ? agent : null);
    if (scope === 'WHOLE') this.#writer.store(historySoFar(run), agent);
  }

  meet(event: unknown): void {
    const met = runEvent(event);
    switch (met?.kind) {
      case undefined:
        return;
      case 'response':
        this.#gatherThose(isTakenIn);
        return this.#go(responseOver(this.#state));
      case 'delta':
        return this.#go(goneOn(this.#state, met.channel, met.of, met.text));
      case 'agent':
        return this.#go(handedOver(this.#state, met.name));
      case 'item':
        this.#gather(met.source);
        this.#callOff();
        // After all that came with it.
        this.#callOff = this.#timer(0, () => this.#go(writtenDown(this.#state)));
    }
  }

  async end(isBroken: boolean): Promise<void> {
    // A run that fails tells of no more items, though it may have some.
    this.#gatherThose(() => true);
    this.#go(isBroken ? brokenOff(this.#state) : writtenDown(this.#state));
    const failure = await failureOf(this.#run);
    this.#gatherThose(() => true);
    this.#go(responseOver(this.#state));
    const { lastAgent } = this.#run;
    if (!isBroken && lastAgent !== undefined) this.#go(handedOver(this.#state, lastAgent.name));
    await this.#writer.finish();
    if (!isBroken && failure !== null) throw failure.error;
  }

  #gatherThose(wanted: (source: object) => boolean): void {
    for (const source of this.#run.newItems ?? []) if (wanted(source)) this.#gather(source);
  }

  #gather(source: object): void {
    if (this.#met.has(source)) return;
    this.#met.add(source);
    const item = generatedItem(source, this.#omitReasoningIds);
    if (item !== null) this.#state = gathered(this.#state, item);
  }

  #go({ state, steps }: MirrorProgress): void {
    this.#callOff();
    this.#state = state;
    for (const step of steps) this.#writer.perform(step);
  }
}

/** What it failed with, once it is over. */
async function failureOf({ completed }: StreamedRun): Promise<{ readonly error: unknown } | null> {
  try {
    await completed;
    return null;
  } catch (error) {
    return { error };
  }
}
