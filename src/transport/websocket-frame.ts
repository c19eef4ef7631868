/** A whole message of text, as the first byte of a frame says it. */
const TEXT_MESSAGE = 0x81;
/** Up to so many bytes their number has a place in the second byte of the frame. */
const SHORT = 125;
/** Stands there when the two bytes behind it say the number. */
const TWO_BYTES = 126;

/** What a message shares with others: their bytes, or the text when there are none yet, with its length in UTF-8. */
export type Shared = Buffer | { readonly text: string; readonly length: number };

/**
 * One message of text in one frame of WebSocket, in one piece: what is its own, and what it shares with others.
 * @param ownBytes Length of `own` in UTF-8. With `shared` it is less than 64 KiB.
 */
export function textFrame(own: string, ownBytes: number, shared: Shared): Buffer {
  const length = ownBytes + shared.length;
  const start = length <= SHORT ? 2 : 4;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = TEXT_MESSAGE;
  if (length <= SHORT) {
    frame[1] = length;
  } else {
    frame[1] = TWO_BYTES;
    frame.writeUInt16BE(length, 2);
  }
  frame.write(own, start);
  if (Buffer.isBuffer(shared)) frame.set(shared, start + ownBytes);
  else frame.write(shared.text, start + ownBytes);
  return frame;
}
