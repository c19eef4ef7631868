import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildSchema, Kind, parse, print, validate, type OperationDefinitionNode } from 'graphql';
import { stringifyDocument } from 'urql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as documents from '../../console/src/api/documents.ts';
import { resultType, variablesType } from './operation-types.ts';

const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const operations = Object.entries(documents).map(
  ([name, document]) => [name, parse(stringifyDocument(document))] as const,
);

it.each(operations)('%s is valid', (_name, document) => {
  expect(validate(schema, document)).toEqual([]);
});

describe('the types beside the documents', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'console-types-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What the compiler of the console says to this. */
  async function complaints(source: string): Promise<string> {
    const file = join(folder, 'check.ts');
    const config = fileURLToPath(new URL('../../console/tsconfig.json', import.meta.url));
    const own = { extends: config, files: [file], include: [], compilerOptions: { types: [] } };
    await writeFile(file, source);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(own));
    try {
      await promisify(execFile)('node_modules/.bin/tsc', ['-p', folder, '--pretty', 'false']);
      return '';
    } catch (error) {
      return String((error as { readonly stdout?: unknown }).stdout);
    }
  }

  const module = fileURLToPath(new URL('../../console/src/api/documents.ts', import.meta.url));
  const urql = fileURLToPath(new URL('../../node_modules/urql', import.meta.url));
  const head = [
    `import type { TypedDocumentNode } from '${urql}';`,
    `import * as documents from '${module}';`,
    `type DataOf<D> = D extends TypedDocumentNode<infer Data, infer _> ? Data : never;`,
    `type VariablesOf<D> = D extends TypedDocumentNode<infer _, infer Variables> ? Variables : never;`,
  ];

  const checkOf = (name: string, operation: OperationDefinitionNode): string[] => [
    `export const data${name} = (data: ${resultType(schema, operation)}): DataOf<typeof documents.${name}> => data;`,
    `export const variables${name} = (variables: VariablesOf<typeof documents.${name}>): ${variablesType(schema, operation)} => variables;`,
  ];

  const operationOf = ({ definitions }: ReturnType<typeof parse>): OperationDefinitionNode => {
    const [definition] = definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation.');
    return definition;
  };

  it('are what the schema says of results and variables', async () => {
    const checks = operations.flatMap(([name, document]) => checkOf(name, operationOf(document)));
    expect(await complaints([...head, ...checks].join('\n'))).toBe('');
  });

  it('would be caught if they were not', async () => {
    const other = parse(print(parse('query { viewer { kind } }')));
    const wrong = parse(
      'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { title } } }',
    );
    const checks = [
      ...checkOf('VIEWER', operationOf(other)),
      ...checkOf('CREATE_SESSION', operationOf(wrong)),
    ];
    const said = await complaints([...head, ...checks].join('\n'));
    expect(said).toMatch(/userId/);
    expect(said).toMatch(/'id' is missing/);
  });
});
