import { openHttpClient } from './http-client.mjs';
import { openSocketClient } from './socket-client.mjs';

/** Operations at once on one WebSocket. */
const PER_SOCKET = 16;

/**
 * Those who ask, one operation at a time each: over a kept HTTP connection of its own, or over a WebSocket that it shares.
 * `ready` comes before a run, `ask(payload, onAnswer)` hands over the bytes of the answer; `onFault` is told when there is
 * none, or one of errors.
 */
export async function openWriters({ transport, port, count, onFault }) {
  const open = transport === 'websocket' ? openOnSockets : openOnHttp;
  return open(
    port,
    count,
    (bytes) => {
      if (!bytes.includes('"errors"')) return true;
      onFault(new Error(`An operation was refused: ${bytes.toString().slice(0, 300)}`));
      return false;
    },
    onFault,
  );
}

async function openOnHttp(port, count, isData, onFault) {
  const open = async () => {
    let told = null;
    let client = null;
    const onAnswer = (_status, body) => {
      const tell = told;
      told = null;
      if (isData(body)) tell(body);
    };
    const onClose = () => {
      client = null;
      if (told !== null) onFault(new Error('The server closed a connection instead of an answer.'));
    };
    return {
      // Servers close what is idle between two runs.
      ready: async () => void (client ??= await openHttpClient(port, onAnswer, onClose)),
      ask(payload, tell) {
        told = tell;
        if (client === null) onFault(new Error('The server closed a connection that was in use.'));
        client?.ask(payload);
      },
    };
  };
  return Promise.all(Array.from({ length: count }, open));
}

async function openOnSockets(port, count, isData) {
  const sockets = Array.from({ length: Math.ceil(count / PER_SOCKET) }, async (_, socket) => {
    const asked = new Map();
    const client = await openSocketClient(port, (bytes, start, end) => {
      const text = bytes.toString('latin1', start, end);
      const { id, type } = JSON.parse(text);
      const operation = asked.get(id);
      if (type === 'complete') operation.onAnswer(operation.answer);
      else if (!isData(bytes.subarray(start, end))) asked.delete(id);
      // Kept, since what it is a view of is read over.
      else operation.answer = Buffer.from(text, 'latin1');
    });
    const slots = Math.min(PER_SOCKET, count - socket * PER_SOCKET);
    return Array.from({ length: slots }, (__, slot) => ({
      ready: async () => undefined,
      ask(payload, onAnswer) {
        asked.set(String(slot), { onAnswer, answer: null });
        client.subscribe(String(slot), payload);
      },
    }));
  });
  return (await Promise.all(sockets)).flat();
}
