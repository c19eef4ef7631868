import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { agentsJsOnly, field, id, listOf, oneOf, renamed, same, text, typed } from './fields.ts';
import type { Codec, Field, Form } from './form.ts';

/** Whatever the tool wants, null included. */
const searchArguments: Field = {
  agentsJs: ['arguments'],
  responses: ['arguments'],
  required: true,
  toAgentsJs: ({ arguments: value }) => (value === undefined ? null : { arguments: value }),
  toResponses: ({ arguments: value }) => (value === undefined ? {} : { arguments: value }),
};

/** AGENTS_JS allows both names and null under each; `call_id` is the one that both dialects have. */
const searchId: Field = {
  agentsJs: ['call_id', 'callId'],
  responses: ['call_id'],
  toAgentsJs: ({ call_id: value = null }) => {
    if (value === null) return {};
    return typeof value === 'string' ? { call_id: value } : null;
  },
  toResponses: ({ call_id, callId }) => {
    const value = call_id ?? callId ?? null;
    return value === null ? {} : { call_id: value };
  },
};

const execution = same('execution', oneOf('client', 'server'));
const status = same('status', text);

export const toolSearchCall: Form = {
  fields: [typed('tool_search_call'), id, searchId, execution, status, searchArguments],
};

const reference = renamed({ function_name: 'functionName' });
const definition = renamed({
  defer_loading: 'deferLoading',
  allowed_callers: 'allowedCallers',
  output_schema: 'outputSchema',
});

/** A tool that was found: a reference, a definition, or a namespace of such. */
const tool: Codec = {
  toAgentsJs: (value) => toolWith(value, (codec, part) => codec.toAgentsJs(part)),
  toResponses: (value) => toolWith(value, (codec, part) => codec.toResponses(part)),
};

function toolWith(
  value: JsonValue,
  convert: (codec: Codec, value: JsonObject) => JsonValue | undefined,
): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  switch (value['type']) {
    case 'tool_reference':
      return convert(reference, value);
    case 'function':
      return convert(definition, value);
    case 'namespace': {
      const { tools } = value;
      if (!Array.isArray(tools)) return value;
      return { ...value, tools: tools.map((inner: JsonValue) => toolWith(inner, convert) ?? inner) };
    }
    default:
      return value;
  }
}

/** Which agent searched, and what MCP servers told the SDK, is the SDK's own and not for a model. */
export const toolSearchOutput: Form = {
  fields: [
    typed('tool_search_output'),
    id,
    searchId,
    execution,
    status,
    field('tools', 'tools', listOf(tool), { required: true }),
    agentsJsOnly('toolSearchAgentName', 'toolSearchMcpToolNames'),
  ],
};
