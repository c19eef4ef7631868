import { ask, forEachOf } from '../load/ask.mjs';
import { DIALECTS } from '../load/dialects.mjs';

/** Subscriptions that are opened and closed before anything is counted, until what is made once has been made. */
const WARM_UP = 500;

/** Sessions that are followed, so that each has ten followers in the end. */
const SESSIONS = 1_000;

/** Bytes that an idle subscription on a WebSocket of its own costs the server. */
const idleAt = (count) => ({
  name: `idle-${count}`,
  title: `${count.toLocaleString('en')} idle subscriptions, each on a WebSocket of its own, of 1,000 sessions`,
  unit: 'subscription',
  needs: ['idle'],
  base: 'apollo',
  once: true,
  contenders: [
    'agent-sessions',
    'agent-sessions-sqlite',
    'agent-sessions-cluster',
    'apollo',
    'mercurius',
    'yoga',
    'bare-ws',
  ],
  async open(contender, place) {
    const server = await place.server(place.execArgv);
    const generator = place.generator();
    const { dialect } = contender;
    await prepare(contender, server);
    await generator.tell('idle', { port: server.port, dialect, sessions: SESSIONS });
    return async () => {
      await generator.tell('add', { count: WARM_UP });
      await generator.tell('close');
      await settled();
      const before = await server.held();
      await generator.tell('add', { count });
      await settled();
      const after = await server.held();
      await generator.tell('close');
      await settled();
      return {
        operations: count,
        heap: (after.heap - before.heap) / count,
        rss: (after.rss - before.rss) / count,
        lost: 0,
        repeated: 0,
      };
    };
  },
});

async function prepare({ dialect }, { port }) {
  const { prepare: create } = DIALECTS[dialect];
  const ids = Array.from({ length: SESSIONS }, (_, n) => `s${n}`);
  await forEachOf(ids, 50, async (id) => {
    const operation = create(id);
    if (operation !== null) await ask(port, operation);
  });
}

/** Nobody is told when a subscription has begun, or a socket is gone. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1_500));

export const idle = [1_000, 5_000, 10_000].map(idleAt);
