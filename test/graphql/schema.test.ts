import { readFile } from 'node:fs/promises';
import { buildSchema, findBreakingChanges } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printedSchema, schema } from '../../src/graphql/schema.ts';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { missingFacts, schemaFacts } from './schema-facts.ts';

const contract = buildSchema(await readFile(new URL('./contract.graphql', import.meta.url), 'utf8'));

describe('the schema', () => {
  it('is the one that schema.graphql shows', async () => {
    const shown = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(shown).toBe(printedSchema());
  });

  it('has everything that its users rely on', () => {
    expect(missingFacts(contract, schema)).toEqual([]);
  });

  it('breaks nobody who relies on the contract', () => {
    expect(findBreakingChanges(contract, schema)).toEqual([]);
  });

  it('describes every type, field, argument, input field and enum value', () => {
    const silent = schemaFacts(schema).filter(({ description }) => (description ?? '').trim() === '');
    expect(silent.map(({ fact }) => fact)).toEqual([]);
  });

  it('names every code that an error can have', () => {
    const codes = schemaFacts(schema).filter(({ fact }) => fact.startsWith('ErrorCode.'));
    expect(codes.map(({ fact }) => fact.slice('ErrorCode.'.length))).toEqual([...ERROR_CODES]);
  });
});

describe('what compares schemas', () => {
  const sdl = `
    type Query implements Node { id: ID! a(b: Int = 5, c: In): [String!]! u: U }
    interface Node { id: ID! }
    input In { x: E = ONE, y: [Int!] }
    enum E { ONE TWO }
    union U = Query | Other
    type Other { z: S }
    scalar S`;

  it('finds nothing missing in the same schema, in another order, or with more in it', () => {
    const more = sdl
      .replace('enum E { ONE TWO }', 'enum E { TWO THREE ONE }')
      .replace('type Other { z: S }', 'type Other { w: Int z(n: Int): S }');
    expect(missingFacts(buildSchema(sdl), buildSchema(more))).toEqual([]);
  });

  it.each([
    [
      'a field',
      'a(b: Int = 5, c: In): [String!]!',
      '',
      ['Query.a: [String!]!', 'Query.a(b: Int = 5)', 'Query.a(c: In)'],
    ],
    ['nullability', '[String!]!', '[String]!', ['Query.a: [String!]!']],
    ['an argument', ', c: In)', ')', ['Query.a(c: In)']],
    ['a default', 'b: Int = 5', 'b: Int = 6', ['Query.a(b: Int = 5)']],
    ['the default of an input field', 'E = ONE', 'E', ['In.x: E = ONE']],
    ['an input field', 'y: [Int!]', '', ['In.y: [Int!]']],
    ['an enum value', 'ONE TWO', 'ONE', ['E.TWO']],
    ['an interface', 'Query implements Node', 'Query', ['Query implements Node']],
    ['a union member', 'Query | Other', 'Query', ['U = Other']],
    ['the kind of a type', 'scalar S', 'enum S { X }', ['scalar S']],
  ])('finds %s missing', (_what, part, instead, missing) => {
    expect(sdl).toContain(part);
    expect(missingFacts(buildSchema(sdl), buildSchema(sdl.replace(part, instead)))).toEqual(missing);
  });
});
