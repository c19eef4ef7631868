import { buildSchema, execute, getOperationAST, getVariableValues, parse, type GraphQLSchema } from 'graphql';
import { expect, it } from 'vitest';
import { OperationExecutor } from '../../src/graphql/execution/executor.ts';

/** Resolves names as they say what they do; `later` fields are promises of the same. */
const SCHEMA = `
  interface Named { name: String! self: Named! }
  type Leaf implements Named { name: String! self: Named! size: Int! only: String }
  type Branch implements Named {
    name: String! self: Named! bad: String! maybeBad: String nothing: String nothingAtAll: String!
    later: Branch! laterNull: Branch laterBad: Branch laterWorse: Branch!
    many: [Named!]! holes: [Int] badHoles: [Int!] worse: [Int!]! list: [[Int!]] noList: [Int]
    wrong: Named kind: Kind odd: Kind says(text: String = "usual", times: Int! = 1, more: [String!]): String
    errors: [Leaf] error: String
  }
  enum Kind { ONE OTHER }
  type Query { branch: Branch leaf: Leaf! maybe: Branch one: Named }
  type Mutation { add(n: Int!): Int! fail: Int worse: Int! }
`;

function schemaOfTest(): GraphQLSchema {
  const schema = buildSchema(SCHEMA);
  const named = schema.getType('Named');
  if (named !== undefined && 'resolveType' in named) {
    named.resolveType = ({ is }: { is: string }) => is;
  }
  return schema;
}
const schema = schemaOfTest();

const broken = (what: string) => () => {
  throw new Error(what);
};
const leaf = (name: string) => ({
  is: 'Leaf',
  name,
  size: name.length,
  self: () => leaf(name),
  only: null,
});
const branch = (depth = 0): object => ({
  is: 'Branch',
  name: `branch ${depth}`,
  self: () => branch(depth + 1),
  bad: broken('bad'),
  maybeBad: broken('maybe bad'),
  nothing: undefined,
  nothingAtAll: null,
  later: async () => branch(depth + 1),
  laterNull: async () => null,
  laterBad: async () => Promise.reject(new Error('later bad')),
  laterWorse: async () => Promise.reject(new Error('later worse')),
  many: () => [leaf('a'), Promise.resolve(leaf('b')), branch(depth + 1)],
  holes: [1, null, 'x', 4],
  badHoles: [1, null],
  worse: [1, 'x'],
  list: [[1], null, [2, null]],
  noList: 'text',
  wrong: { is: 'Query' },
  odd: 'NEITHER',
  kind: 'OTHER',
  says: ({ text, times, more }: { text: string; times: number; more?: string[] }) =>
    [text.repeat(times), ...(more ?? [])].join(),
  errors: [new Error('an element'), leaf('c')],
  error: new Error('a value'),
});
const root = () => {
  let sum = 0;
  return {
    branch: () => branch(),
    leaf: async () => leaf('root'),
    maybe: null,
    one: leaf('one'),
    add: async ({ n }: { n: number }) => {
      await Promise.resolve();
      return (sum += n);
    },
    fail: broken('fail'),
    worse: async () => Promise.reject(new Error('worse')),
  };
};

it.each([
  '{ branch { name kind says } leaf { name size only } maybe { name } one { name } }',
  '{ a: branch { b: name __typename self { __typename name ... on Branch { kind } ... on Leaf { size } } } }',
  '{ branch { many { __typename ...N ... on Leaf { size } } } } fragment N on Named { name self { name ...L } } fragment L on Leaf { size }',
  '{ branch { self { name } } branch { self { ... on Branch { kind self { name } } } ...F ...F } } fragment F on Branch { name kind }',
  '{ branch { name maybeBad nothing error errors { name } } }',
  '{ branch { name bad } leaf { name } }',
  '{ branch { nothingAtAll later { name } } }',
  '{ branch { later { later { laterBad { name } laterNull { name } name } } } }',
  '{ branch { later { later { laterWorse { name } maybeBad name } maybeBad } } leaf { name } }',
  '{ branch { later { bad } laterNull { name } bad } }',
  '{ branch { holes badHoles list noList odd } }',
  '{ branch { worse } one { name } }',
  '{ branch { wrong { name } kind } }',
  'query ($t: String, $n: Int = 2, $m: [String!]) { branch { says(text: $t, times: $n, more: $m) b: says(more: ["x", "y"]) c: says(text: null) } }',
  'query ($t: String = null) { branch { says(text: $t) } }',
  'query ($s: Boolean! = true) { branch { name @include(if: $s) kind @skip(if: $s) } }',
  '{ branch { __proto__: name kind } }',
  '{ __schema { queryType { name } } __type(name: "Leaf") { name } }',
  'mutation { a: add(n: 1) b: add(n: 2) fail c: add(n: 3) __typename }',
  'mutation { a: add(n: 1) worse c: add(n: 3) }',
  'query { leaf { self { self { name } } } }',
])('answers by its plan what GraphQL answers: %s', async (text) => {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('There is one operation.');
  const variableValues = { t: 'given' };
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues);
  const executor = new OperationExecutor(schema, document, operation);
  const args = () => ({ schema, document, variableValues, rootValue: root() });
  const told = async (result: ReturnType<typeof execute>) => {
    const { errors, data } = await result;
    // What a type was expected to be is said in other words; it is a fault of the server, which nobody is told.
    const places = errors?.map(({ message, path, locations }) =>
      message.includes('type') ? { path, locations } : { message, path, locations },
    );
    return JSON.stringify({ places, data });
  };
  const expected = await told(execute(args()));
  for (let times = 1; times <= 3; times++) {
    expect(await told(executor.execute(args(), coerced))).toBe(expected);
  }
});
