import { AgentSessionsError, hasCode } from './errors.ts';
import { endsWith, firstDifference, mutated } from './history.ts';
import { checkedItems, itemBatches } from './item-batches.ts';
import type { HistoryMutation, HistoryTransactionArgs } from './sdk-session.ts';
import type { SessionHandle } from './session-handle.ts';
import { readHistory } from './session-reads.ts';

/** What a write answers where nothing of it is needed. */
const NOTHING = '__typename';
/** How often a change is worked out anew because others wrote in between. */
const TRIES = 10;

/** Appends in as few writes as hold them, each atomic, in order; stops at the first that fails. */
export async function appendItems(handle: SessionHandle, items: readonly object[]): Promise<void> {
  for (const batch of itemBatches(items)) {
    try {
      await handle.write('addItems', { items: batch.items }, NOTHING);
    } catch (error) {
      throw inWholeList(error, batch.start);
    }
  }
}

/** The server numbers the items of one write; callers know their whole list. */
function inWholeList(error: unknown, start: number): unknown {
  if (!(error instanceof AgentSessionsError) || error.details.index === undefined || start === 0)
    return error;
  const index = error.details.index + start;
  return new AgentSessionsError(error.code, error.message, {
    retryable: error.retryable,
    details: { ...error.details, index, path: ['items', index] },
    cause: error,
  });
}

/** One atomic write under the operation's id, which the server remembers. */
export async function applyTransaction(
  handle: SessionHandle,
  { operationId, transaction }: HistoryTransactionArgs,
): Promise<void> {
  if (typeof operationId !== 'string' || operationId.trim() === '') {
    const details = { path: ['operationId'] };
    throw new AgentSessionsError('BAD_USER_INPUT', 'operationId is empty.', { details });
  }
  const idempotencyKey = operationId;
  switch (transaction.type) {
    case 'append_items': {
      const items = checkedItems(transaction.items);
      // Nothing to append is a transaction too, whose id is used up; the server takes no empty addItems.
      if (items.length === 0) return replaceSuffix(handle, [], [], idempotencyKey);
      await handle.write('addItems', { items, idempotencyKey }, NOTHING);
      return;
    }
    case 'replace_suffix':
      return replaceSuffix(handle, transaction.expectedSuffix, transaction.replacement, idempotencyKey);
    default:
      throw new AgentSessionsError('BAD_USER_INPUT', 'The type of the transaction is not known.', {
        details: { path: ['transaction', 'type'] },
      });
  }
}

async function replaceSuffix(
  handle: SessionHandle,
  expectedSuffix: readonly object[],
  replacement: readonly object[],
  idempotencyKey?: string,
): Promise<void> {
  await handle.write(
    'replaceSuffix',
    { expectedSuffix: checkedItems(expectedSuffix), replacement: checkedItems(replacement), idempotencyKey },
    NOTHING,
  );
}

/** Rewrites from the earliest item that changes to the end; nothing is written when none does. */
export async function applyMutations(
  handle: SessionHandle,
  mutations: readonly HistoryMutation[],
): Promise<void> {
  if (mutations.length === 0) return;
  await untilUndisturbed(async () => {
    const before = await readHistory(handle);
    const after = mutated(before, mutations);
    const start = firstDifference(before, after);
    if (start !== null) await replaceSuffix(handle, before.slice(start), after.slice(start));
  });
}

/**
 * Writes `[compaction, ...retained]`. Where the history ends in what is retained, that end is replaced, so that nobody
 * reads it twice; else all of it is new, and is appended.
 */
export async function compact(handle: SessionHandle, items: readonly object[]): Promise<void> {
  const retained = items.slice(1);
  await untilUndisturbed(async () => {
    const history = await readHistory(handle, retained.length);
    await replaceSuffix(handle, endsWith(history, retained) ? retained : [], items);
  });
}

async function untilUndisturbed(change: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await change();
      return;
    } catch (error) {
      if (tries === TRIES || !hasCode(error, 'CONFLICT')) throw error;
    }
  }
}
