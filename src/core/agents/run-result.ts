import { BadUserInputError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { ItemDialect, StoredItem } from '../log.ts';
import type { AppendStep } from '../store.ts';
import { comparable, type Comparable } from './comparable.ts';
import { newPart, type NewPart } from './history-matching.ts';
import { checkedRunItem, checkedRunItems, runItem } from './run-item.ts';
import { asToolName, Transfers, type Transfer } from './transfers.ts';
import { openWrappedHistories, type ConversationItem } from './wrapped-history.ts';

/** WHOLE: the list repeats what is stored. NEW: it follows that. */
export type HistoryScope = 'WHOLE' | 'NEW';

export interface RunResult {
  /** What the run returned, as the client sent it. */
  readonly items: readonly unknown[];
  readonly scope: HistoryScope;
  readonly dialect: ItemDialect;
  /** The agent that is current when the run is over; null: what the items say. */
  readonly currentAgent: string | null;
  /** Keep only messages of users and assistants that have text. */
  readonly messagesOnly: boolean;
  /** Of each item: JSON text of an object. */
  readonly metadata: string;
}

/** A result that was checked and unwrapped. */
export interface ReadRunResult {
  readonly result: RunResult;
  readonly conversation: readonly ConversationItem[];
  /** The places in the conversation of what is to be stored. */
  readonly kept: readonly number[];
  readonly incoming: readonly Comparable[];
}

export interface RunResultPlan extends NewPart {
  readonly steps: readonly AppendStep[];
}

/**
 * Reads what a run returned.
 * @throws BadUserInputError, with the `index` of the first item at fault, or for more items than `limits.agentInputs`;
 * PayloadTooLargeError for an item.
 */
export function readRunResult(result: RunResult, limits: Limits): ReadRunResult {
  checkCount('One result holds', result.items.length, limits.agentInputs);
  const conversation = openWrappedHistories(checkedRunItems(result.items, limits));
  checkCount('One result holds, unwrapped,', conversation.length, limits.agentInputs);
  for (const { raw, derived, index } of conversation) if (derived) checkedRunItem(raw, index, limits);

  const told = conversation.map(({ raw, derived }) => comparable(raw, derived));
  const kept = conversation.flatMap((_item, at) =>
    !result.messagesOnly || told[at]?.spoken === true ? at : [],
  );
  return { result, conversation, kept, incoming: kept.flatMap((at) => told[at] ?? []) };
}

/**
 * What storing a result adds to a session.
 * @param known the session's items, oldest first, of which those since as many spoken messages as the result has are
 * enough; or the new part that an earlier call found.
 * @param isTrimmed whether the session has lost its oldest items, which the result may have.
 * @throws BadUserInputError for more new items than `limits.itemsPerWrite`.
 */
export function planRunResult(
  { result, conversation, kept, incoming }: ReadRunResult,
  known: readonly StoredItem[] | NewPart,
  limits: Limits,
  isTrimmed = false,
): RunResultPlan {
  const part = 'start' in known ? known : newPartOf(result.scope, known, incoming, isTrimmed);
  const repeated = new Set(part.repeated?.map((place) => kept[place]));
  const added = kept.length - part.start - repeated.size;
  checkCount('One write adds', added, limits.itemsPerWrite);
  // A list that repeats what is stored, and no more, hands over to nobody: its hand-offs were stored then.
  const nothingNew = result.scope === 'WHOLE' && added === 0;
  const last = nothingNew ? conversation.length : (kept[part.start - 1] ?? -1);
  const isStored = (at: number): boolean => at <= last || repeated.has(at);
  return { ...part, steps: newSteps(isStored, conversation, new Set(kept), result) };
}

function newPartOf(
  scope: HistoryScope,
  stored: readonly StoredItem[],
  incoming: readonly Comparable[],
  isTrimmed: boolean,
): NewPart {
  return scope === 'NEW' ? { start: 0, skipped: 0 } : repeatedPart(stored, incoming, isTrimmed);
}

function repeatedPart(
  stored: readonly StoredItem[],
  incoming: readonly Comparable[],
  isTrimmed: boolean,
): NewPart {
  const items = stored.filter(({ handoff }) => !handoff);
  const raws = items.map(({ raw }) => JSON.parse(raw) as JsonObject);
  const asStored = newPart(
    raws.map((raw, index) => comparable(raw, items[index]?.derived === true)),
    incoming,
    isTrimmed,
  );
  if (asStored.start === incoming.length) return asStored;
  // Items may have been stored by other means than this: wrapped, or twice.
  const conversation = openWrappedHistories(raws);
  if (conversation.every(({ derived }) => !derived) && conversation.length === raws.length) return asStored;
  const asConversation = newPart(
    conversation.map(({ raw, derived, index }) => comparable(raw, derived || items[index]?.derived === true)),
    incoming,
    isTrimmed,
  );
  return asConversation.start > asStored.start ? asConversation : asStored;
}

/** The items that are not stored, and a hand-off after the result of each transfer among them. */
function newSteps(
  isStored: (at: number) => boolean,
  conversation: readonly ConversationItem[],
  kept: ReadonlySet<number>,
  result: RunResult,
): AppendStep[] {
  const steps: AppendStep[] = [];
  const transfers = new Transfers();
  const handoffs: Transfer[] = [];
  let answers: number | null = null;
  for (const [at, item] of conversation.entries()) {
    // A call that is stored may have its result among what is new.
    const transfer = transfers.next(item.raw);
    if (isStored(at)) continue;
    if (kept.has(at)) {
      const added = runItem(item, result);
      if (added.role === null || added.role === 'ASSISTANT') answers ??= steps.length;
      steps.push({ kind: 'item', item: added });
    }
    if (transfer === null) continue;
    handoffs.push(transfer);
    steps.push({ kind: 'agent', name: nameOf(transfer, result.currentAgent) });
  }
  if (result.currentAgent === null) return steps;
  // Without a hand-off the whole run was this agent's, from its first answer on.
  const place = handoffs.length === 0 ? (answers ?? steps.length) : steps.length;
  return steps.toSpliced(place, 0, { kind: 'agent', name: result.currentAgent });
}

/** The tool's name does not spell the agent's: where the caller says how that one is spelled, it is taken. */
function nameOf({ to, named }: Transfer, currentAgent: string | null): string {
  return currentAgent !== null && !named && asToolName(currentAgent) === asToolName(to) ? currentAgent : to;
}

function checkCount(what: string, actual: number, limit: number): void {
  if (actual <= limit) return;
  throw new BadUserInputError(`${what} at most ${limit} items.`, { path: ['items'], limit, actual });
}
