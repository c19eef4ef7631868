import { randomUUID } from 'node:crypto';
import { openEventStream } from './event-stream-client.mjs';
import { isNumberAt, numberAt, placeOfNumber } from './numbered-text.mjs';
import { openSocketClient } from './socket-client.mjs';

const QUOTE = 34;
const BRACE = 125;

/**
 * One who follows a session, and checks what comes: in each lane (a lane is what one writer writes, every `lanes`-th
 * number) the numbers must come one after the other. `onDelivery(number, at)` is told of each and when it was read,
 * 0 apart, which only shows that the subscription has begun.
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
    if (transport === 'event-stream') {
      const take = (bytes, start, end) => this.#takeAll(bytes, start, end, performance.now());
      return openEventStream(port, payload, take, onEnd);
    }
    const take = (bytes, start, end, at) => this.#take(bytes, start, end, at);
    const client = await openSocketClient(port, take, onEnd);
    // As the usual clients name their operations: what they get differs by it.
    client.subscribe(randomUUID(), payload);
    return client;
  }

  /** One message: nearly always a text as a whole, where that of the last one stood. */
  #take(bytes, start, end, readAt) {
    const at = start + this.#place;
    const after = at + this.#length;
    if (after < end && bytes[after] === QUOTE && bytes[end - 1] === BRACE && isNumberAt(bytes, at)) {
      this.#told(numberAt(bytes, at), readAt);
    } else {
      this.#takeAll(bytes, start, end, readAt);
    }
  }

  #takeAll(bytes, start, end, readAt) {
    let at = placeOfNumber(bytes, start, end);
    if (at === -1) return;
    this.#place = at - start;
    while (at !== -1) {
      this.#told(numberAt(bytes, at), readAt);
      at += this.#length;
      // Pieces that were joined stand side by side; events in one chunk do not.
      if (at >= end) return;
      if (!isNumberAt(bytes, at)) at = placeOfNumber(bytes, at, end);
    }
  }

  #told(number, at) {
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
    this.#onDelivery(number, at);
  }
}
