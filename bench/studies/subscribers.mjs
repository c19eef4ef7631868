import { once } from 'node:events';
import { request } from 'node:http';
import { WebSocket } from 'ws';

export const TRANSPORTS = ['WebSocket', 'SSE', 'multipart'];

/** Subscribes; resolves when the server has answered. */
export function open(transport, server, query, variables) {
  return transport === 'WebSocket'
    ? openWebSocket(server, query, variables)
    : openStream(transport, server, query, variables);
}

/** A reader: `onResult` is told the data of each result, also of those that came before it was set. */
function newReader(transport) {
  let told = (data) => void early.push(data);
  const early = [];
  return {
    transport,
    tell: (data) => told(data),
    set onResult(listener) {
      told = listener;
      for (const data of early.splice(0)) listener(data);
    },
  };
}

async function openWebSocket(server, query, variables) {
  const socket = new WebSocket(server.endpoint.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.on('error', () => undefined);
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  const reader = newReader('WebSocket');
  socket.on('message', (text) => {
    const { type, payload } = JSON.parse(text);
    if (type === 'next') reader.tell(payload.data);
  });
  socket.send(JSON.stringify({ id: 'a', type: 'subscribe', payload: { query, variables } }));
  return Object.assign(reader, {
    port: socket._socket.localPort,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    leave: () => socket.terminate(),
    ended: new Promise((resolve) => socket.once('close', resolve)),
  });
}

async function openStream(transport, server, query, variables) {
  const accept = transport === 'SSE' ? 'text/event-stream' : 'multipart/mixed;subscriptionSpec="1.0"';
  const sent = post(server, { accept }, { query, variables });
  const [response] = await once(sent, 'response');
  sent.on('error', () => undefined);
  response.on('error', () => undefined);
  const reader = newReader(transport);
  const [delimiter, json] =
    transport === 'SSE' ? ['\n\n', /^data: (\{.*)$/m] : ['\r\n--graphql', /^\{"payload":(\{.*)\}$/m];
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk) => {
    const pieces = (rest + chunk).split(delimiter);
    rest = pieces.pop();
    for (const piece of pieces) {
      const [, payload] = json.exec(piece) ?? [];
      if (payload !== undefined) reader.tell(JSON.parse(payload).data);
    }
  });
  return Object.assign(reader, {
    port: response.socket.localPort,
    pause: () => response.pause(),
    resume: () => response.resume(),
    leave: () => sent.destroy(),
    ended: new Promise((resolve) => response.once('close', resolve)),
  });
}

function post(server, headers, body) {
  const sent = request(server.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  });
  sent.end(JSON.stringify(body));
  return sent;
}
