import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { inputFile, inputText, outputImage, partsOf } from './content-parts.ts';
import { agentsJsOnly, callId, caller, id, same, status, text, typed } from './fields.ts';
import { formToResponses, type Codec, type Form } from './form.ts';

export const functionCall: Form = {
  fields: [
    typed('function_call'),
    id,
    callId,
    same('name', text, { required: true }),
    same('namespace', text),
    status,
    same('arguments', text, { required: true }),
    caller,
  ],
};

const outputForms = { input_text: inputText, input_image: outputImage, input_file: inputFile };
const outputParts = partsOf({ agentsJs: outputForms, responses: outputForms });

/** A text, a list of parts, or in AGENTS_JS one object from before there were parts. */
const output: Codec = {
  toAgentsJs: (value) => (typeof value === 'string' ? value : outputParts.toAgentsJs(value)),
  toResponses: (value) => {
    if (typeof value === 'string') return value;
    return isJsonObject(value) ? oldOutput(value) : outputParts.toResponses(value);
  },
};

/** The tool's name is not converted here: RESPONSES leaves it to the call, `toAgentsJs` puts it back. */
export const functionResult: Form = {
  fields: [
    typed('function_call_output', 'function_call_result'),
    agentsJsOnly('name', 'namespace'),
    id,
    callId,
    status,
    same('output', output, { required: true }),
    caller,
  ],
  agentsJsDefaults: { status: 'completed' },
};

function oldOutput(value: JsonObject): JsonValue | undefined {
  switch (value['type']) {
    case 'text':
      if (typeof value['text'] !== 'string') return undefined;
      return isJsonObject(value['providerData']) ? inParts(inputText, value) : value['text'];
    case 'image':
      return inParts(outputImage, { ...value, image: imageOf(value) });
    case 'file':
      return inParts(inputFile, { ...value, ...fileOf(value) });
    default:
      return undefined;
  }
}

function inParts(form: Form, part: JsonObject): JsonValue | undefined {
  const converted = formToResponses(form, part);
  return converted === null ? undefined : [converted];
}

/** The image in the form that a part has it in. */
function imageOf({ image = null }: JsonObject): JsonValue {
  if (!isJsonObject(image)) return image;
  const { url, data, mediaType, fileId } = image;
  if (typeof url === 'string') return url;
  if (typeof data === 'string') return dataUrl(data, mediaType);
  return typeof fileId === 'string' ? { id: fileId } : image;
}

/** The file in the form that a part has it in, and its name beside it. */
function fileOf({ file = null }: JsonObject): JsonObject {
  if (!isJsonObject(file)) return {};
  const { data, mediaType, filename } = file;
  return {
    ...(typeof data === 'string' ? { file: null, fileData: dataUrl(data, mediaType ?? 'text/plain') } : {}),
    ...(typeof filename === 'string' ? { filename } : {}),
  };
}

function dataUrl(data: string, mediaType: JsonValue | undefined): string {
  return typeof mediaType !== 'string' || data.startsWith('data:')
    ? data
    : `data:${mediaType};base64,${data}`;
}
