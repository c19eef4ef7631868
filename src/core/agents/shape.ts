import type { MessageRole } from '../log.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';

/** What an item is, read from its JSON; the two dialects differ in names only, and unknown ones are 'other'. */
export type ItemShape =
  | { readonly kind: 'message'; readonly role: MessageRole }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | {
      readonly kind: 'result';
      readonly callId: string;
      readonly name: string | null;
      readonly output: JsonValue;
    }
  | { readonly kind: 'reasoning'; readonly summary: string }
  | { readonly kind: 'other'; readonly type: string };

/** A map, since an object also has what it inherits: `constructor` is no role. */
const ROLES: ReadonlyMap<unknown, MessageRole> = new Map([
  ['user', 'USER'],
  ['assistant', 'ASSISTANT'],
  ['system', 'SYSTEM'],
  ['developer', 'DEVELOPER'],
]);

/**
 * Reads an item's shape. Null: it is no item, because it has neither a type nor a known role.
 * Sources: `@openai/agents-core` types/protocol (AGENTS_JS) and the Responses API's input items (RESPONSES).
 */
export function shapeOf(raw: JsonObject): ItemShape | null {
  const type = text(raw['type']);
  if (type === null || type === 'message') {
    const role = ROLES.get(raw['role']);
    if (role !== undefined) return { kind: 'message', role };
    return type === null ? null : { kind: 'other', type };
  }
  if (type === 'reasoning') return { kind: 'reasoning', summary: reasoningSummary(raw) };
  const callId = text(raw['callId']) ?? text(raw['call_id']) ?? text(raw['id']);
  if (callId !== null && /_call(_output|_result)$/.test(type)) {
    return { kind: 'result', callId, name: text(raw['name']), output: raw['output'] ?? raw };
  }
  if (callId !== null && type.endsWith('_call')) {
    return { kind: 'call', callId, name: callName(raw, type), arguments: callArguments(raw) };
  }
  return { kind: 'other', type };
}

/** Of a call of a built-in tool without a name of its own: its type. AGENTS_JS has the type in `name`, and a name in `providerData`. */
function callName(raw: JsonObject, type: string): string {
  if (type !== 'hosted_tool_call') return text(raw['name']) ?? type.slice(0, -'_call'.length);
  return text(provided(raw)['name']) ?? text(raw['name'])?.replace(/_call$/, '') ?? 'hosted_tool';
}

/** As the model wrote them; calls of built-in tools say what they do in an object instead. */
function callArguments(raw: JsonObject): string {
  const { arguments: args, action, operation } = { ...provided(raw), ...raw };
  return text(args) ?? text(raw['input']) ?? JSON.stringify(action ?? operation ?? args ?? {});
}

function provided(raw: JsonObject): JsonObject {
  const { providerData } = raw;
  return isJsonObject(providerData) ? providerData : {};
}

/** RESPONSES keeps the summary in `summary`, AGENTS_JS in `content`. */
function reasoningSummary(raw: JsonObject): string {
  const parts = raw['summary'] ?? raw['content'];
  if (!Array.isArray(parts)) return '';
  return parts.flatMap((part) => (isJsonObject(part) ? (text(part['text']) ?? []) : [])).join('\n');
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
