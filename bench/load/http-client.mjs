import { connect } from 'node:net';

const END = Buffer.from('\r\n\r\n');

/**
 * A raw HTTP/1.1 connection that is kept: one request at a time, `onAnswer(status, body)` gets the answer to each, and
 * `onClose` is told when the server closes it.
 */
export function openHttpClient(port, onAnswer, onClose) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let rest = Buffer.alloc(0);
    socket.once('error', reject);
    socket.once('connect', () => {
      resolve({
        ask: (payload) => socket.write(requestOf(payload)),
        close: () => socket.destroy(),
      });
    });
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const answer = answerIn(rest);
      if (answer === null) return;
      rest = Buffer.alloc(0);
      onAnswer(answer.status, answer.body);
    });
    socket.once('close', onClose);
  });
}

/** The bytes of a POST that asks for JSON, or for a stream. */
export function requestOf(payload, accept = 'application/json') {
  const body = Buffer.from(JSON.stringify(payload));
  const head =
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: ${accept}\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** An answer that has come as a whole, by its length or in chunks; null: it has not. */
function answerIn(bytes) {
  const end = bytes.indexOf(END);
  if (end === -1) return null;
  const head = bytes.toString('latin1', 0, end).toLowerCase();
  const status = Number(head.slice(9, 12));
  const start = end + 4;
  const [, length] = /content-length: (\d+)/.exec(head) ?? [];
  if (length !== undefined) {
    if (bytes.length < start + Number(length)) return null;
    return { status, body: bytes.subarray(start, start + Number(length)) };
  }
  const reader = new ChunkReader();
  const body = [...reader.push(bytes.subarray(start))];
  return reader.isOver ? { status, body: Buffer.concat(body) } : null;
}

/** Takes the chunks of a body out of their wrapping. */
export class ChunkReader {
  #rest = Buffer.alloc(0);
  isOver = false;

  *push(piece) {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let at = 0;
    while (!this.isOver) {
      const line = bytes.indexOf('\r\n', at);
      if (line === -1) break;
      const length = Number.parseInt(bytes.toString('latin1', at, line), 16);
      const end = line + 2 + length;
      if (bytes.length < end + 2) break;
      this.isOver = length === 0;
      if (length > 0) yield bytes.subarray(line + 2, end);
      at = end + 2;
    }
    this.#rest = bytes.subarray(at);
  }
}
