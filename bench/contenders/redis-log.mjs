/** What the contenders of stock parts keep: one stream of JSON texts for each session, and a channel of the same name. */
import { randomUUID } from 'node:crypto';

/** The message as it is kept and published. */
export function newMessage({ sessionId, role, text }) {
  return { id: randomUUID(), sessionId, role, text, createdAt: new Date().toISOString() };
}

/** Keeps a message. What it is published by is each contender's own. */
export function keep(redis, message) {
  return redis.xadd(`log:${message.sessionId}`, '*', 'message', JSON.stringify(message));
}

/** The newest messages, oldest first. */
export async function newest(redis, sessionId, count) {
  const entries = await redis.xrevrange(`log:${sessionId}`, '+', '-', 'COUNT', count);
  return entries.toReversed().map(([, [, json]]) => JSON.parse(json));
}
