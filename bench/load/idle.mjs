import { forEachOf } from './ask.mjs';
import { DIALECTS } from './dialects.mjs';
import { openSocketClient } from './socket-client.mjs';
import { openEventStream } from './event-stream-client.mjs';

const AT_ONCE = 100;

/** Subscriptions on which nothing happens, each on a connection of its own, spread over so many sessions. */
export class Idle {
  #options;
  #clients = [];

  constructor(options) {
    this.#options = options;
  }

  /** Opens so many more. */
  async add(count) {
    const { port, dialect, sessions, transport = 'websocket' } = this.#options;
    const first = this.#clients.length;
    const numbers = Array.from({ length: count }, (_, n) => first + n);
    await forEachOf(numbers, AT_ONCE, async (n) => {
      const payload = DIALECTS[dialect].follow(`s${n % sessions}`);
      if (transport === 'event-stream') {
        this.#clients.push(await openEventStream(port, payload, () => {}));
        return;
      }
      const client = await openSocketClient(port, () => {});
      client.subscribe('1', payload);
      this.#clients.push(client);
    });
  }

  close() {
    for (const client of this.#clients.splice(0)) client.close();
  }
}
