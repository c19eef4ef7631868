import { Watching } from '../../../src/core/watching.ts';
import { Tokens } from '../../workload/tokens.ts';
import { Writer } from '../../workload/writer.ts';
import { readAndSettle, settled, subscriberOf } from '../following-all.ts';
import type { BrokenServer } from '../trial.ts';

/** Follows for everybody what a service may follow. */
class OpenWatching extends Watching {
  readonly #own: Watching;

  constructor(own: Watching) {
    // The other's parts are used.
    super({ sessions: undefined as never, feeds: undefined as never, lists: undefined as never });
    this.#own = own;
  }

  override events(_viewer: unknown, sessionId: string, after: string | null | undefined) {
    return this.#own.events({ kind: 'SERVICE', userId: 'anybody' }, sessionId, after);
  }
}

/** Who knows a session's id is told what happens in it. */
export const noOwnerCheck: BrokenServer = {
  name: 'no-owner-check',
  invariant: 'I10',
  breakage: { watching: (own) => new OpenWatching(own) },
  async experiment(trial) {
    const tokens = new Tokens(3_600);
    const { endpoint } = await trial.serve({ STORE_URL: 'sqlite::memory:', ...tokens.env });
    const world = await trial.world([endpoint], tokens);
    const stranger = subscriberOf(world, 'stranger', { user: 'mallory' });
    stranger.come();
    await new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0 }).write();
    const isTold = () => trial.recorder.events.some(({ kind }) => kind === 'delivered' || kind === 'refused');
    await settled(isTold, 2_000);
    await stranger.leave();
    await readAndSettle(world, []);
  },
};
