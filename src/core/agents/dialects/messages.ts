import { isJsonObject, type JsonValue } from '../../json.ts';
import type { MessageRole } from '../../log.ts';
import {
  inputAudio,
  inputFile,
  inputImage,
  inputText,
  outputText,
  partsOf,
  refusal,
} from './content-parts.ts';
import { id, oneOf, same, status, typed } from './fields.ts';
import type { Codec, Field, Form } from './form.ts';

/** A message may do without its type, in both dialects. */
const type: Field = {
  agentsJs: ['type'],
  responses: ['type'],
  toAgentsJs: (source) => (typeof source['type'] === 'string' ? { type: 'message' } : {}),
  toResponses: (source) => (typeof source['type'] === 'string' ? { type: 'message' } : {}),
};

/** AGENTS_JS has no developer messages: they become system messages. */
function role(name: 'user' | 'assistant' | 'system'): Field {
  return {
    agentsJs: ['role'],
    responses: ['role'],
    toAgentsJs: () => ({ role: name }),
    toResponses: ({ role: given = name }) => ({ role: given }),
  };
}

function textOr(list: Codec): Codec {
  return {
    toAgentsJs: (value) => (typeof value === 'string' ? value : list.toAgentsJs(value)),
    toResponses: (value) => (typeof value === 'string' ? value : list.toResponses(value)),
  };
}

const userParts = partsOf({
  agentsJs: { input_text: inputText, input_image: inputImage, input_file: inputFile, audio: inputAudio },
  responses: {
    input_text: inputText,
    input_image: inputImage,
    input_file: inputFile,
    input_audio: inputAudio,
  },
  agentsJsOnly: ['audio'],
});

const assistantForms = { output_text: outputText, refusal };
const assistantParts = partsOf({
  agentsJs: assistantForms,
  responses: assistantForms,
  agentsJsOnly: ['audio', 'image'],
});

/** RESPONSES allows a text here, AGENTS_JS only parts. */
const assistantContent: Codec = {
  toAgentsJs: (value) =>
    typeof value === 'string' ? [{ type: 'output_text', text: value }] : assistantParts.toAgentsJs(value),
  toResponses: assistantParts.toResponses,
};

/** RESPONSES allows parts here, AGENTS_JS only a text. */
const systemContent: Codec = {
  toAgentsJs: (value) => (typeof value === 'string' ? value : onlyText(value)),
  toResponses: (value) => (typeof value === 'string' ? value : undefined),
};

function onlyText(content: JsonValue): string | undefined {
  if (!Array.isArray(content) || content.length !== 1) return undefined;
  const part: unknown = content[0];
  if (!isJsonObject(part) || part['type'] !== 'input_text' || Object.keys(part).length > 2) return undefined;
  return typeof part['text'] === 'string' ? part['text'] : undefined;
}

const required = { required: true };

const user: Form = { fields: [type, id, role('user'), same('content', textOr(userParts), required)] };
const system: Form = { fields: [type, id, role('system'), same('content', systemContent, required)] };
const assistant: Form = {
  fields: [
    typed('message'),
    id,
    role('assistant'),
    same('content', assistantContent, required),
    status,
    same('phase', oneOf('commentary', 'final_answer')),
  ],
  agentsJsDefaults: { status: 'completed' },
};

export const MESSAGES: Readonly<Record<MessageRole, Form>> = {
  USER: user,
  ASSISTANT: assistant,
  SYSTEM: system,
  DEVELOPER: system,
};
