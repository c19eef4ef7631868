import type { Comparable } from './comparable.ts';

/** For each item whose identity an earlier one has, the first that has it. */
export function repeatsByIdentity(items: readonly Comparable[]): Map<number, number> {
  const ambiguous = ambiguousIdentities(items);
  const firsts = new Map<string, number>();
  const originals = new Map<number, number>();
  for (const [at, { identity, called, content }] of items.entries()) {
    if (identity === null || (ambiguous.has(identity) && !called)) continue;
    const key = ambiguous.has(identity) ? `${identity} ${content}` : identity;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, at);
    else originals.set(at, first);
  }
  return originals;
}

/**
 * Identities that different items share, because some models give every item or every turn the same ones: such an id
 * tells nothing, such a call's id only together with what the item says. A wrapper's copy may differ from what it
 * copies, so likes are compared with likes.
 */
function ambiguousIdentities(items: readonly Comparable[]): ReadonlySet<string> {
  const ambiguous = new Set<string>();
  const seen = new Map<string, string>();
  for (const { identity, derived, evened } of items) {
    if (identity === null) continue;
    const key = `${derived} ${identity}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, evened);
    else if (before !== evened) ambiguous.add(identity);
  }
  return ambiguous;
}
