import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { MessageRole } from '../log.ts';
import { messageText } from './message.ts';
import { messageMeaning } from './message-meaning.ts';
import { outputText } from './transfers.ts';
import { shapeOf, type ItemShape } from './shape.ts';

/** What of an item decides whether another one is the same, in whichever dialect either is written. */
export interface Comparable {
  /** The call's id on calls and their results, else the item's own id; null when it has none that tells it apart. */
  readonly identity: string | null;
  /** Whether the identity is a call's id. */
  readonly called: boolean;
  /** What the item says, without ids and states: equal for equal items, whatever the order of their keys. */
  readonly content: string;
  /** The same with spaces and line breaks evened out: folding a history twice does not keep them. */
  readonly evened: string;
  /** Recovered from a wrapped history. */
  readonly derived: boolean;
  readonly role: MessageRole | null;
  /** A message of a user or an assistant that has text: what people and `messagesOnly` keep. */
  readonly spoken: boolean;
}

/** Written by adapters of models that give no ids: the same text on every item. */
const PLACEHOLDER_IDS: ReadonlySet<string> = new Set(['', '__fake_id__', 'FAKE_ID']);

/** @param raw an item within the bounds of `jsonFault`: this recurses into it. */
export function comparable(raw: JsonObject, derived: boolean): Comparable {
  const shape = shapeOf(raw);
  const callId = id(raw['callId']) ?? id(raw['call_id']);
  const content = meaningOf(raw, shape, asWritten);
  const role = shape?.kind === 'message' ? shape.role : null;
  return {
    identity: callId === null ? identityOf(raw, shape) : `${kindOf(raw, shape)} of call ${callId}`,
    called: callId !== null,
    content,
    evened: role === null ? content : meaningOf(raw, shape, evened),
    derived,
    role,
    spoken: (role === 'USER' || role === 'ASSISTANT') && messageText(raw) !== '',
  };
}

function identityOf(raw: JsonObject, shape: ItemShape | null): string | null {
  const own = id(raw['id']);
  if (own === null) return null;
  // One answer of a model may give its id to a message and to the reasoning before it.
  if (shape?.kind === 'message') return `message of ${roleName(shape.role)} ${own}`;
  // The dialects disagree on which hosted tool call is a call, not on its id.
  return shape?.kind === 'reasoning' || shape?.kind === 'result' ? `${shape.kind} ${own}` : `item ${own}`;
}

function kindOf(raw: JsonObject, shape: ItemShape | null): string {
  return shape?.kind === 'call' || shape?.kind === 'result'
    ? shape.kind
    : `item ${JSON.stringify(raw['type'])}`;
}

function meaningOf(raw: JsonObject, shape: ItemShape | null, spelling: (text: string) => string): string {
  switch (shape?.kind) {
    case 'message':
      return JSON.stringify(['message', roleName(shape.role), nameOf(raw), messageMeaning(raw, spelling)]);
    case 'call':
      return JSON.stringify(['call', shape.name, shape.arguments]);
    case 'result':
      return JSON.stringify(['result', outputText(shape.output) ?? canonicalJson(shape.output)]);
    case 'reasoning':
      return JSON.stringify(['reasoning', shape.summary, rawReasoning(raw)]);
    default:
      return otherMeaning(raw);
  }
}

/** AGENTS_JS has no developer messages: there they are the system's. */
function roleName(name: string): string {
  return name === 'DEVELOPER' ? 'SYSTEM' : name;
}

function nameOf(raw: JsonObject): string | null {
  const data = raw['providerData'];
  return id(raw['name']) ?? (isJsonObject(data) ? id(data['name']) : null);
}

/** What tells two thoughts without ids and summaries apart. */
function rawReasoning(raw: JsonObject): string {
  const data = raw['providerData'];
  const encrypted =
    raw['encrypted_content'] ?? (isJsonObject(data) ? data['encrypted_content'] : undefined) ?? null;
  // In RESPONSES `content` is the raw reasoning, in AGENTS_JS it is the summary.
  const thoughts = raw['rawContent'] ?? (raw['summary'] === undefined ? undefined : raw['content']) ?? [];
  return canonicalJson([encrypted, thoughts]);
}

function otherMeaning(raw: JsonObject): string {
  const data = raw['providerData'];
  // AGENTS_JS carries what it does not know inside an item of the type unknown.
  const known = raw['type'] === 'unknown' && isJsonObject(data) ? data : raw;
  const { id: _id, status: _status, providerData: _data, provider_data: _python, ...rest } = known;
  return canonicalJson(rest);
}

function evened(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function asWritten(text: string): string {
  return text;
}

function id(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && !PLACEHOLDER_IDS.has(value) ? value : null;
}
