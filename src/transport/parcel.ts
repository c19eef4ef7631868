import type { Parcel as Told } from '../core/feed/parcel.ts';
import type { Framing, Payload } from './payload.ts';
import { Frames } from './websocket-frames.ts';

/** Bytes from which on nothing more is put in: less than half of what may wait for a connection. */
const FULL = 24 * 1024;

/** Results that go out at once, in their order; what a transport makes of them is made once for all who are given them. */
export class Parcel implements Told<Payload> {
  readonly #payloads: Payload[] = [];
  #bytes = 0;
  #hasFailed = false;
  #frames: Frames | undefined;
  #framed: Map<Framing, Buffer> | undefined;

  static of(...payloads: readonly Payload[]): Parcel {
    const parcel = new Parcel();
    for (const payload of payloads) parcel.add(payload);
    return parcel;
  }

  get payloads(): readonly Payload[] {
    return this.#payloads;
  }

  /** Length of the results in UTF-8, without what is put around them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Not once anybody has been given it. */
  add(payload: Payload): boolean {
    this.#payloads.push(payload);
    this.#bytes += payload.bytes;
    this.#hasFailed ||= payload.code !== null;
    return this.#bytes < FULL;
  }

  /** The same for who asked with that request. */
  forRequest(requestId: string): Parcel {
    if (!this.#hasFailed) return this;
    return Parcel.of(...this.#payloads.map((payload) => payload.forRequest(requestId)));
  }

  /** As messages of a WebSocket. */
  get frames(): Frames {
    return (this.#frames ??= new Frames(this.#payloads, this.#bytes));
  }

  /** The bytes that a framing makes of all of them. */
  framed(framing: Framing): Buffer {
    const [only] = this.#payloads;
    if (only !== undefined && this.#payloads.length === 1) return only.framed(framing);
    this.#framed ??= new Map();
    let bytes = this.#framed.get(framing);
    if (bytes === undefined) {
      bytes = Buffer.from(this.#payloads.map(framing).join(''));
      this.#framed.set(framing, bytes);
    }
    return bytes;
  }
}
