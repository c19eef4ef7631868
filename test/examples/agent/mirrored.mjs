// Runs that are mirrored while a reader follows. Prints, for each, what the session holds in the end, what one holds in
// which the same result was stored, what the reader met, and what else is to be told.
//
// node mirrored.mjs '{ "url" }'
import { Agent, handoff, run, RunState, setTracingDisabled, tool } from '@openai/agents';
import { removeAllTools } from '@openai/agents-core/extensions';
import { assistantMessage, functionCall, modelStream, ScriptedModel } from '@openai/agents/testing';
import { connect } from 'agent-sessions/client';
import { chatModel, responsesModel } from './openai-models.mjs';

const { url } = JSON.parse(process.argv[2] ?? '');
setTracingDisabled(true);
const sessions = connect({ url });
const later = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

const speaking = (delta, itemId) => ({ type: 'output_text_delta', delta, ...(itemId && { itemId }) });
const thinking = (delta, item_id) => ({
  type: 'model',
  event: { type: 'response.reasoning_summary_text.delta', item_id, summary_index: 0, delta },
});
const thought = (text, id) => ({ type: 'reasoning', id, content: [{ type: 'input_text', text }] });
const call = (name, callId) => functionCall(name, {}, { callId });
const parameters = { type: 'object', properties: {}, required: [], additionalProperties: false };
const toolOf = (name, execute = () => `${name} is done`, rest = {}) =>
  tool({ name, description: name, parameters, execute, ...rest });
const find = toolOf('find');

const agentOf = (script, rest = {}) =>
  new Agent({ name: 'assistant', model: new ScriptedModel(script), ...rest });
const user = (content) => ({ role: 'user', content });

const TRANSFER = 'transfer_to_Billing___refunds';
function triageOf(script, rest = {}) {
  const model = new ScriptedModel(script);
  return new Agent({
    name: 'triage',
    model,
    handoffs: [new Agent({ name: 'Billing & refunds', model })],
    ...rest,
  });
}

/** A session that runs are mirrored in, one that their results are stored in, and a reader of the first. */
class World {
  session = sessions.session();
  stored = sessions.session();
  told = [];
  met = [];
  #uttered = 0;
  #heard = 0;

  async read() {
    for await (const event of this.session.events({ after: '0' })) {
      if (event.__typename === 'SessionUpdated') return;
      if (event.__typename === 'DraftAppended') this.#heard += event.text.length;
      this.met.push(event);
    }
  }

  /** A response that comes in pieces, as a model's: each when the reader has met the one before. */
  spoken = (...output) => modelStream(this.#pieces(output));

  async *#pieces(output) {
    yield { type: 'response_started' };
    for (const item of output) {
      const [{ text } = { text: '' }] = item.content ?? [];
      for (const delta of text.match(/.{1,4}/gsu) ?? []) {
        yield item.type === 'reasoning' ? thinking(delta, item.id) : speaking(delta, item.id);
        await this.hear(delta);
      }
    }
    const usage = { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 };
    yield { type: 'response_done', response: { id: 'resp', output, usage } };
  }

