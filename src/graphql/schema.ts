import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './types/scalars.ts';
import './types/error-code.ts';
import './types/node.ts';
import './types/viewer.ts';
import './types/session.ts';
import './types/session-mutations.ts';
import './types/item.ts';
import './types/message.ts';
import './types/item-mutations.ts';
import './types/rewriting-mutations.ts';
import './types/run-result-mutations.ts';
import './types/draft.ts';
import './types/draft-mutations.ts';
import './types/event.ts';
import './types/draft-event.ts';
import './types/subscriptions.ts';

builder.queryType({ description: 'Reads.' });
builder.mutationType({ description: 'Writes. Each happens whole or not at all.' });
builder.subscriptionType({ description: 'Live, over WebSocket, server-sent events and multipart HTTP.' });

/** The API, built once. */
export const schema: GraphQLSchema = builder.toSchema({ sortSchema: false });

/** The API as SDL, in an order that does not depend on the order of the code. */
export function printedSchema(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
