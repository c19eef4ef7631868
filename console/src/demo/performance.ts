import type { AgentSession } from 'agent-sessions/client';
import {
  FORECAST_CALL,
  FORECAST_RESULT,
  GUIDE_ANSWER,
  GUIDE_THOUGHT,
  QUESTION,
  TRAINS_CALL,
  TRAINS_RESULT,
  TRIAGE_ANSWER,
  WEATHER_THOUGHT,
} from './script.ts';

export { TITLE } from './script.ts';

/** Characters that are written at once, and the milliseconds between: the pace of a quick model. */
const PIECE = 6;
const PACE_MS = 22;

/**
 * Plays a question and its answers: two agents that think, call tools, hand over and write, each word through the API as
 * a real agent would write it. About ten seconds.
 */
export async function perform(session: AgentSession): Promise<void> {
  await session.addMessage({ role: 'USER', text: QUESTION });
  await rest(500);

  await write(session, 'triage', TRIAGE_ANSWER, '');
  await rest(250);

  await session.trackAgent('guide');
  await think(session, GUIDE_THOUGHT);
  await session.addItems([TRAINS_CALL]);
  await rest(700);
  await session.addItems([TRAINS_RESULT]);
  await rest(200);
  await session.addItems([FORECAST_CALL]);
  await rest(600);
  await session.addItems([FORECAST_RESULT]);
  await rest(200);

  await write(session, 'guide', GUIDE_ANSWER, WEATHER_THOUGHT);
}

/** What an agent thinks before it calls a tool. */
async function think(session: AgentSession, text: string): Promise<void> {
  await using draft = await session.startMessage({ agent: 'guide' });
  for (const piece of pieces(text)) {
    draft.appendReasoning(piece);
    await rest(PACE_MS);
  }
  // Nothing was said: what was thought is all that is kept.
  await draft.cancel();
}

async function write(session: AgentSession, agent: string, text: string, thought: string): Promise<void> {
  await using draft = await session.startMessage({ agent });
  for (const piece of pieces(thought)) {
    draft.appendReasoning(piece);
    await rest(PACE_MS);
  }
  for (const piece of pieces(text)) {
    draft.append(piece);
    await rest(PACE_MS);
  }
  await draft.finish();
}

function pieces(text: string): readonly string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${PIECE}}`, 'gu')) ?? [];
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
