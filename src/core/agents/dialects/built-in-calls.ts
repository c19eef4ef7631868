import { isJsonObject, type JsonObject } from '../../json.ts';
import {
  callId,
  caller,
  count,
  field,
  id,
  listOf,
  oneOf,
  renamed,
  same,
  status,
  text,
  typed,
} from './fields.ts';
import type { Codec, Form } from './form.ts';

const required = { required: true };

const shellNames = renamed({ timeout_ms: 'timeoutMs', max_output_length: 'maxOutputLength' });

/** A limit of null is none, which AGENTS_JS says by leaving it out. */
const shellAction: Codec = {
  toAgentsJs: (value) => {
    if (!isJsonObject(value)) return undefined;
    const { commands, timeout_ms = null, max_output_length = null } = value;
    const limits = [timeout_ms, max_output_length].filter((limit) => limit !== null);
    const isWhole = limits.every(isCount) && Array.isArray(commands) && commands.every(isText);
    return isWhole ? shellNames.toAgentsJs(withoutNulls(value)) : undefined;
  },
  toResponses: shellNames.toResponses,
};

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function withoutNulls(source: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== null));
}

export const shellCall: Form = {
  fields: [typed('shell_call'), id, callId, status, same('action', shellAction, required), caller],
};

const outcome = renamed({ exit_code: 'exitCode' });

const shellOutput: Codec = {
  toAgentsJs: (value) => {
    if (!isJsonObject(value) || typeof value['stdout'] !== 'string' || typeof value['stderr'] !== 'string') {
      return undefined;
    }
    const ended = value['outcome'];
    if (!isJsonObject(ended)) return undefined;
    if (ended['type'] === 'timeout') return value;
    const converted =
      ended['type'] === 'exit' && 'exit_code' in ended ? outcome.toAgentsJs(ended) : undefined;
    return converted === undefined ? undefined : { ...value, outcome: converted };
  },
  toResponses: (value) => {
    if (!isJsonObject(value)) return undefined;
    // The Responses API writes who made it, and refuses it when it is sent back.
    const { created_by: _, ...entry } = value;
    const converted = outcome.toResponses(entry['outcome'] ?? null);
    return converted === undefined ? undefined : { ...entry, outcome: converted };
  },
};

export const shellResult: Form = {
  fields: [
    typed('shell_call_output'),
    id,
    callId,
    status,
    field('max_output_length', 'maxOutputLength', count),
    same('output', listOf(shellOutput), required),
    caller,
  ],
};

const moved = renamed({ move_to: 'moveTo' });

const operation: Codec = {
  toAgentsJs: (value) => {
    if (!isJsonObject(value) || typeof value['path'] !== 'string') return undefined;
    if (value['type'] === 'delete_file') return value;
    if (typeof value['diff'] !== 'string') return undefined;
    if (value['type'] === 'create_file') return value;
    const { move_to: target = null } = value;
    const isMove = target === null || (typeof target === 'string' && target !== '');
    return isMove && value['type'] === 'update_file' ? moved.toAgentsJs(withoutNulls(value)) : undefined;
  },
  toResponses: moved.toResponses,
};

export const patchCall: Form = {
  fields: [
    typed('apply_patch_call'),
    id,
    callId,
    same('status', oneOf('in_progress', 'completed')),
    same('operation', operation, required),
    caller,
  ],
  agentsJsDefaults: { status: 'in_progress' },
};

export const patchResult: Form = {
  fields: [
    typed('apply_patch_call_output'),
    id,
    callId,
    same('status', oneOf('completed', 'failed'), required),
    same('output', text),
    caller,
  ],
};

export const program: Form = {
  fields: [typed('program'), id, callId, same('code', text, required), same('fingerprint', text, required)],
};

export const programResult: Form = {
  fields: [
    typed('program_output'),
    id,
    callId,
    field('result', 'output', text, required),
    same('status', oneOf('completed', 'incomplete'), required),
  ],
};
