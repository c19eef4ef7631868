import { GraphQLError, valueFromASTUntyped } from 'graphql';
import { isJsonObject } from '../../core/json.ts';
import { builder } from '../builder.ts';

builder.scalarType('DateTime', {
  description: 'A moment in UTC as RFC 3339 with milliseconds, such as `2026-01-31T12:00:00.000Z`.',
  serialize: (milliseconds) => new Date(milliseconds).toISOString(),
  parseValue: () => {
    throw new GraphQLError('DateTime is never an input.');
  },
});

builder.scalarType('JSON', {
  description: 'Any JSON value. Numbers are doubles.',
  serialize: (value) => value,
});

builder.scalarType('JSONObject', {
  description: 'A JSON object. The keys `__proto__`, `constructor` and `prototype` are refused at any depth.',
  serialize: (value) => value,
  parseValue: requireObject,
  parseLiteral: (node, variables) => requireObject(valueFromASTUntyped(node, variables)),
});

function requireObject(value: unknown): Readonly<Record<string, unknown>> {
  // The value is not repeated: it may hold what nobody should read in an error.
  if (!isJsonObject(value)) throw new GraphQLError('Expected a JSON object.');
  return value;
}
