import { isJsonObject, type JsonObject } from '../json.ts';
import type { ItemDialect } from '../log.ts';
import { formToAgentsJs, formToResponses } from './dialects/form.ts';
import { formOfAgentsJs, formOfResponses } from './dialects/item-forms.ts';
import { shapeOf } from './shape.ts';

/** An item as it was written. */
export interface DialectItem {
  readonly raw: JsonObject;
  readonly dialect: ItemDialect;
  /** The tool of a result that names none, where it is known; it wins over that of a call in the same list. */
  readonly toolName?: string | null;
}

interface Tool {
  readonly name: string;
  readonly namespace: string | null;
}

/**
 * The items in the dialect that is asked for, in the same order, one for each.
 *
 * What was written in that dialect is handed back as the same object. What has no form in AGENTS_JS becomes
 * `{ type: 'unknown', id, providerData: item }`, and that becomes the item again; what has none in RESPONSES stays as it
 * was written, an item or a single part of it. Never throws. What changes its form is listed in docs/dialects.md.
 *
 * AGENTS_JS requires a tool's name on its results: it is the one that the result has, else `toolName`, else that of the
 * nearest earlier call in the list with the same id, else the id.
 */
export function convertItems(items: readonly DialectItem[], to: ItemDialect): JsonObject[] {
  const tools = new Map<string, Tool>();
  return items.map(({ raw, dialect, toolName = null }) => {
    if (to === 'AGENTS_JS') rememberTool(raw, tools);
    if (dialect === to) return raw;
    return to === 'RESPONSES' ? toResponses(raw) : toAgentsJs(raw, toolName, tools);
  });
}

function rememberTool(raw: JsonObject, tools: Map<string, Tool>): void {
  if (raw['type'] !== 'function_call') return;
  const { name, namespace } = raw;
  const callId = raw['callId'] ?? raw['call_id'];
  if (typeof name !== 'string' || typeof callId !== 'string') return;
  tools.set(callId, { name, namespace: typeof namespace === 'string' ? namespace : null });
}

function toResponses(raw: JsonObject): JsonObject {
  if (raw['type'] === 'unknown') return unwrapped(raw) ?? raw;
  const form = formOfAgentsJs(raw);
  return (form === undefined ? null : formToResponses(form, raw)) ?? raw;
}

/** Types that only AGENTS_JS has: under RESPONSES they are what could not be converted into it. */
const AGENTS_JS_TYPES: ReadonlySet<unknown> = new Set([
  'hosted_tool_call',
  'function_call_result',
  'computer_call_result',
]);

function toAgentsJs(raw: JsonObject, toolName: string | null, tools: ReadonlyMap<string, Tool>): JsonObject {
  if (AGENTS_JS_TYPES.has(raw['type'])) return raw;
  // Only an unknown item that holds no other was left unconverted; all others would not come back as they are.
  if (raw['type'] === 'unknown') return unwrapped(raw) === null ? raw : wrapped(raw);
  const form = formOfResponses(raw);
  const converted = form === undefined ? null : formToAgentsJs(form, raw);
  if (converted === null) return wrapped(raw);
  return raw['type'] === 'function_call_output' ? withTool(converted, raw, toolName, tools) : converted;
}

function withTool(
  result: JsonObject,
  raw: JsonObject,
  toolName: string | null,
  tools: ReadonlyMap<string, Tool>,
): JsonObject {
  const callId = text(raw['call_id']) ?? '';
  const tool = tools.get(callId);
  const name = text(raw['name']) ?? text(raw['function_name']) ?? toolName ?? tool?.name ?? callId;
  const namespace = text(raw['namespace']) ?? tool?.namespace ?? null;
  return { ...result, name, ...(namespace === null ? {} : { namespace }) };
}

function wrapped(raw: JsonObject): JsonObject {
  // The SDK sends the id beside providerData, never the one in it.
  const id = text(raw['id']);
  return { type: 'unknown', ...(id === null ? {} : { id }), providerData: raw };
}

/** The item in an unknown one; null: there is none. */
function unwrapped({ id, providerData }: JsonObject): JsonObject | null {
  if (!isJsonObject(providerData) || shapeOf(providerData) === null) return null;
  return typeof id === 'string' && id !== providerData['id'] ? { ...providerData, id } : providerData;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
