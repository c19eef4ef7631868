import { openEventStream } from './event-stream-client.mjs';
import { isNumberAt, numberAt, placeOfNumber } from './numbered-text.mjs';
import { openSocketClient } from './socket-client.mjs';

/**
 * One who follows a session, and checks what comes: in each lane (a lane is what one writer writes, every `lanes`-th
 * number) the numbers must come one after the other. `onDelivery(number)` is told of each, 0 apart, which only shows that
 * the subscription has begun.
 */
export class Follower {
  isJoined = false;
  /** Numbers that never came, and numbers that came again or too late. */
  lost = 0;
  repeated = 0;
  #last;
  #lanes;
  #length;
  #onDelivery;
  /** Where the number stood in the last message. */
  #place = 0;

  constructor({ lanes, length, onDelivery }) {
    this.#lanes = lanes;
    this.#length = length;
    this.#onDelivery = onDelivery;
    this.#last = new Int32Array(lanes);
    for (let lane = 1; lane < lanes; lane++) this.#last[lane] = lane;
  }

  async open({ transport, port, payload, onEnd }) {
    const take = (bytes, start, end) => this.#take(bytes, start, end);
    if (transport === 'event-stream') return openEventStream(port, payload, take, onEnd);
    const client = await openSocketClient(port, take, onEnd);
    client.subscribe('1', payload);
    return client;
  }

  #take(bytes, start, end) {
    let at = start + this.#place;
    if (at >= end || !isNumberAt(bytes, at)) {
      at = placeOfNumber(bytes, start, end);
      if (at === -1) return;
      this.#place = at - start;
    }
    while (at !== -1) {
      this.#told(numberAt(bytes, at));
      at += this.#length;
      // Pieces that were joined stand side by side; events in one chunk do not.
      if (at >= end) return;
      if (!isNumberAt(bytes, at)) at = placeOfNumber(bytes, at, end);
    }
  }

  #told(number) {
    if (number === 0) {
      this.isJoined = true;
      return;
    }
    const lane = number % this.#lanes;
    const expected = this.#last[lane] + this.#lanes;
    if (number === expected) {
      this.#last[lane] = number;
    } else if (number > expected) {
      this.lost += (number - expected) / this.#lanes;
      this.#last[lane] = number;
    } else {
      this.repeated++;
      return;
    }
    this.#onDelivery(number);
  }
}
