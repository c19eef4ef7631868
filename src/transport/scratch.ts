import type { Socket } from 'node:net';

/** More than most turns have for one connection. */
const SIZE = 64 * 1024;

let scratch = Buffer.allocUnsafeSlow(SIZE);

/**
 * Writes what `fill` puts into a buffer of that size; it gives how much that is. What the system takes at once, nearly
 * all, is put together in one piece of memory after the other's, and leaves nothing to be collected.
 */
export function writeThrough(
  stream: Socket,
  size: number,
  fill: (into: Buffer) => number,
  done?: () => void,
): void {
  // What has to wait is kept: in a buffer of its own, when that can be told before.
  const isOwn = size > SIZE || stream.writableLength > 0;
  const buffer = isOwn ? Buffer.allocUnsafe(size) : scratch;
  const end = fill(buffer);
  stream.write(buffer.subarray(0, end), done);
  if (!isOwn && stream.writableLength > 0) scratch = Buffer.allocUnsafeSlow(SIZE);
}
