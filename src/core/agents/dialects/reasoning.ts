import { isJsonObject, type JsonValue } from '../../json.ts';
import { partsOf } from './content-parts.ts';
import { field, id, same, text, typed } from './fields.ts';
import type { Field, Form } from './form.ts';

const summaryText: Form = {
  fields: [typed('summary_text', 'input_text'), same('text', text, { required: true })],
};
const reasoningText: Form = {
  fields: [typed('reasoning_text'), same('text', text, { required: true })],
};

const summary = field(
  'summary',
  'content',
  partsOf({ agentsJs: { input_text: summaryText }, responses: { summary_text: summaryText } }),
);

const rawParts = partsOf({
  agentsJs: { reasoning_text: reasoningText },
  responses: { reasoning_text: reasoningText },
});

/**
 * The reasoning itself goes to `rawContent`, which the SDK reads for chat models, and stays in `providerData.content`,
 * from which the SDK sends it to the Responses API.
 */
const rawContent: Field = {
  agentsJs: ['rawContent'],
  responses: [],
  toAgentsJs: ({ content = null }) => {
    const parts = rawParts.toAgentsJs(content);
    return parts === undefined ? {} : { rawContent: parts };
  },
  toResponses: ({ rawContent: value = null, providerData = null }) => {
    if (value === null || hasContent(providerData)) return {};
    const parts = rawParts.toResponses(value);
    return parts === undefined ? null : { content: parts };
  },
};

function hasContent(providerData: JsonValue): boolean {
  return isJsonObject(providerData) && (providerData['content'] ?? null) !== null;
}

export const reasoning: Form = {
  fields: [typed('reasoning'), id, summary, rawContent],
  agentsJsDefaults: { content: [] },
  responsesDefaults: { summary: [] },
};

export const compaction: Form = {
  fields: [
    typed('compaction'),
    id,
    same('encrypted_content', text, { required: true }),
    same('created_by', text),
  ],
};
