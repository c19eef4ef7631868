/**
 * ws and ioredis without GraphQL: what is published goes as it is to every socket that subscribed. It uses the frames of
 * graphql-transport-ws, so that the same clients can count, and nothing else of it.
 */
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { keep, newest, newMessage } from './redis-log.mjs';
import { listen } from './tell.mjs';

const redis = new Redis(process.env.REDIS_URL);
const subscriber = new Redis(process.env.REDIS_URL);
const rooms = new Map();

/** All clients call their only subscription so. */
const frame = (field, payload) =>
  JSON.stringify({ id: '1', type: 'next', payload: { data: { [field]: payload } } });

async function act({ sessionId, role, draftId, last, ...rest }) {
  if (last !== undefined) return { messages: await newest(redis, sessionId, last) };
  if (draftId !== undefined) {
    const piece = { draftId, ...rest };
    await redis.publish(`pieces:${sessionId}`, frame('pieceAdded', piece));
    return { appendPiece: piece };
  }
  const message = newMessage({ sessionId, role, ...rest });
  await Promise.all([
    keep(redis, message),
    redis.publish(`messages:${sessionId}`, frame('messageAdded', message)),
  ]);
  return { addMessage: message };
}

async function join(socket, { query, variables }) {
  const topic = `${query.includes('pieceAdded') ? 'pieces' : 'messages'}:${variables.sessionId}`;
  const room = rooms.get(topic) ?? new Set();
  rooms.set(topic, room.add(socket));
  socket.on('close', () => room.delete(socket));
  await subscriber.subscribe(topic);
}

async function answer(response, variables) {
  const body = JSON.stringify({ data: await act(variables) });
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}

async function take(socket, { id, type, payload }) {
  if (type === 'connection_init') return socket.send('{"type":"connection_ack"}');
  if (type !== 'subscribe') return;
  if (payload.query.startsWith('subscription')) return join(socket, payload);
  socket.send(JSON.stringify({ id, type: 'next', payload: { data: await act(payload.variables) } }));
  socket.send(JSON.stringify({ id, type: 'complete' }));
}

subscriber.on('message', (topic, text) => {
  for (const socket of rooms.get(topic) ?? []) socket.send(text);
});

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => void answer(response, JSON.parse(Buffer.concat(chunks)).variables));
});
new WebSocketServer({ server, path: '/graphql' }).on('connection', (socket) => {
  socket.on('message', (text) => void take(socket, JSON.parse(text)));
});
await listen(server);
