import type { JsonObject } from '../../src/core/json.ts';

/** The three ways in which the Agents SDK for Python has folded a conversation into assistant messages. */
export type WrapperFormat =
  /** 0.6 to 0.17.0: `user: text`, `function_call: {…}`; one wrapper. */
  | 'lines'
  /** 0.17.1 to 0.18: JSON for all but one-line texts; one wrapper. */
  | 'json'
  /** From 0.19: the same records, in several wrappers with ordinary messages between them. */
  | 'partitioned';

export const WRAPPER_FORMATS: readonly WrapperFormat[] = ['lines', 'json', 'partitioned'];

/** A run that was handed over once. */
export interface HandedOver {
  readonly input: readonly JsonObject[];
  /** What the first agent did in the turns before the one that handed over. */
  readonly before: readonly JsonObject[];
  /** What it said in that turn. */
  readonly said: readonly JsonObject[];
  /** The call and its result. */
  readonly transfer: readonly JsonObject[];
  /** What the second agent did. */
  readonly after: readonly JsonObject[];
}

/** What `to_input_list()` returns for such a run. */
export function writtenRun(format: WrapperFormat, run: HandedOver): JsonObject[] {
  const { input, before, said, transfer, after } = run;
  if (format !== 'partitioned') {
    const folded = wrapper(format, [...input, ...before, ...said, ...transfer]);
    return [folded, ...before, ...said, ...transfer, ...after];
  }
  // What was said in the turn that handed over stays outside, and is the only thing that is not repeated.
  const parts =
    said.length === 0
      ? [wrapper(format, [...input, ...before, ...transfer])]
      : [wrapper(format, [...input, ...before]), ...said, wrapper(format, transfer)];
  return [...parts, ...before, ...transfer, ...after];
}

export function wrapper(format: WrapperFormat, records: readonly JsonObject[]): JsonObject {
  return wrapped(recordLines(format, records));
}

export function recordLines(format: WrapperFormat, records: readonly JsonObject[]): string {
  if (records.length === 0) return '(no previous turns recorded)';
  return records
    .map((item, index) => `${index + 1}. ${format === 'lines' ? line(item) : jsonOrLine(item)}`)
    .join('\n');
}

export function wrapped(body: string): JsonObject {
  return { role: 'assistant', content: wrappedText(body) };
}

export function wrappedText(body: string): string {
  return [
    'For context, here is the conversation so far between the user and the previous agent:',
    '<CONVERSATION HISTORY>',
    body,
    '</CONVERSATION HISTORY>',
  ].join('\n');
}

function jsonOrLine(item: JsonObject): string {
  const content = item['content'];
  const isLine = typeof content === 'string' && !/[\n\r]/.test(content);
  return typeof item['role'] === 'string' && isLine ? line(item) : pythonJson(item);
}

function line(item: JsonObject): string {
  const { role, name, content } = item;
  if (typeof role === 'string') {
    const speaker = typeof name === 'string' ? `${role} (${name})` : role;
    const text = typeof content === 'string' ? content : pythonJson(content);
    return text === '' ? speaker : `${speaker}: ${text}`;
  }
  const { type, ...rest } = item;
  return `${typeof type === 'string' ? type : 'item'}: ${pythonJson(rest)}`;
}

/** As `json.dumps(value, ensure_ascii=False)` writes it. */
export function pythonJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  }
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${pythonJson(inner)}`);
  return `{${fields.join(', ')}}`;
}
