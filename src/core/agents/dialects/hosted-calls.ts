import { isJsonObject, type JsonObject } from '../../json.ts';
import { caller, field, oneOf, requirement, same, text } from './fields.ts';
import type { Field, Form } from './form.ts';

/**
 * Calls of tools that the model's provider runs. AGENTS_JS has one type for all of them; what sets them apart, their
 * Responses type and id included, is in `providerData`.
 */
function hostedCall(type: string, output: string, ...others: readonly Field[]): Form {
  return { fields: [kind(type), id, callArguments, field(output, 'output', text), caller, ...others] };
}

function kind(type: string): Field {
  return {
    agentsJs: ['type', 'name'],
    responses: [],
    toAgentsJs: () => ({ type: 'hosted_tool_call', name: type }),
    toResponses: () => ({ type }),
  };
}

const id: Field = {
  agentsJs: ['id'],
  responses: [],
  toAgentsJs: (source) => textNamed(source, 'id'),
  toResponses: (source) => textNamed(source, 'id'),
};

/** The SDK sends those of `providerData`; beside it they are for whoever reads the call. */
const callArguments: Field = {
  agentsJs: ['arguments'],
  responses: [],
  toAgentsJs: (source) => textNamed(source, 'arguments'),
  toResponses: (source) => {
    const { providerData } = source;
    const sent = isJsonObject(providerData) ? providerData['arguments'] : undefined;
    return sent === undefined ? textNamed(source, 'arguments') : {};
  },
};

function textNamed(source: JsonObject, name: string): JsonObject {
  const value = source[name];
  return typeof value === 'string' ? { [name]: value } : {};
}

/** Only what the SDK takes back: it throws at any other, and takes none for a failure. */
function statusOf(...known: readonly string[]): Field {
  const status = same('status', oneOf('in_progress', 'completed', ...known));
  return {
    ...status,
    toAgentsJs: (source) => ((source['status'] ?? null) === null ? null : status.toAgentsJs(source)),
  };
}

/**
 * AGENTS_JS says 'completed' of every MCP item, because most have no status of their own: one that has keeps it in
 * `providerData`, from which the SDK sends it.
 */
const mcpStatus: Field = {
  agentsJs: ['status'],
  responses: [],
  toAgentsJs: ({ status }) => ({ status: typeof status === 'string' ? status : 'completed' }),
  toResponses: ({ status, providerData }) => {
    const sent = isJsonObject(providerData) ? providerData['status'] : undefined;
    return sent !== undefined || typeof status !== 'string' || status === 'completed' ? {} : { status };
  },
};

const searchAction = requirement(
  ({ action }) => action === undefined || (isJsonObject(action) && typeof action['type'] === 'string'),
);

const image = hostedCall('image_generation_call', 'result', statusOf('generating', 'failed'));

const HOSTED: Readonly<Record<string, Form>> = {
  web_search_call: hostedCall('web_search_call', 'output', statusOf('searching', 'failed'), searchAction),
  file_search_call: hostedCall('file_search_call', 'output', statusOf('searching', 'failed', 'incomplete')),
  code_interpreter_call: hostedCall('code_interpreter_call', 'output', statusOf('interpreting')),
  image_generation_call: { ...image, responsesDefaults: { result: null } },
  mcp_list_tools: hostedCall('mcp_list_tools', 'output', mcpStatus),
  mcp_approval_request: hostedCall('mcp_approval_request', 'output', mcpStatus),
  mcp_approval_response: hostedCall('mcp_approval_response', 'output', mcpStatus),
  mcp_call: hostedCall('mcp_call', 'output', mcpStatus),
};

/** The form of a hosted tool's call by its Responses type. */
export function hostedForm(type: string): Form | undefined {
  return Object.hasOwn(HOSTED, type) ? HOSTED[type] : undefined;
}

/** The form of a `hosted_tool_call`: SDKs of old left out the end of some types, and kept MCP's in the name only. */
export function hostedFormOf({ name, providerData }: JsonObject): Form | undefined {
  const type = isJsonObject(providerData) ? providerData['type'] : undefined;
  for (const given of [type, name]) {
    if (typeof given !== 'string') continue;
    const form = hostedForm(given) ?? hostedForm(`${given}_call`);
    if (form !== undefined) return form;
  }
  return undefined;
}
