import type { EntryId } from '../../core/cursor.ts';
import type { ItemEntry, StoredItem } from '../../core/log.ts';
import type { AppendStep } from '../../core/store.ts';
import { handoffItem, storedItem, type Taken } from './steps.ts';

/** What a key keeps of an append. */
export interface Kept {
  readonly prev: EntryId;
  readonly at: number;
  readonly entries: readonly KeptEntry[];
  readonly note?: string | undefined;
}

/**
 * What a key keeps of an entry. Its text is not kept, unless the step says so: the repeated call brings it again, as the
 * step of that index. Hand-offs have `from`.
 */
export interface KeptEntry {
  readonly id: EntryId;
  readonly step: number;
  readonly agent: string | null;
  readonly tool: string | null;
  readonly from?: string | null;
  readonly finishes?: string;
  readonly item?: StoredItem;
}

export function keptEntry({ entry, from }: Taken, step: AppendStep, index: number): KeptEntry {
  const { id, item, finishesDraft } = entry;
  return {
    id,
    step: index,
    agent: item.agent,
    tool: item.toolName,
    ...(from !== undefined && { from }),
    ...(finishesDraft !== undefined && { finishes: finishesDraft }),
    ...(step.kind === 'item' && step.remembered === true && { item }),
  };
}

/** The entries of the first call, of which the repeat's steps bring what was not kept. */
export function entriesOf(steps: readonly AppendStep[], kept: Kept): readonly ItemEntry[] {
  let prev = kept.prev;
  return kept.entries.map((keptOne) => {
    const { id, step, finishes } = keptOne;
    const finished = finishes === undefined ? {} : { finishesDraft: finishes };
    const item = itemOf(keptOne, steps[step]);
    const entry: ItemEntry = { id, prev, at: kept.at, kind: 'item', item, ...finished };
    prev = id;
    return entry;
  });
}

/** Of a hand-off everything is kept; of an item the step brings the texts again, as the digest and the note vouch. */
function itemOf({ step, agent, tool, from, item }: KeptEntry, taken: AppendStep | undefined): StoredItem {
  if (item !== undefined) return item;
  if (from !== undefined && agent !== null) return handoffItem(from, agent);
  if (taken?.kind !== 'item') throw new TypeError(`The repeated write has no item as its step ${step}.`);
  return storedItem(taken.item, agent, tool);
}
