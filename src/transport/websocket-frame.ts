/** A whole message of text, as the first byte of a frame says it. */
const TEXT_MESSAGE = 0x81;
/** Up to so many bytes their number has a place in the second byte of the frame. */
const SHORT = 125;
/** Stands there when the two bytes behind it say the number. */
const TWO_BYTES = 126;

/** What stands before a message, at most, bytes. */
export const MOST_BEFORE = 4;

/** Begins a message of text in one frame; gives the place at which it is to be written. It has less than 64 KiB. */
export function beginText(into: Buffer, at: number, length: number): number {
  into[at] = TEXT_MESSAGE;
  if (length <= SHORT) {
    into[at + 1] = length;
    return at + 2;
  }
  into[at + 1] = TWO_BYTES;
  into[at + 2] = length >> 8;
  into[at + 3] = length & 255;
  return at + 4;
}
