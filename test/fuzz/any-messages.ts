import { anyAsked } from './any-request.ts';
import type { Choices } from './choices.ts';
import type { Names } from './names.ts';

const IDS = ['a', 'b', '__proto__', '', 'x'.repeat(300), '\u2028'];
const TYPES = [
  'connection_init',
  'connection_ack',
  'subscribe',
  'next',
  'error',
  'complete',
  'ping',
  'pong',
  '',
  'toString',
];
const STRANGE = [
  '',
  'null',
  '[]',
  '1',
  '{',
  '{"type":7}',
  '{"type":"subscribe","id":7}',
  '{"type":"subscribe","id":"a"}',
  '\ufeff{}',
];

/** What a client says on one WebSocket: mostly it begins as it should. */
export function anyMessages(
  choices: Choices,
  names: Names,
  token: string | null,
): readonly (string | Buffer)[] {
  const payload = token === null ? {} : { authorization: `Bearer ${token}` };
  const first = choices.once(10) ? [] : [JSON.stringify({ type: 'connection_init', payload })];
  return [...first, ...Array.from({ length: 1 + choices.upTo(4) }, () => anyMessage(choices, names))];
}

function anyMessage(choices: Choices, names: Names): string | Buffer {
  if (choices.once(25)) return choices.of(STRANGE);
  if (choices.once(60)) return Buffer.from(choices.text());
  const id = choices.of(IDS);
  const type = choices.once(5) ? choices.of(TYPES) : 'subscribe';
  const payload = type === 'subscribe' ? anyAsked(choices, names) : choices.json();
  const text = JSON.stringify({ id, type, payload });
  return choices.once(30) ? choices.damaged(text) : text;
}
