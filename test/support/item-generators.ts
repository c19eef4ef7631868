import fc from 'fast-check';
import type { JsonObject } from '../../src/core/json.ts';

type Items = fc.Arbitrary<JsonObject>;
type Fields = Record<string, fc.Arbitrary<unknown>>;

/** An object that may lack any of the optional fields. */
function object(required: Fields, optional: Fields = {}): Items {
  return fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required), noNullPrototype: true },
  ) as Items;
}

const is = <Value>(value: Value) => fc.constant(value);
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const id = (prefix: string) => fc.nat({ max: 99 }).map((number) => `${prefix}_${number}`);
const base64 = fc.base64String({ minLength: 4, maxLength: 16 });
const dataUrl = base64.map((data) => `data:image/png;base64,${data}`);
const url = fc.webUrl({ validSchemes: ['https'] });
const nullable = (value: fc.Arbitrary<unknown>) => fc.option(value, { nil: null });
const list = (value: fc.Arbitrary<unknown>, minLength = 0) => fc.array(value, { minLength, maxLength: 3 });
const breakpoint = is({ mode: 'explicit' });
const jsonText = fc.json({ maxDepth: 1 });
const status = fc.constantFrom('in_progress', 'completed', 'incomplete');
const phase = fc.constantFrom('commentary', 'final_answer');
const toolName = fc.constantFrom('get_weather', 'transfer_to_billing', 'search');
const annotation = object({ type: is('url_citation'), url, title: text, start_index: fc.nat() });

const computerAction = fc.oneof(
  object({ type: fc.constantFrom('screenshot', 'wait') }),
  object({ type: is('click'), x: fc.nat(), y: fc.nat(), button: fc.constantFrom('left', 'wheel') }),
  object({ type: fc.constantFrom('double_click', 'move'), x: fc.nat(), y: fc.nat() }),
  object({ type: is('scroll'), x: fc.nat(), y: fc.nat(), scroll_x: fc.integer(), scroll_y: fc.integer() }),
  object({ type: is('type'), text }),
  object({ type: is('keypress'), keys: list(text) }),
  object({ type: is('drag'), path: list(object({ x: fc.nat(), y: fc.nat() })) }),
);
const safetyChecks = list(object({ id: id('sc') }, { code: text, message: text }));

const agentsJsParts = {
  text: object({ type: is('input_text'), text }, { promptCacheBreakpoint: breakpoint }),
  image: object(
    { type: is('input_image') },
    {
      image: fc.oneof(url, dataUrl, object({ id: id('file') })),
      detail: fc.constantFrom('low', 'high', 'auto', 'original'),
      promptCacheBreakpoint: breakpoint,
    },
  ),
  file: object(
    { type: is('input_file') },
    {
      file: fc.oneof(base64, dataUrl, url, object({ id: id('file') }), object({ url })),
      filename: text,
      promptCacheBreakpoint: breakpoint,
    },
  ),
  audio: object(
    { type: is('audio'), audio: fc.oneof(base64, object({ id: id('file') })) },
    { format: nullable(is('wav')), transcript: nullable(text) },
  ),
};
const agentsJsCaller = fc.oneof(
  object({ type: is('direct') }),
  object({ type: is('program'), callerId: id('prog') }),
);
const agentsJsAssistantPart = fc.oneof(
  object(
    { type: is('output_text'), text },
    { providerData: object({ annotations: list(annotation) }, { logprobs: is([]) }) },
  ),
  object({ type: is('refusal'), refusal: text }),
  agentsJsParts.audio,
  object({ type: is('image'), image: base64 }),
);
const oldOutput = fc.oneof(
  object({ type: is('text'), text }, { providerData: object({ note: text }) }),
  object(
    {
      type: is('image'),
      image: fc.oneof(
        url,
        object({ data: base64 }, { mediaType: is('image/png') }),
        object({ url }),
        object({ fileId: id('file') }),
      ),
    },
    { detail: fc.constantFrom('low', 'high') },
  ),
  object({
    type: is('file'),
    file: fc.oneof(
      dataUrl,
      object({ data: base64, mediaType: is('text/csv'), filename: text }),
      object({ url }, { filename: text }),
      object({ id: id('file') }, { filename: text }),
    ),
  }),
);
const patch = (moved: string) =>
  fc.oneof(
    object({ type: is('create_file'), path: text, diff: text }),
    object({ type: is('update_file'), path: text, diff: text }, { [moved]: fc.constantFrom('a.ts', 'b.ts') }),
    object({ type: is('delete_file'), path: text }),
  );
