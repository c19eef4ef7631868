import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { shapeOf } from './shape.ts';

const PREFIX = 'transfer_to_';
/** What both SDKs answer to all hand-offs of one turn but the first. */
const REFUSED = 'Multiple handoffs detected, ignoring this one.';

/** The agent that an item hands over to. */
export interface Transfer {
  readonly to: string;
  /** The result names the agent; otherwise the name is the tool's, in which SDKs replace all but letters and digits. */
  readonly named: boolean;
}

/** Follows a conversation's items and tells where it is handed over: at the result of a call of a `transfer_to_` tool. */
export class Transfers {
  readonly #calls = new Map<string, string>();

  /** The next item; null: it hands over to nobody. */
  next(item: JsonObject): Transfer | null {
    const shape = shapeOf(item);
    if (shape?.kind === 'call' && shape.name.startsWith(PREFIX)) {
      this.#calls.set(shape.callId, shape.name.slice(PREFIX.length));
    }
    if (shape?.kind !== 'result') return null;
    const tool = this.#calls.get(shape.callId);
    if (tool === undefined) return null;
    this.#calls.delete(shape.callId);
    const agent = namedAgent(shape.output);
    if (agent !== null) return { to: agent, named: true };
    return tool === '' || outputText(shape.output) === REFUSED ? null : { to: tool, named: false };
  }
}

/** The agent that a hand-off's result names, as both SDKs write it: the text `{"assistant": "name"}`. */
export function namedAgent(output: JsonValue): string | null {
  const text = outputText(output);
  const said = text === null ? output : parsed(text);
  const name = isJsonObject(said) ? said['assistant'] : null;
  return typeof name === 'string' && name !== '' ? name : null;
}

/** The tool name that an agent's name becomes in the SDKs, without its prefix and in lower case. */
export function asToolName(agent: string): string {
  return agent.replace(/[^A-Za-z0-9]/g, '_').toLowerCase();
}

/** A text alone, a text in an object and a list of one text are one output in three spellings. */
export function outputText(output: JsonValue): string | null {
  const single: unknown = Array.isArray(output) && output.length === 1 ? output[0] : output;
  if (typeof single === 'string') return single;
  return isJsonObject(single) && typeof single['text'] === 'string' ? single['text'] : null;
}

function parsed(text: string): unknown {
  // Results can be long and are anything; a hand-off's is a short object.
  if (text.length > 2048 || !text.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
