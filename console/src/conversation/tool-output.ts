import { pretty } from './session-export.ts';

/** What a tool answered, as people read it: SDKs wrap a text into an object, or into a list of one. */
export function outputText(output: unknown): string {
  const parts: readonly unknown[] = Array.isArray(output) ? output : [output];
  const texts = parts.map(textOf);
  return texts.every((text) => text !== null) ? texts.map(pretty).join('\n') : pretty(output);
}

function textOf(part: unknown): string | null {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null || !('type' in part) || !('text' in part)) return null;
  const isText = part.type === 'text' || part.type === 'input_text' || part.type === 'output_text';
  return isText && typeof part.text === 'string' ? part.text : null;
}
