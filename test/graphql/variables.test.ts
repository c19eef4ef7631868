import { getOperationAST, parse, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { declaredVariables, variableErrors } from '../../src/graphql/variables.ts';

function operationOf(text: string): OperationDefinitionNode {
  const operation = getOperationAST(parse(text));
  if (!operation) throw new Error('There is no operation.');
  return operation;
}

const CREATE = operationOf(
  'mutation ($i: CreateSessionInput!) { createSession(input: $i) { session { id } } }',
);
const ADD = operationOf('mutation ($i: AddItemsInput!) { addItems(input: $i) { items { id } } }');
const told = (...args: Parameters<typeof variableErrors>) =>
  variableErrors(...args).map(({ message, extensions: { code, path } }) => ({ message, code, path }));

describe('the variables of an operation', () => {
  const operation = operationOf(
    'query ($constructor: Int, $b: Int) { sessions(first: $constructor) { nodes { id } } }',
  );

  it('are those that it declares and that were sent', () => {
    expect(declaredVariables(operation, { b: 1, c: 2 })).toEqual({ b: 1 });
    expect(Object.keys(declaredVariables(operation, { constructor: 1 }))).toEqual(['constructor']);
    expect(Object.keys(declaredVariables(operation, JSON.parse('{"__proto__": {"b": 1}}')))).toEqual([]);
  });

  it('are looked up one by one, however many others there are', () => {
    const sent = new Proxy({ b: 1 }, { ownKeys: () => expect.fail('All variables were looked at.') });
    expect(declaredVariables(operation, sent)).toEqual({ b: 1 });
  });

  it('are at fault where they were not sent and must be', () => {
    expect(variableErrors(schema, operation, {})).toEqual([]);
    expect(told(schema, CREATE, {})).toEqual([
      { message: 'Variable $i is no valid CreateSessionInput.', code: 'BAD_USER_INPUT', path: ['i'] },
    ]);
  });
});

describe('faults in a value', () => {
  it('are told with their places, five at most', () => {
    const items = Array.from({ length: 100 }, () => 'secret');
    const errors = told(schema, ADD, { i: { sessionId: 's', items } });
    expect(errors.map(({ path }) => path)).toEqual([0, 1, 2, 3, 4].map((n) => ['i', 'items', n]));
    expect(JSON.stringify(errors)).not.toContain('secret');
  });

  it('are not looked for any more when as many are found as are told', () => {
    let looks = 0;
    const item = new Proxy([], { get: (target, key) => (looks++, Reflect.get(target, key)) });
    const items = Array.from({ length: 100_000 }, () => item);
    expect(variableErrors(schema, ADD, { i: { sessionId: 's', items } })).toHaveLength(5);
    expect(looks).toBeLessThan(100);
  });

  it('are found in whatever depth and width a value has', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    for (const value of [deep, { title: deep }, { metadata: deep }]) {
      expect(told(schema, CREATE, { i: value })).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    }
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]));
    expect(told(schema, CREATE, { i: wide })).toHaveLength(5);
  });
});