const foundTool = (names: { reference: string; defer: string; callers: string }) => {
  const tools = fc.oneof(
    object({ type: is('tool_reference'), [names.reference]: toolName }, { namespace: is('crm') }),
    object(
      { type: is('function'), name: toolName, parameters: is({ type: 'object' }), strict: fc.boolean() },
      { [names.defer]: fc.boolean(), [names.callers]: is(['direct']) },
    ),
  );
  return fc.oneof(tools, object({ type: is('namespace'), name: is('crm'), tools: list(tools) }));
};

/** What RESPONSES has beside its fields of one hosted tool, under the type of its calls. */
const hosted = {
  web_search_call: {
    statuses: ['in_progress', 'searching', 'completed', 'failed'],
    fields: { action: object({ type: is('search'), query: text }) },
  },
  file_search_call: {
    statuses: ['in_progress', 'searching', 'completed', 'incomplete', 'failed'],
    fields: { queries: list(text), results: nullable(list(object({ file_id: id('file'), text }))) },
  },
  code_interpreter_call: {
    statuses: ['in_progress', 'completed', 'interpreting'],
    fields: {
      code: nullable(text),
      container_id: id('cntr'),
      outputs: nullable(list(object({ type: is('logs'), logs: text }))),
    },
  },
  image_generation_call: {
    statuses: ['in_progress', 'completed', 'generating', 'failed'],
    fields: { revised_prompt: nullable(text) },
  },
};
const mcp = {
  mcp_list_tools: { server_label: is('docs'), tools: list(object({ name: toolName, input_schema: is({}) })) },
  mcp_approval_request: { server_label: is('docs'), name: toolName, arguments: jsonText },
  mcp_approval_response: { approval_request_id: id('mcpr'), approve: fc.boolean(), reason: text },
  mcp_call: { server_label: is('docs'), name: toolName, arguments: jsonText, error: is(null) },
};

const hostedCalls = Object.fromEntries(
  Object.entries(hosted).map(([type, { statuses, fields }]): [string, Items] => [
    type,
    id('hosted').chain((same) =>
      object(
        {
          type: is('hosted_tool_call'),
          id: is(same),
          name: is(type),
          status: fc.constantFrom(...statuses),
          providerData: object({ type: is(type), id: is(same), ...fields }),
        },
        { output: base64, caller: agentsJsCaller },
      ),
    ),
  ]),
);
const mcpCalls = Object.fromEntries(
  Object.entries(mcp).map(([type, fields]): [string, Items] => [
    type,
    id('mcp').chain((same) =>
      object(
        {
          type: is('hosted_tool_call'),
          id: is(same),
          name: is(type),
          status: is('completed'),
          providerData: object({ type: is(type), id: is(same), ...fields }),
        },
        { output: text },
      ),
    ),
  ]),
);

