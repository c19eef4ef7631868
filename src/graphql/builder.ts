import SchemaBuilder from '@pothos/core';
import type { JsonValue } from '../core/json.ts';
import type { GraphQLContext } from './context.ts';
import type { OpaqueJson } from './opaque-json.ts';

export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    /** Milliseconds since 1970. */
    DateTime: { Input: number; Output: number };
    JSON: { Input: JsonValue; Output: OpaqueJson };
    /** As input unchecked: size, depth and keys are checked where it is used. */
    JSONObject: { Input: Readonly<Record<string, unknown>>; Output: OpaqueJson };
  };
}>({ defaultFieldNullability: false });
