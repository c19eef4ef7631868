// One conversation that is interrupted by an approval, or the part of it before that or after that. Prints what the
// model was given in each call, and what the session holds in the end.
//
// node conversation.mjs '{ "server": { "url", "id" } or null for the SDK's memory, "streamed": boolean,
//                          "part": "WHOLE" | "UNTIL_APPROVAL" | "FROM_APPROVAL", "state": of the part before }'
import { Agent, MemorySession, run, RunState, setTracingDisabled, tool } from '@openai/agents';
import { assistantMessage, functionCall, ScriptedModel } from '@openai/agents/testing';
import { connect } from 'agent-sessions/client';

const { server, streamed, part, state } = JSON.parse(process.argv[2] ?? '');
setTracingDisabled(true);

const orders = (...numbers) =>
  numbers.map((number) => functionCall('find_order', { number }, { callId: `call_order_${number}` }));
const refund = functionCall(
  'refund',
  { number: 8 },
  { callId: 'call_refund', providerData: { note: 'über 50 €' } },
);

const beforeApproval = [
  [assistantMessage('Hello!', { id: 'msg_1', providerData: { annotations: [] } })],
  [functionCall('transfer_to_billing', {}, { callId: 'call_transfer' })],
  [
    {
      type: 'reasoning',
      id: 'rs_1',
      content: [{ type: 'input_text', text: 'Two orders, then.' }],
      providerData: { encrypted_content: 'gAAA', nested: { empty: {}, list: [1, null, 0.1] } },
    },
    ...orders(7, 8),
  ],
  // One call runs at once, the other waits for its approval.
  [...orders(9), refund],
];
const fromApproval = [
  orders(10),
  [assistantMessage('Done: order 8 is refunded.', { id: 'msg_2' })],
  [assistantMessage('Goodbye.')],
];

const script = {
  WHOLE: [...beforeApproval, ...fromApproval],
  UNTIL_APPROVAL: beforeApproval,
  FROM_APPROVAL: fromApproval,
};
const model = new ScriptedModel(script[part]);

const parameters = {
  type: 'object',
  properties: { number: { type: 'integer' } },
  required: ['number'],
  additionalProperties: false,
};
const billing = new Agent({
  name: 'billing',
  model,
  tools: [
    tool({
      name: 'find_order',
      description: 'An order.',
      parameters,
      execute: ({ number }) => ({ number, price: 60 }),
    }),
    tool({
      name: 'refund',
      description: 'Pays back.',
      parameters,
      needsApproval: true,
      execute: () => 'refunded',
    }),
  ],
});
const triage = new Agent({ name: 'triage', model, handoffs: [billing] });

const session = server === null ? new MemorySession() : connect({ url: server.url }).session(server.id);

async function say(agent, input) {
  const result = await run(agent, input, { session, stream: streamed });
  if (streamed) await result.completed;
  return result;
}

let runState;
if (part !== 'FROM_APPROVAL') {
  await say(triage, 'Hi');
  const interrupted = await say(triage, 'Refund order 8, please. "Ümlaut" 👩‍👩‍👧\n\u0000');
  runState = interrupted.state;
} else {
  runState = await RunState.fromString(triage, state);
}
if (part !== 'UNTIL_APPROVAL') {
  for (const interruption of runState.getInterruptions()) runState.approve(interruption);
  await say(triage, runState);
  await say(billing, 'Thank you');
}
model.assertComplete();

process.stdout.write(
  JSON.stringify({
    inputs: model.calls.map(({ request }) => request.input),
    items: await session.getItems(),
    state: runState.toString(),
  }),
);
