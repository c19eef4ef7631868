import { connect } from 'node:net';
import { ChunkReader, requestOf } from './http-client.mjs';

/** A subscription over server-sent events on a raw socket; `onMessage(bytes, start, end)` gets each chunk of whole events. */
export function openEventStream(port, payload, onMessage, onEnd = () => {}) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const chunks = new ChunkReader();
    let head = Buffer.alloc(0);
    let isOpen = false;
    const take = (bytes) => {
      for (const chunk of chunks.push(bytes)) onMessage(chunk, 0, chunk.length);
    };
    socket.once('connect', () => socket.write(requestOf(payload, 'text/event-stream')));
    socket.on('data', (bytes) => {
      if (isOpen) return take(bytes);
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (!head.toString('latin1', 0, 12).endsWith('200'))
        return reject(new Error(head.toString().slice(0, 200)));
      isOpen = true;
      resolve({ close: () => socket.destroy() });
      take(head.subarray(end + 4));
    });
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('The stream was closed.'));
      onEnd();
    });
  });
}
