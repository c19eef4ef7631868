import { describe } from 'vitest';
import { appending } from './store-append.ts';
import { removing } from './store-append-remove.ts';
import { removingSeen } from './store-append-remove-seen.ts';
import { appendingTools } from './store-append-tools.ts';
import { appendingWhen } from './store-append-conditions.ts';
import { clearing } from './store-clear.ts';
import { creating } from './store-create.ts';
import { creatingOnce } from './store-create-once.ts';
import { deleting } from './store-delete.ts';
import { doorbells } from './store-doorbells.ts';
import { abandoningDrafts } from './store-draft-abandoned.ts';
import { abandonedDoorbells } from './store-draft-abandoned-doorbells.ts';
import { abandonedDrafts, DRAFT_IDLE_MS } from './store-draft-abandoned-items.ts';
import { appendingToDrafts } from './store-draft-append.ts';
import { draftDoorbells } from './store-draft-doorbells.ts';
import { endingDrafts } from './store-draft-end.ts';
import { endingDraftsOnce } from './store-draft-end-once.ts';
import { keepingDrafts } from './store-draft-lifetime.ts';
import { readingDrafts } from './store-draft-read.ts';
import { startingDrafts } from './store-draft-start.ts';
import { ends } from './store-ends.ts';
import { erasing } from './store-erase.ts';
import { expiring } from './store-expiry.ts';
import { forking } from './store-fork.ts';
import { forkingApart } from './store-fork-apart.ts';
import { forkingOnce } from './store-fork-once.ts';
import { forkingUpTo } from './store-fork-places.ts';
import { isolation } from './store-isolation.ts';
import { items } from './store-item.ts';
import { listing } from './store-list.ts';
import { listDoorbells } from './store-list-doorbells.ts';
import { listingPages } from './store-list-pages.ts';
import { once } from './store-once.ts';
import { paging } from './store-page.ts';
import { pagingAround } from './store-page-places.ts';
import { popping } from './store-pop.ts';
import { reading } from './store-read.ts';
import { readingAfter } from './store-read-places.ts';
import { recalling } from './store-recall.ts';
import { restoring } from './store-restore.ts';
import { texts } from './store-texts.ts';
import { limiting, trimming } from './store-trim.ts';
import { anyTrimming } from './store-trim-any.ts';
import { forkingTrimmed, trimmedPlaces } from './store-trim-places.ts';
import { updating } from './store-update.ts';
import { storeTest, type StoreSettings, type StoreUnderTest } from './store-under-test.ts';

/** `SessionStore`'s doc comments as tests; `open` gives an empty store each time. */
export function storeContract(
  name: string,
  open: (settings: StoreSettings) => Promise<StoreUnderTest>,
): void {
  const it = storeTest(() => open({}));
  const itSoonAbandons = storeTest(() => open({ draftIdleMs: DRAFT_IDLE_MS }));
  const concerns = {
    creating,
    'creating once': creatingOnce,
    appending,
    'appending tool calls': appendingTools,
    'appending on a condition': appendingWhen,
    'removing with an append': removing,
    'seeing what an append removed': removingSeen,
    'writing once': once,
    'recalling an append': recalling,
    'keeping texts': texts,
    updating,
    popping,
    clearing,
    deleting,
    erasing,
    forking,
    'forking up to a place': forkingUpTo,
    'forking once': forkingOnce,
    trimming,
    'limiting items': limiting,
    'knowing places after trimming': trimmedPlaces,
    'trimming after any writes': anyTrimming,
    'forking what was trimmed': forkingTrimmed,
    restoring,
    'keeping forks apart': forkingApart,
    'keeping sessions apart': isolation,
    'paging through items': paging,
    'paging around places': pagingAround,
    'finding an item': items,
    'reading the log': reading,
    'reading after a place': readingAfter,
    'naming ends': ends,
    'listing sessions': listing,
    'paging through sessions': listingPages,
    expiring,
    'starting drafts': startingDrafts,
    'writing to drafts': appendingToDrafts,
    'ending drafts': endingDrafts,
    'ending drafts once': endingDraftsOnce,
    'keeping drafts': keepingDrafts,
    'reading drafts': readingDrafts,
    'ringing doorbells': doorbells,
    'ringing doorbells of drafts': draftDoorbells,
    'ringing doorbells of lists': listDoorbells,
  };
  const concernsOfAbandoned = {
    'meeting abandoned drafts': abandoningDrafts,
    'keeping what was left of drafts': abandonedDrafts,
    'ringing doorbells of abandoned drafts': abandonedDoorbells,
  };
  describe(name, () => {
    for (const [concern, tests] of Object.entries(concerns)) describe(concern, () => tests(it));
    for (const [concern, tests] of Object.entries(concernsOfAbandoned))
      describe(concern, () => tests(itSoonAbandons));
  });
}
