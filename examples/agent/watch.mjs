import { connect } from 'agent-sessions/client';

const { AGENT_SESSIONS_URL = 'http://127.0.0.1:4000' } = process.env;

// What a front end does: it knows no agent, no model, and no SDK. It can run in a browser as well.
const session = connect({ url: AGENT_SESSIONS_URL, userId: 'local' }).session(process.argv[2]);
const id = await session.getSessionId();
const transcript = await session.transcript({ last: 20 });
console.log(`Session ${id}`);

/** @type {string[]} */
let printed = [];

/** Prints each line that is new, or says more than before. */
function show() {
  const { items, drafts } = transcript.state;
  const lines = [...items.map(lineOf), ...drafts.map(({ agent, text }) => `${agent}: ${text}…`)];
  for (const [index, line] of lines.entries()) if (line !== printed[index]) console.log(line);
  printed = lines;
}

/** @param {import('agent-sessions/client').Item} item */
function lineOf(item) {
  switch (item.__typename) {
    case 'Message':
      return `${item.role === 'USER' ? 'user' : item.agent}: ${item.text}`;
    case 'ToolCall':
      return `  ${item.agent} calls ${item.name}`;
    case 'ToolResult':
      return `  ${item.toolName} is done`;
    case 'Handoff':
      return `  now with ${item.to}`;
    default:
      return `  ${item.__typename}`;
  }
}

transcript.subscribe(show);
show();
