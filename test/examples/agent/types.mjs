// Never run: the compiler holds the client's session and the SDK's types against each other.
import { Agent, run } from '@openai/agents';
import { connect } from 'agent-sessions/client';

const agent = new Agent({ name: 'assistant' });
const session = connect({ url: 'http://127.0.0.1:4000' }).session('conversation-1');

await run(agent, 'Hello', { session });
const streamed = await run(agent, 'Hello', { session, stream: true });
await session.storeAgentResult(streamed);

/** @type {import('@openai/agents').AgentInputItem[]} */
const inputs = await session.toAgentInputs();
const result = await run(agent, [...inputs, { role: 'user', content: 'Hello' }]);
await session.storeAgentResult(result);

/** @type {import('@openai/agents').SessionHistoryRewriteAwareSession} */
const rewritten = session;
/** @type {import('@openai/agents').SessionHistoryTransactionAwareSession} */
const changed = session;
await rewritten.addItems(await changed.getItems());

// @ts-expect-error -- proves that the compiler knows the SDK's types: this is no session.
await run(agent, 'Hello', { session: { getSessionId: async () => 'conversation-1' } });

for await (const event of session.mirrored(streamed)) {
  if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta')
    event.data.delta.trim();
}
await session.mirror(await run(agent, 'Hello', { session: session.forMirror(), stream: true }), {
  scope: 'NEW',
});
// @ts-expect-error -- what is not streamed has no events.
await session.mirror(result);
