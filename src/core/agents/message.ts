import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** One part of a message, as a front end shows it; the names are those of the GraphQL types. */
export type MessagePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly refusal: string }
  | { readonly type: 'image'; readonly url: string | null; readonly fileId: string | null }
  | {
      readonly type: 'file';
      readonly url: string | null;
      readonly fileId: string | null;
      readonly filename: string | null;
    }
  | { readonly type: 'audio'; readonly format: string | null; readonly transcript: string | null }
  | { readonly type: 'other'; readonly name: string; readonly raw: JsonObject };

/** Whether a message's content has one of the two forms that both dialects know: a text, or a list of typed parts. */
export function isMessageContent(content: JsonValue | undefined): boolean {
  if (typeof content === 'string') return true;
  if (!Array.isArray(content)) return false;
  return content.every((part) => isJsonObject(part) && typeof part['type'] === 'string');
}

/** The parts of a message, in order; a content that is a text is one text part. */
export function messageParts(raw: JsonObject): readonly MessagePart[] {
  const content = raw['content'];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => (isJsonObject(part) ? [partOf(part)] : []));
}

/** All text parts and refusals, joined by a newline. */
export function messageText(raw: JsonObject): string {
  if (typeof raw['content'] === 'string') return raw['content'];
  return messageParts(raw)
    .flatMap((part) => (part.type === 'text' ? part.text : part.type === 'refusal' ? part.refusal : []))
    .join('\n');
}

function partOf(part: JsonObject): MessagePart {
  const name = string(part['type']) ?? '';
  switch (name) {
    case 'input_text':
    case 'output_text':
    case 'text': {
      const text = string(part['text']);
      if (text !== null) return { type: 'text', text };
      break;
    }
    case 'refusal': {
      const refusal = string(part['refusal']);
      if (refusal !== null) return { type: 'refusal', refusal };
      break;
    }
    case 'input_image':
    case 'image': {
      // AGENTS_JS: image is an address or { id }; RESPONSES: image_url and file_id.
      const image = part['image'];
      return {
        type: 'image',
        url: string(image) ?? string(part['image_url']),
        fileId: idOf(image) ?? string(part['file_id']),
      };
    }
    case 'input_file': {
      // AGENTS_JS: file is an address or data, { id } or { url }; RESPONSES: file_url, file_data and file_id.
      const file = part['file'];
      return {
        type: 'file',
        url:
          string(file) ??
          (isJsonObject(file) ? string(file['url']) : null) ??
          string(part['file_url']) ??
          string(part['file_data']),
        fileId: idOf(file) ?? string(part['file_id']),
        filename: string(part['filename']),
      };
    }
    case 'audio':
    case 'input_audio': {
      // RESPONSES nests what AGENTS_JS has beside the type.
      const nested = part['input_audio'];
      return {
        type: 'audio',
        format: string(part['format']) ?? (isJsonObject(nested) ? string(nested['format']) : null),
        transcript: string(part['transcript']),
      };
    }
  }
  return { type: 'other', name, raw: part };
}

function idOf(value: JsonValue | undefined): string | null {
  return isJsonObject(value) ? string(value['id']) : null;
}

function string(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
