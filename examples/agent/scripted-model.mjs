import { randomUUID } from 'node:crypto';
import { assistantMessage, functionCall, modelResponder, ScriptedModel } from '@openai/agents/testing';

/** In place of a model: needs no key and no network, and says what follows from the last item that it is given. */
export function scriptedModel() {
  return new ScriptedModel(Array(100).fill(modelResponder(({ request }) => [answer(request)])));
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

/** @param {string} text */
const say = (text) => assistantMessage(text, { id: `msg_${randomUUID()}` });

/** @param {string} name @param {Record<string, unknown>} input */
const call = (name, input) => functionCall(name, input, { callId: `call_${randomUUID()}` });
