import { describe, expect, it } from 'vitest';
import { convertItems } from '../../../src/core/agents/dialects.ts';
import type { JsonObject } from '../../../src/core/json.ts';

function toResponses(raw: JsonObject): JsonObject | undefined {
  return convertItems([{ raw, dialect: 'AGENTS_JS' }], 'RESPONSES')[0];
}

function toAgentsJs(raw: JsonObject): JsonObject | undefined {
  return convertItems([{ raw, dialect: 'RESPONSES' }], 'AGENTS_JS')[0];
}

describe('convertItems', () => {
  it('hands back the same object for what was written in the dialect', () => {
    const raw = { role: 'user', content: 'hi', note: { of: 'mine' } };
    expect(convertItems([{ raw, dialect: 'RESPONSES' }], 'RESPONSES')[0]).toBe(raw);
    expect(convertItems([{ raw, dialect: 'AGENTS_JS' }], 'AGENTS_JS')[0]).toBe(raw);
  });

  it('keeps number and order of the items', () => {
    const items = [
      { raw: { role: 'user', content: 'a' }, dialect: 'AGENTS_JS' as const },
      { raw: { type: 'dream_call', id: 'd' }, dialect: 'RESPONSES' as const },
      { raw: { role: 'user', content: 'c' }, dialect: 'RESPONSES' as const },
    ];
    expect(convertItems(items, 'AGENTS_JS').map(({ type, content }) => content ?? type)).toEqual([
      'a',
      'unknown',
      'c',
    ]);
    expect(convertItems([], 'RESPONSES')).toEqual([]);
  });

  it('leaves what it is given as it is', () => {
    const raw = { type: 'reasoning', id: 'rs', content: [{ type: 'input_text', text: 'so' }] };
    const before = structuredClone(raw);
    toResponses(raw);
    expect(raw).toEqual(before);
  });
});