  hear = async (delta) => {
    this.#uttered += delta.length;
    while (this.#heard < this.#uttered) await later(5);
  };

  mirrored = async (agent, input, options = {}, meet = () => undefined) => {
    const result = await run(agent, input, { stream: true, ...options });
    try {
      for await (const event of this.session.mirrored(result)) if (meet(event) === 'leave') break;
    } catch (error) {
      this.told.push(`${error.name}: ${error.message}`);
    }
    return result;
  };

  both = async (agent, input, options) => {
    await this.stored.storeAgentResult(await this.mirrored(agent, input, options));
  };
}

/** Acts once the text says so. */
function atText(words, act) {
  let text = '';
  return ({ data }) => {
    if (data?.type === 'output_text_delta') text += data.delta;
    return text.includes(words) ? act() : undefined;
  };
}

const SCENARIOS = {
  async text({ spoken, both }) {
    const answer = assistantMessage('Hello, Ada. How are you? \u{1F600}\u{1F600}', { id: 'msg_1' });
    await both(agentOf([spoken(answer)]), 'Hi');
  },

  async 'tools and thoughts'({ spoken, both }) {
    const seek = toolOf('seek', () => later(5).then(() => ({ seen: [1, null] })));
    const script = [
      spoken(
        thought('Two things are to be looked up.', 'rs_1'),
        assistantMessage('Let me look at both.', { id: 'msg_1' }),
        call('find', 'call_1'),
        call('seek', 'call_2'),
      ),
      spoken(thought('Only a thought.', 'rs_2'), call('find', 'call_3')),
      spoken(thought('That is it.', 'rs_3'), assistantMessage('Found both, and one more.')),
    ];
    const question = { ...user([{ type: 'input_text', text: 'Find "it"' }]), providerData: { kept: true } };
    await both(agentOf(script, { tools: [find, seek] }), [question]);
  },

  async 'the Responses API'({ both, hear }) {
    await both(new Agent({ name: 'assistant', model: responsesModel(hear) }), 'Hi');
  },

  async 'chat completions'({ both, hear }) {
    await both(new Agent({ name: 'assistant', model: chatModel(hear) }), 'Hi');
  },

  async 'several messages in a response'({ spoken, both }) {
    const response = spoken(
      thought('First', 'rs_1'),
      assistantMessage('The first message', { id: 'msg_1', phase: 'commentary' }),
      thought('Second', 'rs_2'),
      assistantMessage('The second message', { id: 'msg_2' }),
    );
    await both(agentOf([response]), 'Hi');
  },

  async 'a hand-off'({ spoken, both, session, stored }) {
    for (const each of [session, stored]) await each.trackAgent('triage');
    const script = [
      spoken(assistantMessage('You are put through.', { id: 'msg_1' }), call(TRANSFER, 'call_1')),
      spoken(assistantMessage('Billing speaks.', { id: 'msg_2' })),
    ];
    await both(triageOf(script), 'Refund, please');
  },

  async 'a hand-off from the first agent'({ both }) {
    await both(
      triageOf([[call(TRANSFER, 'call_1')], [assistantMessage('Billing speaks.')]]),
      'Refund, please',
    );
  },

  async 'a hand-off that filters'({ both, session, stored }) {
    for (const each of [session, stored]) await each.trackAgent('triage');
    const billing = new Agent({
      name: 'billing',
      model: new ScriptedModel([[assistantMessage('Billing speaks.', { id: 'msg_1' })]]),
    });
    const model = new ScriptedModel([[call('find', 'call_1')], [call('transfer_to_billing', 'call_2')]]);
    const triage = Agent.create({ name: 'triage', model, tools: [find], handoffs: [filtered(billing)] });
    await both(triage, 'Refund, please');
  },

  async 'an approval'({ spoken, mirrored, session, stored, told }) {
    const script = [
      spoken(thought('Both', 'rs_1'), call('find', 'call_1'), call('refund', 'call_2')),
      spoken(assistantMessage('Refunded.', { id: 'msg_1' })),
    ];
    const agent = agentOf(script, { tools: [find, toolOf('refund', undefined, { needsApproval: true })] });
    const interrupted = await mirrored(agent, 'Refund, please');
    told.push(kindsOf(await session.getItems()), kindsOf(await session.toAgentInputs()));
    await stored.storeAgentResult(await mirrored(agent, await approved(agent, interrupted)));
  },

  async 'an approval whose first half was stored'({ mirrored, session, told }) {
    const script = [[call('find', 'call_1'), call('refund', 'call_2')], [assistantMessage('Refunded.')]];
    const agent = agentOf(script, { tools: [find, toolOf('refund', undefined, { needsApproval: true })] });
    const interrupted = await run(agent, 'Refund, please', { stream: true });
    await session.storeAgentResult(interrupted);
    const resumed = await mirrored(agent, await approved(agent, interrupted));
    await session.storeAgentResult(resumed);
    told.push(kindsOf(await session.getItems()));
  },

  async 'an approval in a session of the run'({ mirrored, session, stored }) {
    const script = [[call('find', 'call_1'), call('refund', 'call_2')], [assistantMessage('Refunded.')]];
    const agent = agentOf(script, { tools: [find, toolOf('refund', undefined, { needsApproval: true })] });
    const given = { session: session.forMirror() };
    const interrupted = await mirrored(agent, 'Refund, please', given);
    await stored.storeAgentResult(await mirrored(agent, await approved(agent, interrupted), given));
  },

  async 'a failing tool'({ spoken, both }) {
    const failing = toolOf('find', () => {
      throw new Error('no way');
    });
    const script = [[call('find', 'call_1')], spoken(assistantMessage('It failed.'))];
    await both(agentOf(script, { tools: [failing] }), 'Find it');
  },

  async 'only spaces'({ spoken, both }) {
    await both(agentOf([spoken(assistantMessage('        ', { id: 'msg_1' }))]), 'Say nothing');
  },

  async 'what histories leave out'({ both }) {
    const signed = { created_by: 'me' };
    const response = [
      { ...thought('Hm', 'rs_1'), ...signed },
      { ...assistantMessage('Hello', { id: 'msg_1' }), ...signed },
    ];
    await both(agentOf([response]), 'Hi', { reasoningItemIdPolicy: 'omit' });
  },

  async 'turns without ids'({ spoken, both, session }) {
    for (let turn = 0; turn < 3; turn++) {
      const script = [[call('find', `call_${turn}`)], spoken(assistantMessage('Sure?'))];
      await both(agentOf(script, { tools: [find] }), [...(await session.toAgentInputs()), user('yes')]);
    }
  },

  async 'turns in a session of the run'({ spoken, both, session }) {
    for (let turn = 0; turn < 3; turn++) {
      const script = [[call('find', `call_${turn}`)], spoken(assistantMessage('Sure?'))];
      await both(agentOf(script, { tools: [find] }), 'yes', { session: session.forMirror() });
    }
  },

  async 'nobody who reads the events'({ spoken, session, stored }) {
    const script = [[call('find', 'call_1')], spoken(assistantMessage('Found.'))];
    const result = await run(agentOf(script, { tools: [find] }), 'Find it', { stream: true });
    await session.mirror(result);
    await stored.storeAgentResult(result);
  },

  async 'a run that is aborted in a message'({ spoken, mirrored, told }) {
    const controller = new AbortController();
    const answer = assistantMessage('Half of this is said, and the rest is not.');
    const script = [spoken(thought('Hm', 'rs_1'), answer)];
    const abort = atText('is said', () => controller.abort());
    const result = await mirrored(agentOf(script), 'Hi', { signal: controller.signal }, abort);
    told.push(result.cancelled);
  },

  async 'a loop that is left in a message'({ spoken, mirrored, told }) {
    const answer = assistantMessage('Half of this is said, and the rest is not.');
    const result = await mirrored(
      agentOf([spoken(answer)]),
      'Hi',
      {},
      atText('is said', () => 'leave'),
    );
    told.push(result.cancelled);
  },

  async 'a run that is aborted while a tool works'({ mirrored, stored }) {
    const controller = new AbortController();
    const slow = toolOf('find', () => later(50).then(() => 'found after all'));
    const agent = agentOf([[call('find', 'call_1')], [assistantMessage('Never said')]], { tools: [slow] });
    const abort = ({ name }) => name === 'tool_called' && controller.abort();
    await stored.storeAgentResult(await mirrored(agent, 'Find it', { signal: controller.signal }, abort));
  },

  async 'a model that fails in a message'({ mirrored, hear }) {
    async function* failing() {
      yield { type: 'response_started' };
      for (const delta of ['Half a ', 'thou']) {
        yield speaking(delta);
        await hear(delta);
      }
      throw new RangeError('of the model');
    }
    await mirrored(agentOf([[call('find', 'call_1')], modelStream(failing())], { tools: [find] }), 'Hi');
  },

  async 'too many turns'({ mirrored }) {
    await mirrored(agentOf([[call('find', 'call_1')]], { tools: [find] }), 'Hi', { maxTurns: 1 });
  },

  async 'a tool that ends the run'({ mirrored, session, told }) {
    const failing = tool({
      name: 'find',
      description: 'find',
      parameters,
      errorFunction: null,
      execute: () => {
        throw new RangeError('of the tool');
      },
    });
    await mirrored(agentOf([[call('find', 'call_1')]], { tools: [failing] }), 'Hi');
    told.push(kindsOf(await session.getItems()), kindsOf(await session.toAgentInputs()));
  },

  async 'a run that has the session itself'({ session, told }) {
    const result = await run(agentOf([[assistantMessage('Hello')]]), 'Hi', { stream: true, session });
    await session.mirror(result).catch(({ code, details }) => told.push({ code, details }));
    for await (const event of result) if (event.name) told.push(event.name);
  },
};

function filtered(agent) {
  return Object.assign(handoff(agent), { inputFilter: removeAllTools });
}

async function approved(agent, { state }) {
  const again = await RunState.fromString(agent, state.toString());
  for (const interruption of again.getInterruptions()) again.approve(interruption);
  return again;
}

const kindsOf = (items) => items.map(({ type, role }) => role ?? type);

async function contentOf(session) {
  const { state } = await session.transcript({ last: 1000 });
  const items = state.items.map(
    ({ id: _id, cursor: _at, createdAt: _when, finishesDraft: _draft, ...item }) => item,
  );
  const { currentAgent, agentsUsed, messageCount, itemCount } = await session.info();
  return { items, drafts: state.drafts, currentAgent, agentsUsed, messageCount, itemCount };
}

async function play(scenario) {
  const world = new World();
  const { session, stored } = world;
  for (const each of [session, stored]) await each.getSessionId();
  const reading = world.read();
  await scenario(world);
  const content = await contentOf(session);
  await session.update({ title: 'over' });
  await reading;
  return { content, stored: await contentOf(stored), met: world.met, told: world.told };
}

const played = await Promise.all(
  Object.entries(SCENARIOS).map(async ([name, scenario]) => [name, await play(scenario)]),
);
process.stdout.write(JSON.stringify(Object.fromEntries(played)), () => process.exit());
