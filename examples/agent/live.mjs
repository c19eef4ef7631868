import { run, setDefaultModelProvider, setTracingDisabled } from '@openai/agents';
import { connect } from 'agent-sessions/client';
import { triage } from './agents.mjs';
import { slowModel } from './scripted-model.mjs';

const { AGENT_SESSIONS_URL = 'http://127.0.0.1:4000', OPENAI_API_KEY } = process.env;

if (!OPENAI_API_KEY) {
  const model = slowModel();
  setDefaultModelProvider({ getModel: () => model });
  setTracingDisabled(true);
}

const session = connect({ url: AGENT_SESSIONS_URL, userId: 'local' }).session(process.argv[2]);

// The run reads the session. What it does the mirror writes to it, while it does it: watch.mjs shows that.
const question = 'What is the weather in Paris?';
const result = await run(triage, question, { session: session.forMirror(), stream: true });
await session.mirror(result);
console.log(result.finalOutput);
