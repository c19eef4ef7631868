// Ten turns of history and new input, run, store; streamed in turn. Prints the number of messages after each.
import { Agent, run, setTracingDisabled, tool } from '@openai/agents';
import { assistantMessage, functionCall, ScriptedModel } from '@openai/agents/testing';
import { connect } from 'agent-sessions/client';

const { url, id } = JSON.parse(process.argv[2] ?? '');
setTracingDisabled(true);

const TURNS = 10;
const ask = (turn) => functionCall('ask', {}, { callId: `call_${turn}` });
const agent = new Agent({
  name: 'assistant',
  // Every turn says the same, without an id that would tell one answer from another.
  model: new ScriptedModel(
    Array.from({ length: TURNS }, (_, turn) => [[ask(turn)], [assistantMessage('Sure?')]]).flat(),
  ),
  tools: [
    tool({
      name: 'ask',
      description: 'Asks.',
      parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
      execute: () => 'nothing',
    }),
  ],
});

const session = connect({ url }).session(id);
const counts = [];
for (let turn = 0; turn < TURNS; turn++) {
  const inputs = await session.toAgentInputs();
  const input = [...inputs, { role: 'user', content: 'yes' }];
  const result = turn % 2 === 0 ? await run(agent, input) : await run(agent, input, { stream: true });
  await session.storeAgentResult(result);
  await session.storeAgentResult(result);
  counts.push(await session.messageCount());
}
process.stdout.write(
  JSON.stringify({ counts, items: (await session.getItems()).map(({ type, role }) => role ?? type) }),
);
