/** Items of a run, as the Agents SDK of each language writes them. */
export interface AgentItems {
  user(text: string): object;
  answer(id: string, text: string): object;
  call(id: string, name: string): object;
  result(id: string, name: string, text: string): object;
}

export const WRITTEN: Readonly<Record<'AGENTS_JS' | 'RESPONSES', AgentItems>> = {
  AGENTS_JS: {
    user: (text) => ({ type: 'message', role: 'user', content: text }),
    answer: (id, text) => ({
      type: 'message',
      id,
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text }],
    }),
    call: (id, name) => ({
      type: 'function_call',
      id: `fc_${id}`,
      callId: `call_${id}`,
      name,
      status: 'completed',
      arguments: '{}',
    }),
    result: (id, name, text) => ({
      type: 'function_call_result',
      name,
      callId: `call_${id}`,
      status: 'completed',
      output: { type: 'text', text },
    }),
  },
  RESPONSES: {
    user: (text) => ({ role: 'user', content: text }),
    answer: (id, text) => ({
      id,
      content: [{ annotations: [], text, type: 'output_text' }],
      role: 'assistant',
      status: 'completed',
      type: 'message',
    }),
    call: (id, name) => ({
      arguments: '{}',
      call_id: `call_${id}`,
      name,
      type: 'function_call',
      id: `fc_${id}`,
      status: 'completed',
    }),
    result: (id, _name, text) => ({ call_id: `call_${id}`, output: text, type: 'function_call_output' }),
  },
};

export const DIALECTS = ['AGENTS_JS', 'RESPONSES'] as const;

/** The call and the result with which the conversation goes to another agent. */
export function transfer(items: AgentItems, id: string, agent: string): object[] {
  const name = `transfer_to_${agent}`;
  return [items.call(id, name), items.result(id, name, `{"assistant": "${agent}"}`)];
}

/** What is in a log, each item in a word: who said what, who called or answered what, who took over. */
export function storyOf(items: readonly any[]): string[] {
  return items.map(({ __typename, role, text, name, toolName, from, to, raw }) => {
    switch (__typename) {
      case 'Message':
        return `${role}: ${text}`;
      case 'ToolCall':
        return `call ${name}`;
      case 'ToolResult':
        return `result of ${toolName}`;
      case 'Handoff':
        return `${from} > ${to}`;
      default:
        return raw.type;
    }
  });
}
