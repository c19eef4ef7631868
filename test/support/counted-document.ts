import type { DocumentNode } from 'graphql';

/** A document, and how often anything looked at one of its nodes: what its checks take, whatever the machine. */
export interface CountedDocument {
  readonly document: DocumentNode;
  readonly looks: number;
}

/** Counts from now on. */
export function counted(document: DocumentNode): CountedDocument {
  let looks = 0;
  const watched = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(watched);
    // Nodes are plain objects; the places that they name are not, and are no part of what is checked.
    if (typeof value !== 'object' || value === null || value.constructor !== Object) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, watched(inner)]));
    return new Proxy(copy, {
      get(node, key) {
        looks++;
        return Reflect.get(node, key);
      },
    });
  };
  return {
    document: watched(document) as DocumentNode,
    get looks() {
      return looks;
    },
  };
}