/** Every kind of item that `@openai/agents-core` types/protocol defines, as JSON can hold it. */
export const AGENTS_JS_ITEMS: Readonly<Record<string, Items>> = {
  'user message': object(
    { role: is('user'), content: fc.oneof(text, list(fc.oneof(...Object.values(agentsJsParts)))) },
    { type: is('message'), id: id('msg') },
  ),
  'assistant message': object(
    { role: is('assistant'), status, content: list(agentsJsAssistantPart) },
    { type: is('message'), id: fc.oneof(id('msg'), is('FAKE_ID')), phase },
  ),
  'system message': object({ role: is('system'), content: text }, { type: is('message'), id: id('msg') }),
  function_call: object(
    { type: is('function_call'), callId: id('call'), name: toolName, arguments: jsonText },
    {
      id: id('fc'),
      namespace: is('crm'),
      status,
      caller: agentsJsCaller,
      providerData: object({ id: id('fc'), type: is('function_call') }),
    },
  ),
  function_call_result: object(
    {
      type: is('function_call_result'),
      callId: id('call'),
      name: toolName,
      status,
      output: fc.oneof(
        text,
        oldOutput,
        list(fc.oneof(agentsJsParts.text, agentsJsParts.image, agentsJsParts.file)),
      ),
    },
    { id: id('fco'), caller: agentsJsCaller },
  ),
  ...hostedCalls,
  ...mcpCalls,
  'hosted_tool_call of another provider': object(
    { type: is('hosted_tool_call'), name: is('google_search') },
    { id: id('hosted'), status: is('completed'), arguments: jsonText, output: text },
  ),
  computer_call: object(
    { type: is('computer_call'), callId: id('call'), status, action: computerAction },
    {
      id: id('cu'),
      actions: list(computerAction, 1),
      providerData: object({ pendingSafetyChecks: safetyChecks }),
    },
  ),
  computer_call_result: object(
    {
      type: is('computer_call_result'),
      callId: id('call'),
      output: object({ type: is('computer_screenshot'), data: fc.oneof(dataUrl, url) }),
    },
    { id: id('cuo'), providerData: object({ acknowledgedSafetyChecks: safetyChecks }) },
  ),
  shell_call: object(
    {
      type: is('shell_call'),
      callId: id('call'),
      action: object({ commands: list(text) }, { timeoutMs: fc.nat(), maxOutputLength: fc.nat() }),
    },
    { id: id('sh'), status, caller: agentsJsCaller },
  ),
  shell_call_output: object(
    {
      type: is('shell_call_output'),
      callId: id('call'),
      output: list(
        object({
          stdout: text,
          stderr: text,
          outcome: fc.oneof(
            object({ type: is('timeout') }),
            object({ type: is('exit'), exitCode: nullable(fc.nat()) }),
          ),
        }),
      ),
    },
    { id: id('sho'), status, maxOutputLength: fc.nat(), caller: agentsJsCaller },
  ),
  apply_patch_call: object(
    {
      type: is('apply_patch_call'),
      callId: id('call'),
      status: fc.constantFrom('in_progress', 'completed'),
      operation: patch('moveTo'),
    },
    { id: id('apc'), caller: agentsJsCaller },
  ),
  apply_patch_call_output: object(
    {
      type: is('apply_patch_call_output'),
      callId: id('call'),
      status: fc.constantFrom('completed', 'failed'),
    },
    { id: id('apco'), output: text, caller: agentsJsCaller },
  ),
  program: object(
    { type: is('program'), callId: id('call'), code: text, fingerprint: text },
    { id: id('prog') },
  ),
  program_output: object(
    {
      type: is('program_output'),
      callId: id('call'),
      output: text,
      status: fc.constantFrom('completed', 'incomplete'),
    },
    { id: id('progo') },
  ),
  tool_search_call: object(
    { type: is('tool_search_call'), arguments: fc.jsonValue({ maxDepth: 2 }) },
    {
      id: id('ts'),
      call_id: nullable(id('call')),
      execution: fc.constantFrom('client', 'server'),
      status,
    },
  ),
  tool_search_output: object(
    {
      type: is('tool_search_output'),
      tools: list(foundTool({ reference: 'functionName', defer: 'deferLoading', callers: 'allowedCallers' })),
    },
    {
      id: id('tso'),
      callId: nullable(id('call')),
      execution: fc.constantFrom('client', 'server'),
      status,
      toolSearchAgentName: is('Triage'),
    },
  ),
  reasoning: object(
    { type: is('reasoning'), content: list(object({ type: is('input_text'), text })) },
    {
      id: id('rs'),
      rawContent: list(object({ type: is('reasoning_text'), text }), 1),
      providerData: object({}, { encryptedContent: base64, status }),
    },
  ),
  compaction: object(
    { type: is('compaction'), encrypted_content: base64 },
    { id: id('cmp'), created_by: is('model') },
  ),
  unknown: object({ type: is('unknown') }, { id: id('item'), providerData: object({ note: text }) }),
};

