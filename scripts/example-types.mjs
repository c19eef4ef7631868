import { fileURLToPath } from 'node:url';
import { loadFromSDL, minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';

/** From the root of the project. The second is the schema as a value, too: the cache of urql reads it. */
const FILES = ['examples/chat-apollo/src/graphql-env.d.ts', 'examples/chat-urql/src/graphql-env.ts'];

/**
 * What `gql.tada generate-output` writes into the examples for schema.graphql, by file. That command needs an older
 * TypeScript than this project is compiled with.
 */
export async function exampleTypes() {
  const file = fileURLToPath(new URL('../schema.graphql', import.meta.url));
  const loaded = await loadFromSDL({ file }).load();
  const introspection = minifyIntrospection(loaded.introspection);
  return new Map(
    FILES.map((path) => {
      const isDeclaration = path.endsWith('.d.ts');
      const options = { fileType: isDeclaration ? '.d.ts' : '.ts', shouldPreprocess: isDeclaration };
      return [path, outputIntrospectionFile(introspection, options)];
    }),
  );
}
