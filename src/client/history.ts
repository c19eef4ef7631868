import type { HistoryMutation } from './sdk-session.ts';

/** Whether two items are the same JSON, whatever order their keys have; what JSON leaves out makes no difference. */
function sameJson(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export function endsWith(items: readonly object[], end: readonly object[]): boolean {
  const start = items.length - end.length;
  return start >= 0 && end.every((item, index) => sameJson(items[start + index], item));
}

/** The items after all mutations, in order; the objects that nothing changed are the same objects. */
export function mutated(items: readonly object[], mutations: readonly HistoryMutation[]): readonly object[] {
  return mutations.reduce(replaceFunctionCall, items);
}

function replaceFunctionCall(
  items: readonly object[],
  { callId, replacement }: HistoryMutation,
): readonly object[] {
  const isCall = (item: object): boolean =>
    'type' in item && item.type === 'function_call' && 'callId' in item && item.callId === callId;
  const first = items.findIndex(isCall);
  return items.flatMap((item, index) => {
    if (!isCall(item)) return [item];
    if (index !== first) return [];
    return [sameJson(item, replacement) ? item : replacement];
  });
}

/** Where two lists part: the index of the first item that is not the same object; null when they are equal. */
export function firstDifference(before: readonly object[], after: readonly object[]): number | null {
  const index = before.findIndex((item, at) => item !== after[at]);
  return index === -1 && before.length === after.length ? null : index;
}