// Each pair is what the SDK's own conversion makes of the item before it sends it to the Responses API.
describe('from AGENTS_JS to RESPONSES', () => {
  it('names the calls and results of functions as the Responses API does', () => {
    expect(
      toResponses({
        type: 'function_call',
        id: 'fc_1',
        callId: 'call_1',
        name: 'get_weather',
        namespace: 'crm',
        status: 'completed',
        arguments: '{"city":"Rome"}',
        caller: { type: 'program', callerId: 'prog_1' },
        providerData: { id: 'fc_1', type: 'function_call' },
      }),
    ).toEqual({
      type: 'function_call',
      id: 'fc_1',
      call_id: 'call_1',
      name: 'get_weather',
      namespace: 'crm',
      status: 'completed',
      arguments: '{"city":"Rome"}',
      caller: { type: 'program', caller_id: 'prog_1' },
    });
    expect(
      toResponses({
        type: 'function_call_result',
        callId: 'call_1',
        name: 'get_weather',
        status: 'completed',
        output: { type: 'text', text: 'sunny' },
      }),
    ).toEqual({ type: 'function_call_output', call_id: 'call_1', status: 'completed', output: 'sunny' });
  });

  it('gives each source of an image or a file its own name', () => {
    const content = [
      { type: 'input_image', image: 'https://example.org/a.png', detail: 'high' },
      { type: 'input_image', image: { id: 'file_1' } },
      { type: 'input_file', file: 'data:text/plain;base64,aGk=', filename: 'a.txt' },
      { type: 'input_file', file: 'https://example.org/a.txt' },
      { type: 'input_file', file: { url: 'https://example.org/b.txt' } },
      { type: 'input_file', file: { id: 'file_2' }, promptCacheBreakpoint: { mode: 'explicit' } },
    ];
    expect(toResponses({ role: 'user', content })).toEqual({
      role: 'user',
      content: [
        { type: 'input_image', image_url: 'https://example.org/a.png', detail: 'high' },
        { type: 'input_image', file_id: 'file_1', detail: 'auto' },
        { type: 'input_file', file_data: 'data:text/plain;base64,aGk=', filename: 'a.txt' },
        { type: 'input_file', file_url: 'https://example.org/a.txt' },
        { type: 'input_file', file_url: 'https://example.org/b.txt' },
        { type: 'input_file', file_id: 'file_2', prompt_cache_breakpoint: { mode: 'explicit' } },
      ],
    });
  });

  it.each([
    [
      { type: 'image', image: { data: 'aGk=', mediaType: 'image/png' } },
      { image_url: 'data:image/png;base64,aGk=' },
    ],
    [
      { type: 'image', image: { fileId: 'file_1' }, detail: 'low' },
      { file_id: 'file_1', detail: 'low' },
    ],
    [
      { type: 'file', file: { data: 'aGk=', mediaType: 'text/csv', filename: 'a.csv' } },
      { file_data: 'data:text/csv;base64,aGk=', filename: 'a.csv' },
    ],
    [
      { type: 'file', file: { url: 'https://a.org', filename: 'a' } },
      { file_url: 'https://a.org', filename: 'a' },
    ],
  ])('makes a list of one part of the old output %j', (output, part) => {
    const raw = { type: 'function_call_result', callId: 'c', name: 'f', status: 'completed', output };
    expect(toResponses(raw)).toMatchObject({ output: [{ type: `input_${output.type}`, ...part }] });
  });

  it('spreads providerData, its outermost names in snake_case', () => {
    expect(
      toResponses({
        type: 'reasoning',
        id: 'rs_1',
        content: [{ type: 'input_text', text: 'hm', providerData: { type: 'summary_text' } }],
        providerData: { encryptedContent: 'x', extra: { innerName: 1 } },
      }),
    ).toEqual({
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'hm' }],
      encrypted_content: 'x',
      extra: { innerName: 1 },
    });
  });

  it('leaves out what the Responses API refuses', () => {
    const call = { type: 'computer_call', callId: 'c', status: 'completed', action: { type: 'wait' } };
    expect(toResponses({ ...call, providerData: { pending_safety_checks: [] } })).toEqual({
      type: 'computer_call',
      call_id: 'c',
      status: 'completed',
      action: { type: 'wait' },
    });
    expect(toResponses({ type: 'compaction', encrypted_content: 'x', created_by: 'm' })).toEqual({
      type: 'compaction',
      encrypted_content: 'x',
    });
    const said = { type: 'message', role: 'assistant', status: 'completed', content: [] };
    expect(toResponses({ ...said, id: 'FAKE_ID' })).toEqual(said);
  });

  it('takes id and status of a hosted tool from providerData, or from beside it', () => {
    const item = { type: 'hosted_tool_call', name: 'mcp_call', status: 'failed' };
    expect(toResponses({ ...item, providerData: { type: 'mcp_call', id: 'mcp_1' } })).toEqual({
      type: 'mcp_call',
      id: 'mcp_1',
      status: 'failed',
    });
    expect(toResponses({ ...item, id: 'mcp_1', providerData: { status: 'calling' } })).toEqual({
      type: 'mcp_call',
      id: 'mcp_1',
      status: 'calling',
    });
  });

  it('does not put back an id that was taken away', () => {
    const raw = { type: 'reasoning', content: [], providerData: { id: 'rs_1' } };
    expect(toResponses(raw)).toEqual({ type: 'reasoning', summary: [] });
  });

  it.each([
    { type: 'hosted_tool_call', name: 'google_search', output: 'x' },
    { type: 'unknown', providerData: { note: 'no item' } },
    { type: 'unknown', id: 'item_1' },
    { role: 'assistant', status: 'completed', type: 'message', content: [{ type: 'image', image: 'aGk=' }] },
    { role: 'user', content: [{ type: 'audio', audio: { id: 'file_1' } }] },
  ])('leaves as it is, there and back, what has no form: %j', (raw) => {
    expect(toResponses(raw)).toEqual(raw);
    expect(toAgentsJs(raw)).toEqual(raw);
  });

  it('converts the parts beside one that has no form', () => {
    const audio = { type: 'audio', audio: { id: 'file_1' } };
    const content = [audio, { type: 'input_image', image: { id: 'file_2' } }];
    expect(toResponses({ role: 'user', content })?.['content']).toEqual([
      audio,
      { type: 'input_image', file_id: 'file_2', detail: 'auto' },
    ]);
  });
});

