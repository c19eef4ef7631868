import type { JsonObject } from '../../json.ts';
import { shapeOf } from '../shape.ts';
import { patchCall, patchResult, program, programResult, shellCall, shellResult } from './built-in-calls.ts';
import { computerCall, computerResult } from './computer-calls.ts';
import type { Form } from './form.ts';
import { functionCall, functionResult } from './function-calls.ts';
import { hostedForm, hostedFormOf } from './hosted-calls.ts';
import { MESSAGES } from './messages.ts';
import { compaction, reasoning } from './reasoning.ts';
import { toolSearchCall, toolSearchOutput } from './tool-search.ts';

const SAME_TYPE: Readonly<Record<string, Form>> = {
  function_call: functionCall,
  computer_call: computerCall,
  shell_call: shellCall,
  shell_call_output: shellResult,
  apply_patch_call: patchCall,
  apply_patch_call_output: patchResult,
  program,
  program_output: programResult,
  tool_search_call: toolSearchCall,
  tool_search_output: toolSearchOutput,
  reasoning,
  compaction,
};

const RESPONSES: Readonly<Record<string, Form>> = {
  ...SAME_TYPE,
  function_call_output: functionResult,
  computer_call_output: computerResult,
};

const AGENTS_JS: Readonly<Record<string, Form>> = {
  ...SAME_TYPE,
  function_call_result: functionResult,
  computer_call_result: computerResult,
};

/** How an item that was written in RESPONSES is converted; undefined: AGENTS_JS knows nothing like it. */
export function formOfResponses(raw: JsonObject): Form | undefined {
  const type = messageOrType(raw);
  return typeof type === 'string' ? (ownForm(RESPONSES, type) ?? hostedForm(type)) : type;
}

/** How an item that was written in AGENTS_JS is converted; undefined: RESPONSES knows nothing like it. */
export function formOfAgentsJs(raw: JsonObject): Form | undefined {
  const type = messageOrType(raw);
  if (type === 'hosted_tool_call') return hostedFormOf(raw);
  return typeof type === 'string' ? ownForm(AGENTS_JS, type) : type;
}

function messageOrType(raw: JsonObject): Form | string {
  const shape = shapeOf(raw);
  if (shape?.kind === 'message') return MESSAGES[shape.role];
  return typeof raw['type'] === 'string' ? raw['type'] : '';
}

function ownForm(forms: Readonly<Record<string, Form>>, type: string): Form | undefined {
  return Object.hasOwn(forms, type) ? forms[type] : undefined;
}
