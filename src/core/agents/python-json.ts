import type { JsonValue } from '../json.ts';

/** Deeper texts are no JSON here: what walks the value afterwards recurses. No item may be this deep anyway. */
const MAX_DEPTH = 256;

/** The words that Python's json.dumps writes and JSON does not know. */
const WORDS = ['NaN', 'Infinity', '-Infinity'] as const;

/**
 * Reads JSON as Python writes it: NaN and Infinity, also as a number too large for a double, become null.
 * @returns undefined when the text is none, or is nested more than 256 deep.
 */
export function parsePythonJson(text: string): JsonValue | undefined {
  const source = withoutWords(text);
  if (source === null) return undefined;
  try {
    const value = JSON.parse(source) as JsonValue;
    return holdsFinite(value) ? value : (JSON.parse(source, finite) as JsonValue);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function holdsFinite(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(holdsFinite);
}

function finite(_key: string, value: JsonValue): JsonValue {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** The text with the words outside of its strings replaced; null when it is nested too deeply. */
function withoutWords(text: string): string | null {
  const pieces: string[] = [];
  let copied = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else {
      const word = WORDS.find(
        (candidate) => candidate.startsWith(character) && text.startsWith(candidate, at),
      );
      if (word === undefined) continue;
      pieces.push(text.slice(copied, at), 'null');
      at += word.length - 1;
      copied = at + 1;
    }
    if (depth > MAX_DEPTH) return null;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(copied);
}

/** Where the string that opens at `start` closes; the text's end when it does not. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1) {
    let first = quote;
    while (text[first - 1] === '\\') first--;
    if ((quote - first) % 2 === 0) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}
