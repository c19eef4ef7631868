import { isJsonObject, type JsonObject } from '../json.ts';
import { END_TAG, PREAMBLES, recordedItems, START_TAG } from './history-records.ts';
import { withoutRepeats } from './repeated-items.ts';

/** An item of the conversation that a list of items stands for. */
export interface ConversationItem {
  readonly raw: JsonObject;
  /** Recovered from a wrapped history rather than written by its author. */
  readonly derived: boolean;
  /** Where in the list it stands, or the wrapper that it came out of. */
  readonly index: number;
}

/** Each level of an honest wrapper in a wrapper doubles its escapes; only a forged one nests deeper. */
const MAX_NESTING = 6;

/**
 * The true conversation that an agent run's items stand for: wrapped histories opened, each item once, in order.
 * A list without wrappers comes back as it is, but for items that it holds twice under one id.
 * @param items within the bounds of `jsonFault`.
 */
export function openWrappedHistories(items: readonly JsonObject[]): ConversationItem[] {
  return withoutRepeats(
    items.flatMap((raw, index): ConversationItem[] => {
      const records = openedItems(raw, 0);
      if (records === null) return [{ raw, derived: false, index }];
      return records.map((record) => ({ raw: record, derived: true, index }));
    }),
  );
}

/** What a wrapper holds; null: this is no wrapper, but an item like any other. */
function openedItems(raw: JsonObject, nesting: number): JsonObject[] | null {
  const body = nesting === MAX_NESTING ? null : wrappedBody(raw);
  const records = body === null ? null : recordedItems(body);
  return records?.flatMap((record) => openedItems(record, nesting + 1) ?? [record]) ?? null;
}

/** The lines between the tags. A user who quotes these words has said them: only assistants' messages are wrappers. */
function wrappedBody(raw: JsonObject): string | null {
  if (raw['role'] !== 'assistant' || (raw['type'] ?? 'message') !== 'message') return null;
  const text = onlyText(raw);
  if (text === null) return null;
  const preamble = PREAMBLES.find((line) => text.startsWith(`${line}\n${START_TAG}\n`));
  if (preamble === undefined || !text.endsWith(`\n${END_TAG}`)) return null;
  const start = preamble.length + START_TAG.length + 2;
  const end = text.length - END_TAG.length - 1;
  return start < end ? text.slice(start, end) : null;
}

function onlyText(raw: JsonObject): string | null {
  const content = raw['content'];
  if (typeof content === 'string') return content;
  if (!Array.isArray(content) || content.length !== 1) return null;
  const part: unknown = content[0];
  if (!isJsonObject(part)) return null;
  const isText = part['type'] === 'output_text' || part['type'] === 'input_text' || part['type'] === 'text';
  return isText && typeof part['text'] === 'string' ? part['text'] : null;
}
