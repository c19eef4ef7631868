import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  assistantMessage,
  functionCall,
  modelResponder,
  modelStreamResponder,
  ScriptedModel,
} from '@openai/agents/testing';

/** In place of a model: needs no key and no network, and says what follows from the last item that it is given. */
export function scriptedModel() {
  return new ScriptedModel(Array(100).fill(modelResponder(({ request }) => [answer(request)])));
}

/** The same for streamed runs, and it speaks as slowly as a model. */
export function slowModel() {
  return new ScriptedModel(Array(100).fill(modelStreamResponder(({ request }) => spoken(answer(request)))));
}

/** @param {import('@openai/agents').ModelRequest} request */
function answer({ input, handoffs: [handoff] }) {
  if (handoff) return call(handoff.toolName, {});
  const last = JSON.stringify(input.at(-1));
  const weather = /(?<city>\w+), (?<day>\w+): (?<text>[\w ,]+)/.exec(last)?.groups;
  if (weather) return say(`In ${weather.city}, it is ${weather.text} ${weather.day}.`);
  if (/thank/i.test(last)) return say('You are welcome.');
  return call('forecast', { city: 'Paris', day: /tomorrow/i.test(last) ? 'tomorrow' : 'today' });
}

/**
 * @param {ReturnType<typeof answer>} item
 * @returns {AsyncGenerator<import('@openai/agents').ResponseStreamEvent>}
 */
async function* spoken(item) {
  yield { type: 'response_started' };
  const text = item.type === 'message' && item.content[0]?.type === 'output_text' ? item.content[0].text : '';
  for (const delta of text.match(/\S+\s*/g) ?? []) {
    await setTimeout(150);
    yield { type: 'output_text_delta', delta, itemId: item.id };
  }
  const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
  yield { type: 'response_done', response: { id: randomUUID(), output: [item], usage } };
}

/** @param {string} text */
const say = (text) => assistantMessage(text, { id: `msg_${randomUUID()}` });

/** @param {string} name @param {Record<string, unknown>} input */
const call = (name, input) => functionCall(name, input, { callId: `call_${randomUUID()}` });
