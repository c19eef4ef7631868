import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { Documents } from '../../src/graphql/documents.ts';
import { clientError } from '../../src/graphql/errors.ts';
import { schema } from '../../src/graphql/schema.ts';
import { EXAMPLE_OPERATIONS } from '../../src/transport/example-operations.ts';
import { TRANSPORT_LIMITS } from '../../src/transport/limits.ts';

const documentsWith = (suggestions = false) =>
  new Documents({ schema, limits: TRANSPORT_LIMITS, suggestions });

/** What a client is told of a document: null when it is accepted. */
function refusals(text: string, suggestions = false) {
  try {
    documentsWith(suggestions).check(text);
    return null;
  } catch (error) {
    const errors = error instanceof AggregateError ? error.errors : [error];
    return errors.map((one) => {
      const { message, extensions, locations } = clientError(one, (fault) => expect.fail(String(fault)));
      const { code, limit, actual } = extensions;
      return { message, code, limit, actual, locations };
    });
  }
}

const tooComplex = (limit: number, actual: number) => [
  expect.objectContaining({ code: 'QUERY_TOO_COMPLEX', limit, actual }),
];

const list = (count: number, piece: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => piece(n)).join(' ');
const nested = (depth: number): string =>
  `${'session(id: "a") { '.repeat(depth - 1)}id${' }'.repeat(depth - 1)}`;

