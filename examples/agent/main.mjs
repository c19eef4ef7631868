import { run, setDefaultModelProvider, setTracingDisabled } from '@openai/agents';
import { connect } from 'agent-sessions/client';
import { triage, weather } from './agents.mjs';
import { scriptedModel } from './scripted-model.mjs';

const { AGENT_SESSIONS_URL = 'http://127.0.0.1:4000', OPENAI_API_KEY } = process.env;

if (!OPENAI_API_KEY) {
  const model = scriptedModel();
  setDefaultModelProvider({ getModel: () => model });
  setTracingDisabled(true);
}

// Any process that names the same id goes on with the same conversation. Without an id the server chooses one.
const sessions = connect({ url: AGENT_SESSIONS_URL, userId: 'local' });
const session = sessions.session(process.argv[2], { title: 'Weather' });

/** The agent who spoke last goes on; the first is triage. */
async function nextAgent() {
  const agent = (await session.currentAgent()) === weather.name ? weather : triage;
  await session.trackAgent(agent.name);
  return agent;
}

/** @param {string} question */
async function ask(question) {
  console.log(`user: ${question}`);
  const result = await run(await nextAgent(), question, { session });
  // The run has stored its items. What the SDK does not tell a session is which agent spoke: the result does.
  await session.storeAgentResult(result);
  console.log(`${result.lastAgent?.name}: ${result.finalOutput}`);
}

/** @param {string} question */
async function askStreamed(question) {
  console.log(`user: ${question}`);
  const result = await run(await nextAgent(), question, { session, stream: true });
  for await (const text of result.toTextStream()) process.stdout.write(text);
  await session.storeAgentResult(result);
  console.log();
}

await ask('What is the weather in Paris?');
await askStreamed('And tomorrow?');
await askStreamed('Thank you!');

const info = await session.info();
console.log(`Session ${info?.id}: ${info?.messageCount} messages, agents ${info?.agentsUsed.join(', ')}`);
