import { isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputType } from 'graphql';
import type { Choices } from './choices.ts';
import type { Names } from './names.ts';

const INTEGERS = [-1, 0, 1, 2, 100, 1_000, 1_001, 2 ** 31 - 1, 2 ** 31, 1.5];
/** What fits hardly anywhere. */
const STRANGE = [null, 0, -1, 1e300, true, '', [], {}, [[]], '__proto__', { then: 1 }, [[[[{ a: [null] }]]]]];
/** What agents write, and what looks like it. */
const ITEMS: readonly object[] = [
  { role: 'user', content: 'a question' },
  { role: 'assistant', content: [{ type: 'output_text', text: 'an answer' }], status: 'completed' },
  { type: 'function_call', callId: 'c', name: 'tool', arguments: '{}' },
  { type: 'function_call_result', callId: 'c', output: { type: 'text', text: 'a result' } },
  { type: 'function_call_output', call_id: 'c', output: 'a result' },
  { type: 'compaction' },
  { type: 'handoff', from: null, to: 7 },
  { type: 'message', role: 'user', content: null },
  { role: 'user', content: [null, 1, { type: 7 }] },
  { constructor: 1 },
];

/** A value for an argument or a field of an input: mostly one that fits its type, and what it is called. */
export function anyValue(choices: Choices, type: GraphQLInputType, name: string, names: Names): unknown {
  if (choices.once(40)) return choices.of(STRANGE);
  if (isNonNullType(type)) return anyValue(choices, type.ofType, name, names);
  if (isListType(type)) {
    return Array.from({ length: choices.upTo(3) }, () => anyValue(choices, type.ofType, name, names));
  }
  if (isEnumType(type)) return choices.of(type.getValues()).name;
  if (isInputObjectType(type)) {
    const given = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || choices.once(3),
    );
    return Object.fromEntries(
      given.map((field) => [field.name, anyValue(choices, field.type, field.name, names)]),
    );
  }
  return anyScalar(choices, type.name, name, names);
}

function anyScalar(choices: Choices, type: string, name: string, names: Names): unknown {
  switch (type) {
    case 'Int':
      return choices.of(INTEGERS);
    case 'Boolean':
      return choices.once(2);
    case 'ID':
      return name === 'userId' ? choices.of(names.users) : choices.of(names.ids);
    case 'String':
      if (/key/i.test(name)) return choices.of(names.keys);
      if (/^(after|before|upTo)$|cursor/i.test(name)) return choices.of(names.cursors);
      return choices.text();
    default:
      return choices.once(2) ? choices.of(ITEMS) : { value: choices.json(), [choices.text()]: 1 };
  }
}

/** As it is written in a document. */
export function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (isEnumType(type) && typeof value === 'string' && value !== '') return value;
  if (Array.isArray(value)) {
    const each = isListType(type) ? type.ofType : type;
    return `[${value.map((one) => literal(one, each)).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = isInputObjectType(type) ? type.getFields() : {};
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${literal(inner, fields[key]?.type ?? type)}`)
    .join(', ')}}`;
}
