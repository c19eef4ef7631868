import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { field, listOf, same, text, typed } from './fields.ts';
import { formToAgentsJs, formToResponses, type Codec, type Field, type Form } from './form.ts';

/** Parts that differ by dialect, under the types that they have there. */
export interface PartForms {
  readonly agentsJs: Readonly<Record<string, Form>>;
  readonly responses: Readonly<Record<string, Form>>;
  /** Types for which RESPONSES has no form, or not always: they stay as they are, and come back so. */
  readonly agentsJsOnly?: readonly string[];
}

/** A list of parts. Into RESPONSES, a part without a form there stays as it is, so that its message can be read. */
export function partsOf({ agentsJs, responses, agentsJsOnly = [] }: PartForms): Codec {
  return listOf({
    toAgentsJs: (part) => {
      const type = typeOf(part);
      if (!isJsonObject(part) || type === null) return undefined;
      if (agentsJsOnly.includes(type)) return part;
      const form = ownForm(responses, type);
      return form === undefined ? undefined : (formToAgentsJs(form, part) ?? undefined);
    },
    toResponses: (part) => {
      const type = typeOf(part);
      if (!isJsonObject(part) || type === null) return undefined;
      const form = ownForm(agentsJs, type);
      return form === undefined ? part : (formToResponses(form, part) ?? part);
    },
  });
}

function ownForm(forms: Readonly<Record<string, Form>>, type: string): Form | undefined {
  return Object.hasOwn(forms, type) ? forms[type] : undefined;
}

function typeOf(part: JsonValue): string | null {
  const type = isJsonObject(part) ? part['type'] : null;
  return typeof type === 'string' ? type : null;
}

const breakpoint = field('prompt_cache_breakpoint', 'promptCacheBreakpoint', {
  toAgentsJs: (value) => (isJsonObject(value) && value['mode'] === 'explicit' ? value : undefined),
  toResponses: (value) => value,
});

export const inputText: Form = {
  fields: [typed('input_text'), same('text', text, { required: true }), breakpoint],
};

/** `image` is an address, data, or `{ id }`; RESPONSES has a name for each. Older SDKs wrote names like those, too. */
const image: Field = {
  agentsJs: ['image', 'imageUrl', 'fileId'],
  responses: ['image_url', 'file_id'],
  toAgentsJs: (source) => {
    const given = onlyOne(source, ['image_url', 'file_id']);
    if (given === null) return null;
    if (given === 'none') return {};
    return { image: given.name === 'image_url' ? given.value : { id: given.value } };
  },
  toResponses: ({ image: value, imageUrl, fileId }) => {
    if (typeof value === 'string') return { image_url: value };
    if (isJsonObject(value)) return typeof value['id'] === 'string' ? { file_id: value['id'] } : null;
    if (value !== undefined && value !== null) return null;
    if (typeof imageUrl === 'string') return { image_url: imageUrl };
    return typeof fileId === 'string' ? { file_id: fileId } : {};
  },
};

/** In a message RESPONSES requires the detail, and 'auto' is what the model takes without one. */
export const inputImage: Form = {
  fields: [typed('input_image'), image, same('detail', text), breakpoint],
  responsesDefaults: { detail: 'auto' },
};

/** In a tool's output the detail can be left out. */
export const outputImage: Form = { fields: inputImage.fields };

/** `file` is an address, data, `{ id }` or `{ url }`; RESPONSES has a name for each. */
const file: Field = {
  agentsJs: ['file', 'fileData', 'fileUrl', 'fileId'],
  responses: ['file_data', 'file_url', 'file_id'],
  toAgentsJs: (source) => {
    const given = onlyOne(source, ['file_data', 'file_url', 'file_id']);
    if (given === null) return null;
    if (given === 'none') return {};
    if (given.name === 'file_url') return { file: { url: given.value } };
    if (given.name === 'file_id') return { file: { id: given.value } };
    return nameOfFile(given.value) === 'file_data' ? { file: given.value } : null;
  },
  toResponses: ({ file: value, fileData, fileUrl, fileId }) => {
    if (typeof value === 'string') return { [nameOfFile(value)]: value };
    if (isJsonObject(value)) {
      if (typeof value['id'] === 'string') return { file_id: value['id'] };
      return typeof value['url'] === 'string' ? { file_url: value['url'] } : null;
    }
    if (value !== undefined && value !== null) return null;
    if (typeof fileData === 'string') return { file_data: fileData };
    if (typeof fileUrl === 'string') return { file_url: fileUrl };
    return typeof fileId === 'string' ? { file_id: fileId } : {};
  },
};

/** What a text given as a file is, by the rules of the SDK: data as an address of its own or in base64, else an address. */
function nameOfFile(value: string): 'file_data' | 'file_url' {
  return /^\s*data:/.test(value) || /^\s*[A-Za-z0-9+/=]+\s*$/.test(value) ? 'file_data' : 'file_url';
}

export const inputFile: Form = {
  fields: [typed('input_file'), file, same('filename', text), breakpoint],
};

/** RESPONSES nests data and format; for audio that is named by its id it has no form. */
const audio: Field = {
  agentsJs: ['audio', 'format'],
  responses: ['input_audio'],
  toAgentsJs: ({ input_audio: nested }) => {
    if (!isJsonObject(nested)) return null;
    const { data, format = null, ...others } = nested;
    if (typeof data !== 'string' || Object.keys(others).length > 0) return null;
    if (format === null) return { audio: data };
    return typeof format === 'string' ? { audio: data, format } : null;
  },
  toResponses: ({ audio: data, format = null }) => {
    if (typeof data !== 'string') return null;
    return { input_audio: format === null ? { data } : { data, format } };
  },
};

export const inputAudio: Form = {
  fields: [typed('input_audio', 'audio'), audio, same('transcript', text), breakpoint],
};

export const outputText: Form = {
  fields: [typed('output_text'), same('text', text, { required: true })],
  responsesDefaults: { annotations: [] },
};

export const refusal: Form = {
  fields: [typed('refusal'), same('refusal', text, { required: true })],
};

/** The one of these that is there; null: several are, or what is there is no text. */
function onlyOne(
  source: JsonObject,
  names: readonly string[],
): { readonly name: string; readonly value: string } | 'none' | null {
  const given = names.flatMap((name) => {
    const value = source[name] ?? null;
    return value === null ? [] : [{ name, value }];
  });
  const [first, second] = given;
  if (first === undefined) return 'none';
  const { name, value } = first;
  return second === undefined && typeof value === 'string' ? { name, value } : null;
}