const responsesParts = {
  text: object({ type: is('input_text'), text }, { prompt_cache_breakpoint: nullable(breakpoint) }),
  image: fc.oneof(
    object({ type: is('input_image'), detail: is('low'), image_url: fc.oneof(url, dataUrl) }),
    object({ type: is('input_image'), detail: is('auto'), file_id: id('file') }, { image_url: is(null) }),
  ),
  file: fc.oneof(
    object({ type: is('input_file'), file_data: fc.oneof(base64, dataUrl) }, { filename: text }),
    object({ type: is('input_file'), file_url: url }, { detail: is('high') }),
    object({ type: is('input_file'), file_id: id('file') }, { filename: nullable(text) }),
  ),
  audio: object({ type: is('input_audio'), input_audio: object({ data: base64, format: is('mp3') }) }),
};
const inputParts = list(
  fc.oneof(responsesParts.text, responsesParts.image, responsesParts.file, responsesParts.audio),
);
const outputParts = list(fc.oneof(responsesParts.text, responsesParts.image, responsesParts.file));
const responsesCaller = nullable(
  fc.oneof(object({ type: is('direct') }), object({ type: is('program'), caller_id: id('prog') })),
);

const responsesHosted = Object.fromEntries(
  Object.entries(hosted).map(([type, { statuses, fields }]): [string, Items] => [
    type,
    object({
      type: is(type),
      id: id('hosted'),
      // One that the Agents SDK does not take back is among them.
      status: fc.constantFrom(...statuses, 'incomplete'),
      ...fields,
      ...(type === 'image_generation_call' ? { result: nullable(base64) } : {}),
    }),
  ]),
);
const responsesMcp = Object.fromEntries(
  Object.entries(mcp).map(([type, fields]): [string, Items] => [
    type,
    object(
      { type: is(type), id: id('mcp'), ...fields },
      type === 'mcp_call' ? { output: text, status: fc.constantFrom('completed', 'failed', 'calling') } : {},
    ),
  ]),
);

