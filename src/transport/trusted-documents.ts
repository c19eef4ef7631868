import { z } from 'zod';

/** Documents that may be executed, by the ids that clients send in their place. */
export interface TrustedDocuments {
  /** The text of the document that is named, or that is one of them word for word; undefined: neither. */
  find(id: string | undefined, query: string | undefined): string | undefined;
}

/** What is no manifest of documents; its message repeats nothing of it. */
export class ManifestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ManifestError';
  }
}

/** Texts by their ids, as the tools of Relay, urql and GraphQL Code Generator write them; or Apollo's list. */
const manifest = z.union([
  z
    .object({
      format: z.literal('apollo-persisted-query-manifest'),
      version: z.literal(1),
      operations: z.array(z.object({ id: z.string(), body: z.string() })),
    })
    .transform(({ operations }) => operations.map(({ id, body }) => [id, body] as const)),
  z.record(z.string(), z.string()).transform((texts) => Object.entries(texts)),
]);

/**
 * @param json A manifest as the tools of GraphQL clients write them.
 * @throws ManifestError when it is none, or an empty one.
 */
export function trustedDocuments(json: string): TrustedDocuments {
  const byId = new Map(entriesOf(json).map(([id, text]) => [bare(id), text]));
  const texts = new Set(byId.values());
  return {
    find: (id, query) => {
      const named = id === undefined ? undefined : byId.get(bare(id));
      if (named !== undefined) return named;
      return query !== undefined && texts.has(query) ? query : undefined;
    },
  };
}

function entriesOf(json: string): readonly (readonly [string, string])[] {
  const entries = manifest.safeParse(parsed(json)).data;
  if (entries === undefined) throw new ManifestError('It holds no texts by their ids.');
  if (entries.length === 0) throw new ManifestError('It holds no document.');
  return entries;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // What was thrown would repeat a piece of the file.
    throw new ManifestError('It holds no JSON.');
  }
}

/** Some clients name the digest before it, as in `sha256:…`, and the tools of others do not. */
function bare(id: string): string {
  return id.replace(/^sha256:/, '');
}
