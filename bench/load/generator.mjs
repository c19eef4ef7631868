/** The process that makes load: does what its parent says, `{ act, options }`, and answers with `{ result }` or `{ error }`. */
import { Idle } from './idle.mjs';
import { replay } from './replay.mjs';
import { Traffic } from './traffic.mjs';

let traffic;
let idle;

const ACTS = {
  async open(options) {
    traffic = new Traffic(options);
    await traffic.open();
  },
  run: (options) => traffic.run(options),
  idle(options) {
    idle = new Idle(options);
  },
  add: ({ count }) => idle.add(count),
  close: () => idle.close(),
  replay,
};

async function answer({ act, options }) {
  try {
    process.send({ result: await ACTS[act](options) });
  } catch (error) {
    process.send({ error: [error.stack, error.cause?.stack].filter(Boolean).join('\n') });
  }
}

process.on('message', (message) => void answer(message));
process.on('disconnect', () => process.exit());
