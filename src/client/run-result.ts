import { checkedItems } from './item-batches.ts';
import type { RunResult } from './sdk-session.ts';
import type { StoreAgentResult } from './session-inputs.ts';

/** Items that the server takes of a run at once. */
const MOST_ITEMS = 10_000;

/** The input of storeAgentResult for what a run returned, once a streamed one is over. */
export async function resultInput(
  result: RunResult | readonly object[],
  options: StoreAgentResult,
): Promise<object> {
  if (isList(result)) return { ...options, items: newest(result) };
  // Rejects with what the run failed with: half a run is not its result.
  await result.completed;
  return {
    currentAgent: result.lastAgent?.name,
    ...options,
    items: newest(options.scope === 'NEW' ? result.output : result.history),
  };
}

/** The end of a history is matched as well as the whole: its beginning is in the middle of what is stored. */
export function newest(items: readonly object[]): readonly object[] {
  return checkedItems(items.slice(-MOST_ITEMS));
}

function isList(result: RunResult | readonly object[]): result is readonly object[] {
  return Array.isArray(result);
}
