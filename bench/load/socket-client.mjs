import { connect } from 'node:net';
import { clientFrame, FrameReader, pongFrame } from './frames.mjs';

const HANDSHAKE =
  'GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n';
const INIT = clientFrame('{"type":"connection_init"}');

/** What is read goes here and is looked at before the next is read, whoever reads: nothing is made of it. */
const READ = Buffer.allocUnsafeSlow(256 * 1024);

/**
 * A raw socket that speaks graphql-transport-ws; `onMessage(bytes, start, end, at)` gets what comes after the
 * acknowledgement, and when it was read.
 */
export function openSocketClient(port, onMessage, onEnd = () => {}) {
  return new Promise((resolve, reject) => {
    const onread = {
      buffer: READ,
      callback: (length, buffer) => {
        readAt = performance.now();
        onData(buffer.subarray(0, length));
        return true;
      },
    };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
    let head = '';
    let reader = null;
    let readAt = 0;
    const client = {
      subscribe: (id, payload) =>
        socket.write(clientFrame(JSON.stringify({ id, type: 'subscribe', payload }))),
      close: () => socket.destroy(),
    };
    const onAck = (bytes, start, end) => {
      const text = bytes.toString('latin1', start, end);
      if (!text.includes('connection_ack')) return reject(new Error(`No acknowledgement, but ${text}`));
      take = onMessage;
      resolve(client);
    };
    let take = onAck;
    socket.once('connect', () => socket.write(HANDSHAKE));
    const onData = (chunk) => {
      if (reader !== null) return reader.push(chunk);
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (!head.startsWith('HTTP/1.1 101')) return reject(new Error(head.slice(0, 200)));
      reader = new FrameReader(
        (bytes, from, to) => take(bytes, from, to, readAt),
        (payload) => socket.write(pongFrame(payload)),
      );
      socket.write(INIT);
      if (head.length > end + 4) reader.push(Buffer.from(head.slice(end + 4), 'latin1'));
    };
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('The socket was closed.'));
      onEnd();
    });
  });
}
