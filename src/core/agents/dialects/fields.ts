import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Codec, Field } from './form.ts';

/** The same in both dialects, if it passes the test. */
function unchangedIf(isValid: (value: JsonValue) => boolean): Codec {
  const convert = (value: JsonValue) => (isValid(value) ? value : undefined);
  return { toAgentsJs: convert, toResponses: convert };
}

export const text = unchangedIf((value) => typeof value === 'string');
export const count = unchangedIf((value) => typeof value === 'number');

/** AGENTS_JS knows these texts only; RESPONSES may come to know more. */
export function oneOf(...values: readonly string[]): Codec {
  return {
    toAgentsJs: (value) => (typeof value === 'string' && values.includes(value) ? value : undefined),
    toResponses: text.toResponses,
  };
}

export function listOf(codec: Codec): Codec {
  const convert = (value: JsonValue, one: (value: JsonValue) => JsonValue | undefined) => {
    if (!Array.isArray(value)) return undefined;
    const converted = value.flatMap((element: JsonValue) => one(element) ?? []);
    return converted.length === value.length ? converted : undefined;
  };
  return {
    toAgentsJs: (value) => convert(value, (element) => codec.toAgentsJs(element)),
    toResponses: (value) => convert(value, (element) => codec.toResponses(element)),
  };
}

export interface FieldOptions {
  /** An object without it has no form in the other dialect. */
  readonly required?: boolean;
}

/** A value under one name in each dialect; null means the same as its absence. */
export function field(
  responses: string,
  agentsJs: string,
  codec: Codec,
  { required = false }: FieldOptions = {},
): Field {
  return {
    agentsJs: [agentsJs],
    responses: [responses],
    required,
    toAgentsJs: (source) => {
      const value = source[responses] ?? null;
      if (value === null) return required ? null : {};
      const converted = codec.toAgentsJs(value);
      return converted === undefined ? null : { [agentsJs]: converted };
    },
    toResponses: (source) => {
      const value = source[agentsJs] ?? null;
      if (value === null) return {};
      const converted = codec.toResponses(value);
      return converted === undefined ? null : { [responses]: converted };
    },
  };
}

/** A value that has the same name in both dialects. */
export function same(name: string, codec: Codec, options?: FieldOptions): Field {
  return field(name, name, codec, options);
}

/** The types under which an object is known. */
export function typed(responses: string, agentsJs = responses): Field {
  return {
    agentsJs: ['type'],
    responses: ['type'],
    toAgentsJs: () => ({ type: agentsJs }),
    toResponses: () => ({ type: responses }),
  };
}

/** What only AGENTS_JS has, for itself: RESPONSES neither needs nor knows it. */
export function agentsJsOnly(...names: readonly string[]): Field {
  return { agentsJs: names, responses: [], toAgentsJs: () => ({}), toResponses: () => ({}) };
}

/** Says what AGENTS_JS requires of an object beyond its single fields. */
export function requirement(isMet: (source: JsonObject) => boolean): Field {
  return {
    agentsJs: [],
    responses: [],
    toAgentsJs: (source) => (isMet(source) ? {} : null),
    toResponses: () => ({}),
  };
}

export const id = same('id', text);
export const callId = field('call_id', 'callId', text, { required: true });
export const status = same('status', oneOf('in_progress', 'completed', 'incomplete'));

/** Who called the tool: the model itself, or a program that it wrote. */
export const caller = same('caller', {
  toAgentsJs: (value) => callerWith(value, 'caller_id', 'callerId'),
  toResponses: (value) => callerWith(value, 'callerId', 'caller_id'),
});

function callerWith(value: JsonValue, from: string, to: string): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  if (value['type'] === 'direct') return value;
  const id = value[from];
  return value['type'] === 'program' && typeof id === 'string' ? { type: 'program', [to]: id } : undefined;
}

/** An object whose names differ by dialect, from RESPONSES to AGENTS_JS; other names stay as they are. */
export function renamed(names: Readonly<Record<string, string>>): Codec {
  const there = new Map(Object.entries(names));
  const back = new Map(Object.entries(names).map(([responses, agentsJs]) => [agentsJs, responses]));
  return {
    toAgentsJs: (value) => (isJsonObject(value) ? withNames(value, there) : undefined),
    toResponses: (value) => (isJsonObject(value) ? withNames(value, back) : undefined),
  };
}

function withNames(source: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(source).map(([name, value]) => [names.get(name) ?? name, value]));
}
