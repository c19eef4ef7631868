import type { Payload } from './payload.ts';
import { beginText, MOST_BEFORE } from './websocket-frame.ts';

/** From so many characters on a message goes in two fragments: the second is the same bytes for all that wait for it. */
const LARGE = 4 * 1024;

const BRACE = 125;

const BEFORE_ID = '{"id":';
const BEHIND_ID = ',"type":"next","payload":';

/** What the messages of one operation begin with: all in which they differ from those of another. */
export interface Head {
  /** The operation's id as JSON. */
  readonly id: string;
  readonly text: string;
  /** Length of the text in UTF-8. */
  readonly bytes: number;
}

export function headOf(operationId: string): Head {
  const id = JSON.stringify(operationId);
  const text = `${BEFORE_ID}${id}${BEHIND_ID}`;
  return { id, text, bytes: Buffer.byteLength(text) };
}

/** What follows a head. */
export function restOfMessage({ json }: Payload): string {
  return `${json}}`;
}

/** Whether a message has no place in one frame that is copied for each operation. */
export function isLarge({ json }: Payload): boolean {
  return json.length >= LARGE;
}

/** The frames for one operation, and where its id stands in them. */
interface Pattern {
  readonly headBytes: number;
  readonly bytes: Buffer;
  readonly ids: readonly number[];
}

/**
 * The messages of some payloads, one after the other, as frames of WebSocket. Those for a further operation are copied as
 * a whole from a pattern, and get its id.
 */
export class Frames {
  readonly #payloads: readonly Payload[];
  readonly #bytes: number;
  #isAsked = false;
  /** For heads of one length: the ids that clients make are of equal length. */
  #pattern: Pattern | undefined;
  /** Whether any message is; then they go one by one. */
  readonly hasLarge: boolean;

  /** @param bytes Length of the payloads in UTF-8. */
  constructor(payloads: readonly Payload[], bytes: number) {
    this.#payloads = payloads;
    this.#bytes = bytes;
    this.hasLarge = payloads.some(isLarge);
  }

  /** Bytes that they take, at most. */
  size(head: Head): number {
    return this.#bytes + this.#payloads.length * (MOST_BEFORE + head.bytes + 1);
  }

  /** Writes them to that place, and gives the one behind them. */
  write(into: Buffer, at: number, head: Head): number {
    const isFirst = !this.#isAsked;
    this.#isAsked = true;
    // Most have one reader: a pattern is for those who come after the first.
    if (isFirst) return writeEach(this.#payloads, into, at, head);
    if (this.#pattern?.headBytes !== head.bytes)
      this.#pattern = patternOf(this.#payloads, head, this.size(head));
    const { bytes, ids } = this.#pattern;
    into.set(bytes, at);
    const [first] = ids;
    if (first === undefined) return at;
    const from = at + first;
    const end = from + into.write(head.id, from);
    for (let n = 1; n < ids.length; n++) into.copyWithin(at + (ids[n] ?? 0), from, end);
    return at + bytes.length;
  }
}

function patternOf(payloads: readonly Payload[], head: Head, size: number): Pattern {
  const bytes = Buffer.allocUnsafe(size);
  const ids: number[] = [];
  const end = writeEach(payloads, bytes, 0, head, ids);
  return { headBytes: head.bytes, bytes: bytes.subarray(0, end), ids };
}

/** @param ids Is told where the operation's id stands in each. */
function writeEach(
  payloads: readonly Payload[],
  into: Buffer,
  at: number,
  head: Head,
  ids?: number[],
): number {
  let end = at;
  for (const payload of payloads) {
    const start = beginText(into, end, head.bytes + payload.bytes + 1);
    ids?.push(start + BEFORE_ID.length);
    end = start + into.write(head.text, start);
    // Once there are bytes that are shared they are copied, which is quicker than to encode the text.
    if (payload.beginsToBeWritten()) {
      end += into.write(payload.json, end);
      into[end++] = BRACE;
    } else {
      const rest = payload.framed(restOfMessage);
      into.set(rest, end);
      end += rest.length;
    }
  }
  return end;
}
