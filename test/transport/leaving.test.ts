import {
  execute,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  OperationTypeNode,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Parcel } from '../../src/transport/parcel.ts';
import { Payload } from '../../src/transport/payload.ts';
import { Subscriptions } from '../../src/transport/subscriptions.ts';

/** A schema whose one event is begun to be rendered with that call, and is when `rendered` resolves. */
function slowSchema(rendering: () => void, rendered: Promise<void>): GraphQLSchema {
  const event = {
    type: new GraphQLNonNull(GraphQLString),
    async *subscribe() {
      yield 'event';
    },
    resolve: async () => {
      rendering();
      await rendered;
      return 'event';
    },
  };
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { name: { type: GraphQLString } } }),
    subscription: new GraphQLObjectType({ name: 'Subscription', fields: { event } }),
  });
}

describe('a subscription that is left while its event is being written', () => {
  it('says nothing more, for its id may be another one by then', async () => {
    let [begin, render] = [(): void => undefined, (): void => undefined];
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const schema = slowSchema(begin, new Promise((resolve) => (render = resolve)));
    const source = 'subscription { event }';
    const subscriptions = new Subscriptions(Infinity, () => undefined);
    const opened = await subscriptions.open({
      type: OperationTypeNode.SUBSCRIPTION,
      name: undefined,
      field: 'event',
      source,
      args: { schema, document: parse(source) },
      execute: (event) => execute({ schema, document: parse(source), rootValue: event }),
    });
    if (opened instanceof Payload) throw new TypeError(opened.json);
    const written: Parcel[] = [];
    const delivered = opened.deliver({
      write: (parcel) => written.push(parcel) > 0,
      ready: async () => {},
    });
    await begun;
    const closed = opened.close();
    render();
    await Promise.all([closed, delivered]);
    expect(written).toEqual([]);
  });
});
