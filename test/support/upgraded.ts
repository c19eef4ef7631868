import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A WebSocket below its frames: it reads only when it is told to, and says whatever it likes. */
export interface Upgraded {
  readonly stream: Duplex;
  /** Bytes that the server has sent and that were read. */
  readonly received: Buffer;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  /** Sends a frame; resolves when the connection has room for another, or is gone. */
  send(opcode: number, payload: string | Buffer): Promise<void>;
  /** Reads from now on, until `pause`. */
  read(): void;
  pause(): void;
}

export const TEXT = 0x1;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

/** Resolves when the server has switched; nothing is read until `read`. */
export async function upgrade(endpoint: string): Promise<Upgraded> {
  const asked = httpRequest(endpoint, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-protocol': 'graphql-transport-ws',
    },
  });
  asked.end();
  const [, stream, head]: [unknown, Socket, Buffer] = (await once(asked, 'upgrade')) as never;
  stream.setMaxListeners(0);
  const chunks = [head];
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk)).pause();
  // A connection that is cut is what `gone` tells.
  stream.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  return {
    stream,
    get received() {
      return Buffer.concat(chunks);
    },
    gone,
    async send(opcode, payload) {
      if (stream.destroyed || stream.write(frame(opcode, Buffer.from(payload)))) return;
      await Promise.race([new Promise<void>((resolve) => stream.once('drain', resolve)), gone]);
    },
    read: () => void stream.resume(),
    pause: () => void stream.pause(),
  };
}

/** As clients write it: masked, by nothing. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size =
    length < 126
      ? [0x80 | length]
      : length < 65_536
        ? [0xfe, length >> 8, length & 0xff]
        : [0xff, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]);
}

/** The frames of a server in what was received, whole ones only. */
export function framesIn(received: Buffer): { readonly opcode: number; readonly payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = [];
  for (let at = 0; at + 2 <= received.length;) {
    const opcode = received.readUInt8(at) & 0xf;
    const short = received.readUInt8(at + 1);
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + head > received.length) break;
    const length =
      short < 126 ? short : short === 126 ? received.readUInt16BE(at + 2) : received.readUInt32BE(at + 6);
    const end = at + head + length;
    if (end > received.length) break;
    frames.push({ opcode, payload: received.subarray(at + head, end) });
    at = end;
  }
  return frames;
}
