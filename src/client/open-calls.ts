/** What of an item in the JavaScript dialect tells whether it is a call. */
interface Item {
  readonly type?: unknown;
  readonly callId?: unknown;
}

/**
 * The items without calls that have no result, and without the reasoning that led to them, which models refuse without
 * what followed. The Agents SDK does the same with the history of a session.
 */
export function withoutOpenCalls(items: readonly Item[]): readonly object[] {
  const answered = new Set(items.filter((item) => !isCall(item)).map(({ callId }) => callId));
  const kept: object[] = [];
  let follower: 'kept' | 'left out' = 'kept';
  for (const item of items.toReversed()) {
    if (item.type !== 'reasoning')
      follower = isCall(item) && !answered.has(item.callId) ? 'left out' : 'kept';
    if (follower === 'kept') kept.push(item);
  }
  return kept.toReversed();
}

function isCall({ type, callId }: Item): boolean {
  return typeof callId === 'string' && typeof type === 'string' && type.endsWith('_call');
}