describe('from RESPONSES to AGENTS_JS', () => {
  it('makes parts of an assistant text, and says that it is complete', () => {
    expect(toAgentsJs({ role: 'assistant', content: 'hi' })).toEqual({
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'hi' }],
    });
  });

  it('makes developers the system', () => {
    expect(toAgentsJs({ role: 'developer', content: 'Be brief.' })).toEqual({
      role: 'system',
      content: 'Be brief.',
    });
    const content = [{ type: 'input_text', text: 'Be brief.' }];
    expect(toAgentsJs({ role: 'developer', content })).toEqual({ role: 'system', content: 'Be brief.' });
  });

  it('keeps annotations where the SDK looks for them', () => {
    const annotations = [{ type: 'url_citation', url: 'https://a.org' }];
    const content = [{ type: 'output_text', text: 'hi', annotations }];
    expect(toAgentsJs({ type: 'message', id: 'm', role: 'assistant', status: 'completed', content })).toEqual(
      {
        type: 'message',
        id: 'm',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'hi', providerData: { annotations } }],
      },
    );
  });

  it('puts the Responses type and id of a hosted tool into providerData', () => {
    const action = { type: 'search', query: 'rain' };
    expect(toAgentsJs({ type: 'web_search_call', id: 'ws_1', status: 'completed', action })).toEqual({
      type: 'hosted_tool_call',
      id: 'ws_1',
      name: 'web_search_call',
      status: 'completed',
      providerData: { type: 'web_search_call', id: 'ws_1', action },
    });
    const call = { id: 'mcp_1', name: 'find', arguments: '{}', server_label: 'docs', status: 'failed' };
    expect(toAgentsJs({ type: 'mcp_call', ...call, output: 'found' })).toEqual({
      type: 'hosted_tool_call',
      id: 'mcp_1',
      name: 'mcp_call',
      status: 'failed',
      arguments: '{}',
      output: 'found',
      providerData: { type: 'mcp_call', ...call },
    });
  });

  it('keeps reasoning where chat models and where the Responses API get it from', () => {
    const content = [{ type: 'reasoning_text', text: 'because' }];
    expect(
      toAgentsJs({ type: 'reasoning', id: 'rs_1', summary: [], content, encrypted_content: 'x' }),
    ).toEqual({
      type: 'reasoning',
      id: 'rs_1',
      content: [],
      rawContent: content,
      providerData: { content, encrypted_content: 'x' },
    });
  });

  it.each([
    [
      'a type that only RESPONSES has',
      { type: 'local_shell_call', id: 'l', action: { env: { PATH: '/bin' } } },
    ],
    ['a type of tomorrow', { type: 'dream_call', id: 'd', someField: 1 }],
    ['a type named like a property of every object', { type: 'toString', id: 't' }],
    [
      'a status that the SDK throws at',
      { type: 'web_search_call', id: 'w', status: 'incomplete', action: { type: 'x' } },
    ],
    [
      'an image with two sources',
      { role: 'user', content: [{ type: 'input_image', image_url: 'u', file_id: 'f' }] },
    ],
    [
      'system parts',
      {
        role: 'system',
        content: [
          { type: 'input_text', text: 'a' },
          { type: 'input_text', text: 'b' },
        ],
      },
    ],
    [
      'a screenshot named by its file',
      {
        type: 'computer_call_output',
        call_id: 'c',
        output: { type: 'computer_screenshot', file_id: 'f' },
      },
    ],
    [
      'an item of type unknown',
      { type: 'unknown', id: 'u', providerData: { type: 'message', role: 'user' } },
    ],
    ['a call without its arguments', { type: 'function_call', call_id: 'c', name: 'f' }],
  ])('wraps %s, and gives back exactly that', (_, raw) => {
    const wrapped = toAgentsJs(raw);
    expect(wrapped).toEqual({ type: 'unknown', ...('id' in raw ? { id: raw.id } : {}), providerData: raw });
    expect(wrapped === undefined ? wrapped : toResponses(wrapped)).toEqual(raw);
  });
});

describe('the tool that a result names in AGENTS_JS', () => {
  const call = (name: string) => ({
    raw: { type: 'function_call', call_id: 'call_1', name, arguments: '{}' },
    dialect: 'RESPONSES' as const,
  });
  const result = {
    raw: { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
    dialect: 'RESPONSES' as const,
  };
  const names = (items: Parameters<typeof convertItems>[0]) =>
    convertItems(items, 'AGENTS_JS').map(({ name }) => name);

  it('is that of the nearest earlier call with its id, in either dialect', () => {
    expect(names([call('first'), result, call('second'), result])).toEqual([
      'first',
      'first',
      'second',
      'second',
    ]);
    const js = { type: 'function_call', callId: 'call_1', name: 'js', namespace: 'crm', arguments: '{}' };
    expect(convertItems([{ raw: js, dialect: 'AGENTS_JS' }, result], 'AGENTS_JS')[1]).toEqual({
      type: 'function_call_result',
      callId: 'call_1',
      name: 'js',
      namespace: 'crm',
      status: 'completed',
      output: 'ok',
    });
  });

  it('is the one that is known for it rather than one that is found', () => {
    expect(names([call('found'), { ...result, toolName: 'known' }])).toEqual(['found', 'known']);
  });

  it('is the one that the result has rather than any other', () => {
    const named = { ...result, raw: { ...result.raw, name: 'own' }, toolName: 'known' };
    expect(names([call('found'), named])).toEqual(['found', 'own']);
  });

  it('is the id when nobody knows it', () => {
    expect(names([{ ...result, toolName: null }])).toEqual(['call_1']);
  });
});
