import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parsePythonJson } from './python-json.ts';
import { shapeOf } from './shape.ts';

/** What the Agents SDK for Python writes around a conversation that it folds into one assistant message. */
export const PREAMBLES: readonly string[] = [
  'For context, here is the conversation so far between the user and the previous agent:',
  'For context, here is the conversation so far:',
];
export const START_TAG = '<CONVERSATION HISTORY>';
export const END_TAG = '</CONVERSATION HISTORY>';
const NO_RECORDS = '(no previous turns recorded)';

/** Lines that have the number of the next record and are none. */
const MAX_FALSE_CLAIMS = 10_000;

const SPOKEN = /^(user|assistant|system|developer)(?: \((.+?)\))?(?::|$)/;
const TYPED = /^([a-z][a-z0-9_]*): (?=\{)/;

/** A record is complete in its line, or a message whose text may go on in the lines after it. */
type HistoryRecord =
  | { readonly kind: 'item'; readonly line: string; readonly item: JsonObject }
  | {
      readonly kind: 'text';
      readonly role: string;
      readonly name: string | undefined;
      readonly lines: string[];
    };

/**
 * The items that the numbered records between a wrapper's tags stand for; null when these lines are no such list.
 * The three formats differ in what follows the number only: `user: text`, `function_call: {…}` and `{…}`.
 */
export function recordedItems(body: string): JsonObject[] | null {
  if (body === NO_RECORDS) return [];
  const lines = body.split('\n');
  const strict = recordsOf(lines, false);
  // A wrapper ends with a hand-off's result. Where that is not read as a record, the numbers before it are not whole.
  const records = strict !== null && swallowsItem(strict) ? (recordsOf(lines, true) ?? strict) : strict;
  return records?.map(itemOf) ?? null;
}

/**
 * @param numberedText whether lines of a text may have numbers of their own. Folding a history a second time, the SDK
 * until 0.17.0 took each `word: …` inside of a text for a record and gave it the next number.
 */
function recordsOf(lines: readonly string[], numberedText: boolean): HistoryRecord[] | null {
  const nestedEnds = nestedWrapperEnds(lines);
  const records: HistoryRecord[] = [];
  let taken = 0;
  let claims = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const number = records.length + taken + 1;
    const numbered = line.startsWith(`${number}. `);
    const record = recordAt(line, number) ?? (numberedText ? null : recordAfterQuotedItem(line, records));
    // Each claim costs the reading of its JSON; in an honest wrapper a number has one or two.
    if (numbered && ++claims - records.length > MAX_FALSE_CLAIMS) return null;
    if (record !== null) records.push(record);
    else if (numberedText && numbered) {
      if (!continueLast(records, line.slice(`${number}. `.length))) return null;
      taken++;
    } else if (!continueLast(records, line)) return null;
    const end = nestedEnds.get(at);
    const last = records.at(-1);
    if (end === undefined || last?.kind !== 'text') continue;
    // A wrapper inside a message's text has numbers of its own, which start nothing out here.
    for (at++; at < end; at++) last.lines.push(lines[at] ?? '');
    last.lines.push(lines[end] ?? '');
  }
  return numberedText && swallowsItem(records) ? null : records;
}

/** Whether the last line is the record of an item, and was read as the end of a text. */
function swallowsItem(records: readonly HistoryRecord[]): boolean {
  const last = records.at(-1);
  const line = last?.kind === 'text' && last.lines.length > 1 ? (last.lines.at(-1) ?? '') : '';
  const number = /^(\d{1,9})\. /.exec(line)?.[1];
  return number !== undefined && recordAt(line, Number(number))?.kind === 'item';
}

/** The record that a line starts when it has this number and one of the three forms. */
function recordAt(line: string, number: number): HistoryRecord | null {
  const prefix = `${number}. `;
  if (!line.startsWith(prefix)) return null;
  const rest = line.slice(prefix.length);
  if (rest.startsWith('{')) return itemRecord(line, parsePythonJson(rest));
  const spoken = SPOKEN.exec(rest);
  if (spoken !== null) {
    const [head, role = '', name] = spoken;
    return { kind: 'text', role, name, lines: [rest.slice(head.length).replace(/^ /, '')] };
  }
  const typed = TYPED.exec(rest);
  if (typed === null) return null;
  const [head, type = ''] = typed;
  const fields = parsePythonJson(rest.slice(head.length));
  return itemRecord(line, isJsonObject(fields) ? { ...fields, type } : undefined);
}

function itemRecord(line: string, item: JsonValue | undefined): HistoryRecord | null {
  // JSON that is no item was never written as a record: it belongs to the text in which it stands.
  return isJsonObject(item) && shapeOf(item) !== null ? { kind: 'item', line, item } : null;
}

/**
 * Items never take more than their line. One that is followed by anything but the next record was a line of the text
 * before it, which happened to have the right number: it goes back there, and its number to the record that has it.
 */
function recordAfterQuotedItem(line: string, records: HistoryRecord[]): HistoryRecord | null {
  const quoted = records.at(-1);
  const before = records.at(-2);
  if (quoted?.kind !== 'item' || before?.kind !== 'text') return null;
  records.pop();
  before.lines.push(quoted.line);
  return recordAt(line, records.length + 1);
}

function continueLast(records: readonly HistoryRecord[], line: string): boolean {
  const last = records.at(-1);
  if (last?.kind !== 'text') return false;
  last.lines.push(line);
  return true;
}

/** For each line that announces a wrapper, the line that closes it. */
function nestedWrapperEnds(lines: readonly string[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const [at, line] of lines.entries()) {
    if (line === START_TAG) open.push(at);
    if (line !== END_TAG) continue;
    const announced = (open.pop() ?? 0) - 1;
    const announcement = lines[announced];
    if (announcement !== undefined && PREAMBLES.some((preamble) => announcement.endsWith(preamble))) {
      ends.set(announced, at);
    }
  }
  return ends;
}

function itemOf(record: HistoryRecord): JsonObject {
  if (record.kind === 'item') return record.item;
  const { role, name, lines } = record;
  const text = lines.join('\n');
  const content = contentParts(role, text) ?? text;
  return name === undefined ? { role, content } : { role, name, content };
}

/** A content that was a list of parts; before 0.17.1 nothing but its looks tells it from a text. */
function contentParts(role: string, text: string): JsonValue | null {
  if (!text.startsWith('[')) return null;
  const parts = parsePythonJson(text);
  if (!Array.isArray(parts)) return null;
  // An empty list is what a model that said nothing leaves behind; anybody else has typed two brackets.
  if (parts.length === 0) return role === 'assistant' ? parts : null;
  return parts.every((part) => isJsonObject(part) && typeof part['type'] === 'string') ? parts : null;
}
