import { dataOf } from './graphql-request.ts';

const PAGE = `query ($sessionId: ID!, $after: String) {
  session(id: $sessionId) {
    items(first: 1000, after: $after) {
      nodes { id cursor raw ... on Message { text } }
      pageInfo { endCursor hasNextPage }
    }
  }
}`;

/** Every item of a session, read page by page. */
export async function itemsOn(endpoint: string, sessionId: string): Promise<any[]> {
  const items: any[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { session } = await dataOf(endpoint, PAGE, { sessionId, after });
    items.push(...session.items.nodes);
    ({ endCursor: after, hasNextPage: more } = session.items.pageInfo);
  }
  return items;
}
