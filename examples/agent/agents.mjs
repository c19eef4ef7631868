import { Agent, tool } from '@openai/agents';
import { z } from 'zod';

const forecast = tool({
  name: 'forecast',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string(), day: z.enum(['today', 'tomorrow']) }),
  execute: ({ city, day }) =>
    `${city}, ${day}: ${day === 'today' ? '21 degrees, sunny' : '15 degrees, rain'}`,
});

export const weather = new Agent({
  name: 'weather',
  handoffDescription: 'Knows the weather everywhere.',
  instructions: 'Answer questions about the weather in one sentence. Use the forecast tool.',
  tools: [forecast],
});

export const triage = new Agent({
  name: 'triage',
  instructions: 'Hand over to the agent who knows the answer.',
  handoffs: [weather],
});
