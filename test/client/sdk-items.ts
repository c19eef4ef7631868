import type { AgentInputItem, FunctionCallItem } from './sdk-session-contract.ts';

export function user(content: string): AgentInputItem {
  return { type: 'message', role: 'user', content };
}

export function assistant(text: string, id?: string): AgentInputItem {
  return {
    type: 'message',
    role: 'assistant',
    ...(id === undefined ? {} : { id }),
    status: 'completed',
    content: [{ type: 'output_text', text }],
  };
}

export function call(callId: string, given: Partial<FunctionCallItem> = {}): FunctionCallItem {
  return {
    type: 'function_call',
    callId,
    name: 'weather',
    status: 'completed',
    arguments: '{"city":"Oslo"}',
    ...given,
  };
}

export function result(callId: string, text = 'rain'): AgentInputItem {
  return {
    type: 'function_call_result',
    callId,
    name: 'weather',
    status: 'completed',
    output: { type: 'text', text },
  };
}

export function compaction(encrypted_content = 'gAAAA'): AgentInputItem {
  return { type: 'compaction', encrypted_content };
}

/** One item of each kind that a run may leave, as JSON text keeps it. */
export const EVERY_KIND: readonly object[] = [
  user('Grüße 👩‍👩‍👧 \u0000\u2028 "quoted"\n'),
  {
    type: 'message',
    role: 'user',
    content: [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image: 'data:image/png;base64,iVBORw0=', detail: 'low' },
      { type: 'input_file', file: { id: 'file_1' }, filename: 'a.pdf' },
    ],
  },
  { type: 'message', role: 'system', content: 'Be brief.' },
  {
    type: 'reasoning',
    id: 'rs_1',
    content: [{ type: 'input_text', text: 'Looks like rain.' }],
    rawContent: [{ type: 'reasoning_text', text: 'step by step' }],
    providerData: { encrypted_content: 'x', nested: { list: [1, 2.5, null, true, {}, []] } },
  },
  call('call_1', { id: 'fc_1', providerData: { namespace: 'n' } }),
  result('call_1'),
  {
    type: 'function_call_result',
    callId: 'call_2',
    name: 'picture',
    status: 'completed',
    output: [
      { type: 'input_text', text: 'here' },
      { type: 'input_image', image: 'https://example.org/a.png' },
    ],
  },
  {
    type: 'hosted_tool_call',
    id: 'ws_1',
    name: 'web_search_call',
    status: 'completed',
    arguments: '{}',
    providerData: { type: 'web_search_call', action: { type: 'search', query: 'rain' } },
  },
  {
    type: 'computer_call',
    id: 'cu_1',
    callId: 'call_3',
    status: 'completed',
    action: { type: 'click', x: 1, y: 2, button: 'left' },
  },
  {
    type: 'shell_call',
    callId: 'call_4',
    status: 'completed',
    action: { commands: ['ls'], timeoutMs: 1000 },
  },
  {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [
      { type: 'output_text', text: 'It rains.', providerData: { annotations: [] } },
      { type: 'refusal', refusal: 'No more.' },
    ],
  },
  { type: 'unknown', id: 'u_1', providerData: { type: 'something_new', value: 1e21 } },
];