/** Every kind of input and output item that the Responses API and Python's Agents SDK have. */
export const RESPONSES_ITEMS: Readonly<Record<string, Items>> = {
  'short message': object(
    { role: fc.constantFrom('user', 'system', 'developer', 'assistant'), content: text },
    { type: is('message') },
  ),
  'input message': object(
    { role: fc.constantFrom('user', 'system', 'developer'), content: inputParts },
    { type: is('message'), id: id('msg') },
  ),
  'output message': object(
    {
      type: is('message'),
      role: is('assistant'),
      id: id('msg'),
      status,
      content: list(
        fc.oneof(
          object({ type: is('output_text'), text, annotations: list(annotation) }, { logprobs: is([]) }),
          object({ type: is('refusal'), refusal: text }),
        ),
      ),
    },
    { phase: nullable(phase) },
  ),
  function_call: object(
    { type: is('function_call'), call_id: id('call'), name: toolName, arguments: jsonText },
    { id: id('fc'), status, namespace: is('crm'), caller: responsesCaller, async: fc.boolean() },
  ),
  function_call_output: object(
    { type: is('function_call_output'), call_id: id('call'), output: fc.oneof(text, outputParts) },
    { id: nullable(id('fco')), status: nullable(status), caller: responsesCaller, name: toolName },
  ),
  custom_tool_call: object({
    type: is('custom_tool_call'),
    call_id: id('call'),
    name: toolName,
    input: text,
  }),
  custom_tool_call_output: object({
    type: is('custom_tool_call_output'),
    call_id: id('call'),
    output: fc.oneof(text, outputParts),
  }),
  ...responsesHosted,
  ...responsesMcp,
  computer_call: object(
    {
      type: is('computer_call'),
      id: id('cu'),
      call_id: id('call'),
      status,
      pending_safety_checks: safetyChecks,
    },
    { action: computerAction, actions: list(computerAction, 1) },
  ),
  computer_call_output: object(
    {
      type: is('computer_call_output'),
      call_id: id('call'),
      output: fc.oneof(
        object({ type: is('computer_screenshot'), image_url: dataUrl }),
        object({ type: is('computer_screenshot'), file_id: id('file') }),
      ),
    },
    { id: id('cuo'), status, acknowledged_safety_checks: nullable(safetyChecks) },
  ),
  shell_call: object(
    {
      type: is('shell_call'),
      call_id: id('call'),
      action: object(
        { commands: list(text) },
        { timeout_ms: nullable(fc.nat()), max_output_length: nullable(fc.nat()) },
      ),
    },
    {
      id: id('sh'),
      status,
      caller: responsesCaller,
      environment: object({ type: is('container_reference'), container_id: id('cntr') }),
    },
  ),
  shell_call_output: object(
    {
      type: is('shell_call_output'),
      call_id: id('call'),
      output: list(
        object({
          stdout: text,
          stderr: text,
          outcome: fc.oneof(
            object({ type: is('timeout') }),
            object({ type: is('exit'), exit_code: fc.nat() }),
          ),
        }),
      ),
    },
    { id: id('sho'), status, max_output_length: nullable(fc.nat()), caller: responsesCaller },
  ),
  local_shell_call: object({
    type: is('local_shell_call'),
    id: id('lsh'),
    call_id: id('call'),
    status,
    action: object({ type: is('exec'), command: list(text), env: is({ PATH: '/bin', camelCase: '1' }) }),
  }),
  local_shell_call_output: object({ type: is('local_shell_call_output'), id: id('call'), output: text }),
  apply_patch_call: object(
    {
      type: is('apply_patch_call'),
      call_id: id('call'),
      status: fc.constantFrom('in_progress', 'completed'),
      operation: patch('move_to'),
    },
    { id: id('apc'), caller: responsesCaller },
  ),
  apply_patch_call_output: object(
    {
      type: is('apply_patch_call_output'),
      call_id: id('call'),
      status: fc.constantFrom('completed', 'failed'),
    },
    { id: id('apco'), output: nullable(text) },
  ),
  program: object({
    type: is('program'),
    id: id('prog'),
    call_id: id('call'),
    code: text,
    fingerprint: text,
  }),
  program_output: object({
    type: is('program_output'),
    id: id('progo'),
    call_id: id('call'),
    result: text,
    status: fc.constantFrom('completed', 'incomplete'),
  }),
  tool_search_call: object(
    { type: is('tool_search_call'), arguments: fc.jsonValue({ maxDepth: 2 }) },
    {
      id: id('ts'),
      call_id: nullable(id('call')),
      execution: fc.constantFrom('client', 'server'),
      status: nullable(status),
    },
  ),
  tool_search_output: object(
    {
      type: is('tool_search_output'),
      tools: list(
        foundTool({ reference: 'function_name', defer: 'defer_loading', callers: 'allowed_callers' }),
      ),
    },
    { id: id('tso'), call_id: id('call'), execution: fc.constantFrom('client', 'server'), status },
  ),
  reasoning: object(
    { type: is('reasoning'), id: id('rs'), summary: list(object({ type: is('summary_text'), text })) },
    {
      content: list(object({ type: is('reasoning_text'), text })),
      encrypted_content: nullable(base64),
      status,
    },
  ),
  compaction: object(
    { type: is('compaction'), encrypted_content: base64 },
    { id: id('cmp'), created_by: is('model') },
  ),
  compaction_trigger: object({ type: is('compaction_trigger') }),
  configuration_update: object({ type: is('configuration_update'), reasoning: is({ effort: 'low' }) }),
  additional_tools: object({ type: is('additional_tools'), role: is('developer'), tools: is([]) }),
  item_reference: object({ type: is('item_reference'), id: id('item') }),
  'a kind of tomorrow': object({ type: is('dream_call'), id: id('dream'), someField: text, output: text }),
};
