import { ITEM_FIELDS, type Item } from './item.ts';
import { DRAFT_FIELDS, type MessageDraft } from './message-draft.ts';
import type { SessionHandle } from './session-handle.ts';
import type { JsonObject } from './session-info.ts';
import type { TranscriptPage } from './transcript-state.ts';

/** What the server gives in one page. */
export const MOST_ITEMS = 1000;

interface ItemPage {
  readonly items: {
    readonly nodes: readonly Item[];
    readonly pageInfo: { readonly hasPreviousPage: boolean };
  };
}

interface SessionPage extends ItemPage {
  readonly cursor: string;
  readonly drafts: readonly MessageDraft[];
  readonly currentAgent: string | null;
  readonly title: string | null;
  readonly metadata: JsonObject;
}

const ITEMS = `items(last:$last,before:$before){nodes{${ITEM_FIELDS}}pageInfo{hasPreviousPage}}`;
const DECLARATIONS = ',$last:Int,$before:String';

/** The newest items and all that is shown beside them, of one moment; null when the session has not been made yet. */
export async function readTranscript(
  handle: SessionHandle,
  last: number,
  signal: AbortSignal,
): Promise<TranscriptPage | null> {
  const page = await handle.read<SessionPage>(
    `cursor currentAgent title metadata drafts{${DRAFT_FIELDS}}${ITEMS}`,
    DECLARATIONS,
    { last },
    signal,
  );
  return page === null ? null : { ...page, ...itemsOf(page) };
}

/** The items next before a place. */
export async function readOlder(
  handle: SessionHandle,
  last: number,
  before: string,
  signal: AbortSignal,
): Promise<Pick<TranscriptPage, 'items' | 'hasOlder'>> {
  const page = await handle.read<ItemPage>(ITEMS, DECLARATIONS, { last, before }, signal);
  return page === null ? { items: [], hasOlder: false } : itemsOf(page);
}

function itemsOf({ items }: ItemPage): Required<Pick<TranscriptPage, 'items' | 'hasOlder'>> {
  return { items: items.nodes, hasOlder: items.pageInfo.hasPreviousPage };
}
