import { getIntrospectionQuery, parse, validate, Kind, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { clientError } from '../../src/graphql/errors.ts';
import { OperationCost } from '../../src/graphql/operation-cost.ts';
import { schema } from '../../src/graphql/schema.ts';
import { TRANSPORT_LIMITS } from '../../src/transport/limits.ts';

function costOf(text: string): OperationCost {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const operation = document.definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new Error('There is no operation.');
  return new OperationCost(schema, document, operation);
}

/** How many fields the answer is said to have at most. */
function fieldsOf(text: string, variables: Readonly<Record<string, unknown>> = {}): number {
  try {
    costOf(text).check(variables, -1);
    throw new Error('It cost nothing.');
  } catch (error) {
    const { code, actual } = clientError(error, (fault) => expect.fail(String(fault))).extensions;
    expect(code).toBe('QUERY_TOO_COMPLEX');
    return Number(actual);
  }
}

describe('the fields that an answer may have', () => {
  it('are those that are named, an object being one of its own', () => {
    expect(fieldsOf('{ viewer { kind userId } }')).toBe(1 + 2 * 2);
    expect(fieldsOf('{ a: viewer { kind } b: viewer { kind } }')).toBe(2 * (1 + 2));
  });

  it('grow with the pages, which are as long as they are asked for', () => {
    const page = (args: string): string => `{ sessions${args} { nodes { id } } }`;
    const one = fieldsOf(page('(first: 1)'));
    expect(fieldsOf(page('(first: 30)')) - 1).toBe(30 * (one - 1));
    expect(fieldsOf(page('(last: 30, before: "x")'))).toBe(fieldsOf(page('(first: 30)')));
    expect(fieldsOf(page(''))).toBe(fieldsOf(page('(first: 50)')));
    expect(fieldsOf(page('(first: null)'))).toBe(fieldsOf(page('(first: 50)')));
    // What is refused where it is asked for costs no more than the longest that is not.
    expect(fieldsOf(page('(first: 2000000000)'))).toBe(fieldsOf(page('(first: 100)')));
    expect(fieldsOf(page('(first: -5)'))).toBe(1);
  });

  it('multiply from page to page', () => {
    const nested = (sessions: number, items: number): number =>
      fieldsOf(`{ sessions(first: ${sessions}) { nodes { items(first: ${items}) { nodes { id } } } } }`);
    expect(nested(100, 1_000)).toBeGreaterThan(100 * 1_000);
    expect(nested(2, 3)).toBeLessThan(50);
  });

  it('grow with what is asked of a type, whoever may ask that, and not with the schema as a whole', () => {
    const type = (inner: string): number => fieldsOf(`{ __type(name: "Mutation") { ${inner} } }`);
    const args = 'args { type { ofType { inputFields { name type { name } } } } }';
    const fields = Array.from({ length: 95 }, (_, n) => `a${n}: fields { ${args} }`).join(' ');
    expect(type(fields)).toBeGreaterThan(TRANSPORT_LIMITS.answerFields);
    expect(type('fields { name args { name } }')).toBeLessThan(2_000);
    // Those who may see it need it in one piece.
    expect(fieldsOf(getIntrospectionQuery())).toBeLessThan(10);
  });

  it('count the edges of a page beside its nodes', () => {
    const nodes = fieldsOf('{ sessions(first: 10) { nodes { id title } } }');
    expect(
      fieldsOf('{ sessions(first: 10) { nodes { id title } edges { node { id title } } } }'),
    ).toBeGreaterThan(2 * nodes - 10);
  });

  it('count inputs of agents, of which there are many', () => {
    const inputs = (args: string): number => fieldsOf(`{ session(id: "x") { agentInputs${args} } }`);
    expect(inputs('(limit: 10000)')).toBeGreaterThan(10_000);
    expect(inputs('(limit: 5)')).toBeLessThan(20);
    expect(inputs('')).toBeGreaterThan(inputs('(limit: 5)'));
  });

  it('depend on variables, and on their defaults where they are absent', () => {
    const page =
      'query ($n: Int, $o: Int = 20) { sessions(first: $n) { nodes { items(first: $o) { nodes { id } } } } }';
    const literal = (n: number, o: number): number =>
      fieldsOf(`{ sessions(first: ${n}) { nodes { items(first: ${o}) { nodes { id } } } } }`);
    expect(fieldsOf(page, { n: 7 })).toBe(literal(7, 20));
    expect(fieldsOf(page, { n: 7, o: 3 })).toBe(literal(7, 3));
    expect(fieldsOf(page)).toBe(literal(50, 20));
    // An explicit null is no default: it is as long as a page is when nothing is said.
    expect(fieldsOf(page, { n: 7, o: null })).toBe(literal(7, 50));
    expect(fieldsOf(page, { n: 100, o: 1_000 })).toBe(literal(100, 1_000));
  });

  it('of one operation may be refused with some variables and not with others, in any order', () => {
    const cost = costOf('query ($n: Int) { sessions(first: $n) { nodes { id } } }');
    expect(() => cost.check({ n: 100 }, 100)).toThrow('100 are allowed');
    expect(() => cost.check({ n: 2 }, 100)).not.toThrow();
    expect(() => cost.check({ n: 100 }, 100)).toThrow('100 are allowed');
  });

  it('are those of fragments, each time they are used', () => {
    const spread = fieldsOf('{ a: viewer { ...F } b: viewer { ...F } } fragment F on Viewer { kind userId }');
    expect(spread).toBe(fieldsOf('{ a: viewer { kind userId } b: viewer { kind userId } }'));
    const pages =
      '{ sessions(first: 10) { nodes { ...F } } } fragment F on Session { items(first: 10) { nodes { id } } }';
    expect(fieldsOf(pages)).toBe(
      fieldsOf('{ sessions(first: 10) { nodes { items(first: 10) { nodes { id } } } } }'),
    );
  });

  it('are those of the largest type where an object has one of several, and of all interfaces', () => {
    const node = (inner: string): number => fieldsOf(`{ node(id: "x") { ${inner} } }`);
    const [id, message, call] = ['id', '... on Message { text role raw }', '... on ToolCall { name }'];
    expect(node(`${id} ${message} ${call}`)).toBe(node(`${id} ${message}`));
    expect(node(`... on Item { raw } ... on Node { id } ${call}`)).toBe(
      node('... on ToolCall { id raw name }'),
    );
  });
});

it('looks at none of the variables that are not declared', () => {
  const cost = costOf('query ($n: Int) { sessions(first: $n) { nodes { id } } }');
  const looked: unknown[] = [];
  const variables = new Proxy(
    { n: 1 },
    {
      ownKeys: () => expect.fail('All variables were looked at.'),
      get: (target, key) => {
        looked.push(key);
        return Reflect.get(target, key);
      },
    },
  );
  cost.check(variables, 100);
  expect(looked).toEqual(['n']);
});
