import type { OutputRef } from '@pothos/core';
import type { Page } from '../../core/paging.ts';
import { builder } from '../builder.ts';

interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

/** A page whose nodes have their cursors. */
interface Connection<T> {
  readonly edges: readonly Edge<T>[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

const PageInfo = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  description: 'Where a page stands.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNext', { description: 'Whether there is more after this page.' }),
    hasPreviousPage: t.exposeBoolean('hasPrevious', {
      description: 'Whether there is more before this page.',
    }),
    startCursor: t.string({
      nullable: true,
      description: 'Cursor of the first node: the previous page is `before` it. null on an empty page.',
      resolve: ({ edges }) => edges[0]?.cursor,
    }),
    endCursor: t.string({
      nullable: true,
      description: 'Cursor of the last node: the next page is `after` it. null on an empty page.',
      resolve: ({ edges }) => edges.at(-1)?.cursor,
    }),
  }),
});

/** The connection type `<name>Connection` of a node type, and its edge type. */
export function connectionType<T>(name: string, node: OutputRef<T>) {
  const noun = name.toLowerCase();
  const EdgeType = builder.objectRef<Edge<T>>(`${name}Edge`).implement({
    description: `A ${noun} and its place.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'The place of the node, for `after` and `before`.' }),
      node: t.field({
        type: node,
        description: `The ${noun}.`,
        // Of a generic type the compiler cannot know that it is no list, which would be resolved otherwise.
        resolve: (edge) => edge.node as never,
      }),
    }),
  });
  return builder.objectRef<Connection<T>>(`${name}Connection`).implement({
    description: `A page of ${noun}s.`,
    fields: (t) => ({
      edges: t.field({
        type: [EdgeType],
        description: `The ${noun}s with their places.`,
        resolve: ({ edges }) => edges,
      }),
      nodes: t.field({
        type: [node],
        description: `The ${noun}s alone.`,
        resolve: ({ edges }) => edges.map((edge) => edge.node),
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Where the page stands.',
        resolve: (page) => page,
      }),
    }),
  });
}

/** A page as its connection. */
export function connectionOf<N, T>(page: Page<N>, edge: (node: N) => Edge<T>): Connection<T> {
  return { edges: page.nodes.map(edge), hasNext: page.hasNext, hasPrevious: page.hasPrevious };
}
