import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { messageParts } from './message.ts';

/**
 * The parts of a message in a form that both dialects share, without annotations, log probabilities and empty texts:
 * a content that is a text is one text part, whoever wrote it.
 * @param spelling what of a text counts.
 */
export function messageMeaning(raw: JsonObject, spelling: (text: string) => string): JsonValue[] {
  const content = raw['content'];
  const written = Array.isArray(content) ? content.filter(isJsonObject) : [];
  return messageParts(raw).flatMap((part, index): JsonValue[] => {
    switch (part.type) {
      case 'text': {
        const text = spelling(part.text);
        return text === '' ? [] : [['text', text]];
      }
      case 'refusal':
        return [['refusal', part.refusal]];
      case 'image':
        return [['image', part.url, part.fileId]];
      case 'file':
        return [['file', part.url, part.fileId, part.filename]];
      case 'audio':
        return [['audio', part.format, part.transcript, sound(written[index])]];
      case 'other': {
        const { annotations: _notes, logprobs: _probabilities, providerData: _data, ...rest } = part.raw;
        return [['other', canonicalJson(rest)]];
      }
    }
  });
}

/** The recording itself: RESPONSES nests what AGENTS_JS has beside the type. */
function sound(part: JsonObject | undefined): JsonValue {
  const nested = part?.['input_audio'];
  const data = part?.['audio'] ?? part?.['data'] ?? (isJsonObject(nested) ? nested['data'] : undefined);
  return data === undefined ? null : canonicalJson(data);
}
