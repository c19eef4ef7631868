import { byId, SHOWN } from '../support/watched-session.ts';
import type { Api } from './api-under-test.ts';

/** What a query shows of a session, as a watcher holds it; null when there is none. */
export async function shownBy(api: Api, id: string): Promise<any> {
  const session = await api.session(id, SHOWN);
  if (session === null) return null;
  return { ...session, items: session.items.nodes, drafts: byId(session.drafts) };
}
