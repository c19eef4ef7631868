import { buildSchema, getOperationAST, getVariableValues, parse } from 'graphql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VariableCoercion } from '../../src/graphql/execution/coercion.ts';

const schema = buildSchema(`
  enum Role { USER SYSTEM }
  input Inner { n: Int!, f: Float = 1.5, role: Role = USER, again: Inner, list: [Inner!] }
  input Either @oneOf { a: Int, b: String }
  input Outer { text: String!, id: ID, flag: Boolean, inner: Inner, names: [String], either: Either }
  type Query { x: Int }
`);
const operation = getOperationAST(
  parse(`query (
    $outer: Outer!, $maybe: Outer, $n: Int = 3, $role: Role, $list: [Int!], $deep: [[Int]] = [[1]], $must: Int! = 7
  ) { x }`),
);
if (!operation) throw new Error('There is no operation.');
const coercion = new VariableCoercion(schema, operation);

/** What GraphQL makes of it; null when it finds a fault. */
function usual(values: Readonly<Record<string, unknown>>): unknown {
  return getVariableValues(schema, operation?.variableDefinitions ?? [], values).coerced ?? null;
}

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, 'USER', 'SYSTEM', 1, '1'),
);
const { any } = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.record(
      {
        ...Object.fromEntries(
          ['text', 'id', 'flag', 'inner', 'names', 'n', 'f', 'role', 'again', 'list'].map((name) => [
            name,
            tie('any'),
          ]),
        ),
        ...{ more: tie('any'), constructor: tie('any') },
      },
      { requiredKeys: [] },
    ),
  ),
}));
const inner = fc.record({
  n: fc.integer({ min: -9, max: 9 }),
  role: fc.constantFrom('USER', 'SYSTEM', null),
});
const outer = fc.record(
  { text: fc.string(), id: fc.oneof(fc.string(), fc.nat()), inner: fc.oneof(inner, any), names: any },
  { requiredKeys: ['text'] },
);
const sent = fc.record(
  {
    outer: fc.oneof(outer, any),
    ...{ maybe: any, n: scalar, role: scalar, list: any, deep: any, must: scalar, unknown: any },
  },
  { requiredKeys: [] },
);

describe('the quick coercion of variables', () => {
  it('says what GraphQL says, or nothing, of whatever is sent', () => {
    fc.assert(
      fc.property(sent, (values) => {
        const quick = coercion.coerced(values);
        if (quick !== null) expect(quick).toEqual(usual(values));
      }),
      { numRuns: 3_000 },
    );
  });

  it('knows what is right', () => {
    const values = {
      outer: { text: 'a', id: 7, flag: true, inner: { n: 1, again: { n: 2 }, list: [{ n: 3, f: 2 }] } },
      ...{ maybe: null, role: 'SYSTEM', list: [1, 2] },
    };
    expect(coercion.coerced(values)).toEqual(usual(values));
    expect(coercion.coerced(values)).toMatchObject({ n: 3, deep: [[1]], must: 7 });
  });

  it('leaves faults to GraphQL, which tells of them', () => {
    for (const outerValue of [
      ...[null, 'a', [], {}, { text: null }, { text: 1 }, { text: 'a', more: 1 }],
      { text: 'a', inner: { n: 1.5 } },
      { text: 'a', inner: { n: 1, role: 'NOBODY' } },
      { text: 'a', either: { a: 1, b: 'b' } },
    ]) {
      expect(coercion.coerced({ outer: outerValue })).toBeNull();
      expect(usual({ outer: outerValue })).toBeNull();
    }
    expect(coercion.coerced({})).toBeNull();
    expect(coercion.coerced({ outer: { text: 'a' }, must: null })).toBeNull();
  });

  it('looks at no more names than there can be, however many are sent', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`more${n}`, n]));
    let looks = 0;
    const counted = new Proxy(
      { text: 'a', ...many },
      { getOwnPropertyDescriptor: (target, key) => (looks++, Reflect.getOwnPropertyDescriptor(target, key)) },
    );
    expect(coercion.coerced({ outer: counted })).toBeNull();
    expect(looks).toBeLessThan(100);
  });
});
