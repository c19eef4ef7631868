/** WebSocket frames, as a client writes and reads them. */
const CONTINUATION = 0;
const TEXT = 1;
const PING = 9;
const PONG = 10;
/** How a message of text in one frame begins, and what says that the next two bytes are its length. */
const WHOLE_TEXT = 0x81;
const TWO_BYTES = 126;

/** A frame of a client; a mask of zeros leaves the bytes as they are. */
export function clientFrame(payload, opcode = TEXT) {
  const bytes = Buffer.from(payload);
  const { length } = bytes;
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | length, 0, 0, 0, 0])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, 0xfe, length >> 8, length & 255, 0, 0, 0, 0])
        : longHead(opcode, length);
  return Buffer.concat([head, bytes]);
}

function longHead(opcode, length) {
  const head = Buffer.alloc(14);
  head[0] = 0x80 | opcode;
  head[1] = 0xff;
  head.writeUInt32BE(length, 6);
  return head;
}

/**
 * Reads what a server sends, piece by piece: `onMessage(bytes, start, end)` gets each whole message, `onPing` the content
 * of a ping; both are over before `push` returns, and so is what they were given. A message in fragments is put together
 * first.
 */
export class FrameReader {
  #rest = null;
  #fragments = [];
  #onMessage;
  #onPing;

  constructor(onMessage, onPing) {
    this.#onMessage = onMessage;
    this.#onPing = onPing;
  }

  /** The piece may be written over afterwards. */
  push(chunk) {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    const { length } = bytes;
    let at = 0;
    // Nearly all: a message in one frame of 126 bytes to 64 KiB.
    while (at + 4 <= length && bytes[at] === WHOLE_TEXT && bytes[at + 1] === TWO_BYTES) {
      const end = at + 4 + ((bytes[at + 2] << 8) | bytes[at + 3]);
      if (end > length) break;
      this.#onMessage(bytes, at + 4, end);
      at = end;
    }
    for (;;) {
      const next = this.#frame(bytes, at);
      if (next === at) break;
      at = next;
    }
    this.#rest = at === length ? null : Buffer.from(bytes.subarray(at));
  }

  /** Where the next frame begins; `at` when this one is not there as a whole. */
  #frame(bytes, at) {
    if (bytes.length < at + 2) return at;
    const first = bytes[at];
    let length = bytes[at + 1] & 127;
    let start = at + 2;
    if (length === TWO_BYTES) {
      if (bytes.length < at + 4) return at;
      length = bytes.readUInt16BE(at + 2);
      start = at + 4;
    } else if (length === 127) {
      if (bytes.length < at + 10) return at;
      length = bytes.readUInt32BE(at + 6);
      start = at + 10;
    }
    const end = start + length;
    if (bytes.length < end) return at;
    const opcode = first & 15;
    if (opcode === PING) this.#onPing(bytes.subarray(start, end));
    else if (opcode === TEXT || opcode === CONTINUATION) this.#data(first >= 128, bytes, start, end);
    return end;
  }

  #data(isLast, bytes, start, end) {
    if (isLast && this.#fragments.length === 0) return this.#onMessage(bytes, start, end);
    this.#fragments.push(Buffer.from(bytes.subarray(start, end)));
    if (!isLast) return;
    const whole = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#onMessage(whole, 0, whole.length);
  }
}

export const pongFrame = (payload) => clientFrame(payload, PONG);