describe('the length of a document', () => {
  it('is bounded in words and signs', () => {
    const [refusal] = refusals(`{ ${list(5_997, (n) => `x${n}`)} }`) ?? [];
    expect(refusal?.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(refusals(`{ ${list(5_999, (n) => `x${n}`)} }`)).toEqual(tooComplex(6_000, 6_001));
  });

  it.each(['\n', '\r', '\r\n', '#\n'])('is bounded in lines, whatever they hold and end in: %j', (line) => {
    expect(refusals(`{ viewer { kind } }${line.repeat(5_990)}`)).toBeNull();
    expect(refusals(`{ viewer { kind } }${line.repeat(6_001)}`)).toEqual(tooComplex(6_000, 6_001));
  });

  it('is bounded with fragments counted where they are used', () => {
    const document = (uses: number): string =>
      `{ ${list(uses, (n) => `a${n}: session(id: "a") { ...F }`)} }
      fragment F on Session { id ${'... { ... { title } } '.repeat(20)} }`;
    expect(refusals(document(20))).toBeNull();
    expect(refusals(document(60))).toMatchObject([{ code: 'QUERY_TOO_COMPLEX', limit: 6_000 }]);
  });

  it('is bounded in operations and fragments', () => {
    const document = (count: number): string => list(count, (n) => `query Q${n} { viewer { kind } }`);
    expect(refusals(document(50))).toBeNull();
    expect(refusals(document(51))).toEqual(tooComplex(50, 51));
  });
});

describe('the depth of a document', () => {
  it('is bounded, with the fields of fragments where they are used', () => {
    const unknown = refusals(`{ ${nested(10)} }`) ?? [];
    expect(unknown.map(({ code }) => code)).toContain('GRAPHQL_VALIDATION_FAILED');
    expect(refusals(`{ ${nested(11)} }`)).toEqual(tooComplex(10, 11));
    const spread = `{ session(id: "a") { ...F } } fragment F on Session { ${nested(10)} }`;
    expect(refusals(spread)).toEqual(tooComplex(10, 11));
    const inline = `{ session(id: "a") { ... { ... on Session { ... { ${nested(10)} } } } } }`;
    expect(refusals(inline)).toEqual(tooComplex(10, 11));
  });

  it('does not count inline fragments', () => {
    expect(refusals(`{ ${'... { '.repeat(20)}viewer { kind }${' }'.repeat(20)} }`)).toBeNull();
  });

  it('leaves the introspection of GraphiQL and of code generators alone, and bounds it', () => {
    const all = {
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    };
    expect(refusals(getIntrospectionQuery(all))).toBeNull();
    const types = (depth: number): string =>
      `{ t: __type(name: "Query") { ${'ofType { '.repeat(depth)}name${' }'.repeat(depth)} } }`;
    expect(refusals(types(18))).toBeNull();
    expect(refusals(types(19))).toEqual(tooComplex(20, 21));
  });

  it('is that of other fields whatever they are called', () => {
    expect(refusals(`{ __schema: ${nested(11)} }`)).toEqual(tooComplex(10, 11));
  });
});

describe('what an operation asks for', () => {
  it('has a bounded number of aliases, those of fragments where they are used', () => {
    const aliases = (count: number): string => list(count, (n) => `a${n}: __typename`);
    expect(refusals(`{ ${aliases(100)} }`)).toBeNull();
    expect(refusals(`{ ${aliases(101)} }`)).toEqual(tooComplex(100, 101));
    const twice = `{ x: viewer { ...F } y: viewer { ...F } } fragment F on Viewer { ${aliases(50)} }`;
    expect(refusals(twice)).toEqual(tooComplex(100, 101));
    const unused = `{ viewer { kind } } fragment F on Viewer { ${aliases(101)} }`;
    expect(refusals(unused)).toEqual(tooComplex(100, 101));
  });

  it('may have as many aliases as another of the same document', () => {
    const operation = (name: string): string => `query ${name} { ${list(100, (n) => `a${n}: __typename`)} }`;
    expect(refusals(`${operation('A')} ${operation('B')}`)).toBeNull();
  });

  it('repeats no field too often in one place of the answer', () => {
    expect(refusals(`{ viewer { ${'kind '.repeat(100)} } }`)).toBeNull();
    expect(refusals(`{ viewer { ${'kind '.repeat(101)} } }`)).toEqual(tooComplex(100, 101));
    const apart = `{ ${'viewer { kind } '.repeat(40)} }`;
    expect(refusals(apart)).toBeNull();
    expect(refusals(`{ ${'viewer { kind } '.repeat(101)} }`)).toEqual(tooComplex(100, 101));
    const spread = `{ viewer { ${'...F '.repeat(101)} } } fragment F on Viewer { kind }`;
    expect(refusals(spread)).toEqual(tooComplex(100, 101));
  });

  it('may name a field in as many places as it likes', () => {
    const fields = 'id title cursor currentAgent messageCount';
    expect(refusals(`{ ${list(100, (n) => `a${n}: session(id: "a") { ${fields} }`)} }`)).toBeNull();
  });

  it('does not repeat many fields often', () => {
    expect(
      refusals(`{ session(id: "a") { ${'id title cursor currentAgent messageCount '.repeat(50)} } }`),
    ).toMatchObject([{ code: 'QUERY_TOO_COMPLEX', message: 'A document repeats too many of its fields.' }]);
  });

  it.each([
    ['a field', (all: string) => `{ viewer ${all} { kind } }`],
    ['an operation', (all: string) => `query ${all} { viewer { kind } }`],
    ['an inline fragment', (all: string) => `{ ... ${all} { viewer { kind } } }`],
    ['a spread', (all: string) => `{ ...F ${all} } fragment F on Query { viewer { kind } }`],
    ['a fragment', (all: string) => `{ ...F } fragment F on Query ${all} { viewer { kind } }`],
    ['a variable', (all: string) => `query ($a: Int ${all}) { sessions(first: $a) { nodes { id } } }`],
  ])('has a bounded number of directives on %s', (_what, document) => {
    const directives = (count: number): string => list(count, () => '@aa');
    expect(refusals(document(directives(5)))).not.toEqual(tooComplex(5, 5));
    expect(refusals(document(directives(6)))).toEqual(tooComplex(5, 6));
  });
});

describe('a document that does not fit', () => {
  it.each([
    ['itself', '{ ...A } fragment A on Query { ...A }'],
    ['each other', '{ ...A } fragment A on Query { ...B } fragment B on Query { viewer { kind } ...A }'],
    [
      'each other, and are not used',
      '{ viewer { kind } } fragment A on Query { ...B } fragment B on Query { ...A }',
    ],
    [
      'each other far below',
      '{ ...A } fragment A on Query { session(id: "x") { ...B } } fragment B on Session { id ... { ...B } }',
    ],
  ])('is told that its fragments contain %s', (_what, document) => {
    const told = refusals(document) ?? [];
    expect(told.length).toBeGreaterThan(0);
    for (const { code, message } of told) {
      expect(code).toBe('GRAPHQL_VALIDATION_FAILED');
      expect(message).toMatch(/^Cannot spread fragment "[AB]" within itself/);
    }
  });

  it('is told where, as far as that helps', () => {
    expect(refusals('{\n  viewer { nope }\n}')).toMatchObject([{ locations: [{ line: 2, column: 12 }] }]);
    const [refusal] = refusals(`{ session(${'id: "a" '.repeat(50)}) { id } }`) ?? [];
    expect(refusal?.locations).toEqual([
      { line: 1, column: 11 },
      { line: 1, column: 19 },
    ]);
  });

  it('is told five faults at most', () => {
    expect(refusals(`{ ${list(5_000, (n) => `x${n}`)} }`)).toHaveLength(5);
  });

  it('is given suggestions where they are wanted, and nowhere else', () => {
    const document = '{ viewr { kind } session(idd: "x") { titel } }';
    expect(JSON.stringify(refusals(document, true))).toContain('Did you mean');
    expect(JSON.stringify(refusals(document))).not.toContain('Did you mean');
  });

  it('does not have its long words repeated', () => {
    const [refusal] = refusals(`{ ${'x'.repeat(10_000)} }`) ?? [];
    expect(refusal?.message.length).toBeLessThan(310);
    expect(refusal?.message).toMatch(/^Cannot query field "x+…$/);
  });
});

it('accepts the examples of the playground', () => {
  for (const example of EXAMPLE_OPERATIONS) expect(refusals(example)).toBeNull();
  expect(refusals(EXAMPLE_OPERATIONS.join('\n'))).toBeNull();
});

describe('the documents that are remembered', () => {
  const document = (n: number): string => `{ a${n}: viewer { kind } }`;

  it('are those that were asked for last', () => {
    const documents = documentsWith();
    const first = documents.check(document(0));
    const second = documents.check(document(1));
    for (let n = 2; n < 1_000; n++) documents.check(document(n));
    expect(documents.check(document(0))).toBe(first);
    documents.check(document(1_000));
    expect(documents.check(document(0))).toBe(first);
    expect(documents.check(document(1))).not.toBe(second);
  });

  it('are few when they are long, since each takes hundreds of times its length', () => {
    const documents = documentsWith();
    const long = (n: number): string => `{ a${n}: viewer { ${'... { kind } '.repeat(99)} } }`;
    const first = documents.check(long(0));
    expect(documents.check(long(0))).toBe(first);
    for (let n = 1; n < 160; n++) documents.check(long(n));
    expect(documents.check(long(0))).not.toBe(first);
  });

  it('are none that are longer than clients have reason to send again', () => {
    const documents = documentsWith();
    const long = `{ viewer { kind } } #${'x'.repeat(20_000)}`;
    expect(documents.check(long)).not.toBe(documents.check(long));
  });
});
