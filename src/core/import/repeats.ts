/** What is compared of an entry to find repeated histories. */
export interface Said {
  /** Who spoke; null when it is no message with text. */
  readonly by: 'user' | 'assistant' | null;
  /** Equal for entries that say the same. */
  readonly key: string;
}

/** The class that stored whole histories again read at most so many entries of them. */
const RECENT = 1000;

/**
 * The places of entries that only repeat the history before them, because each turn stored that again before what was
 * new. A repetition is the whole history up to there, in one of the forms in which it is known to be written:
 * - all that stands before it, or all of it that was new when it was written, and in both cases every entry or messages
 *   with text only;
 * - messages with text, of which the user's are written once each, from all that stands before or its last 1,000
 *   entries: what the class of redis-openai-agents makes of it.
 *
 * It has words of both sides, and something new follows it. Where a history begins with an exchange that really was
 * repeated at once, the second is taken for a repetition: who knows of none does not ask for this.
 */
export function repeatsOf(entries: readonly Said[]): ReadonlySet<number> {
  const repeats = new Set<number>();
  const before: number[] = [];
  const spoken: number[] = [];
  const once: number[] = [];
  const fresh: number[] = [];
  const freshSpoken: number[] = [];
  const asked = new Set<string>();
  for (let i = 0; i < entries.length;) {
    const histories = [before, spoken, once, fresh, freshSpoken, ...recent(entries, i)];
    const length = Math.max(...histories.map((history) => repeatedAt(entries, i, history)));
    for (const end = i + Math.max(length, 1); i < end; i++) {
      const { by, key } = entries[i] ?? NOTHING;
      before.push(i);
      if (by !== null) spoken.push(i);
      if (by === 'assistant' || (by === 'user' && !asked.has(key))) once.push(i);
      if (by === 'user') asked.add(key);
      if (length > 0) repeats.add(i);
      else {
        fresh.push(i);
        if (by !== null) freshSpoken.push(i);
      }
    }
  }
  return repeats;
}

const NOTHING: Said = { by: null, key: '' };

/** How many entries from `start` on are this whole history again; 0 when they are not. */
function repeatedAt(entries: readonly Said[], start: number, history: readonly number[]): number {
  const end = start + history.length;
  if (history.length < 2 || end >= entries.length) return 0;
  const sides = new Set<Said['by']>();
  for (const [offset, place] of history.entries()) {
    const earlier = entries[place];
    const later = entries[start + offset];
    if (earlier === undefined || later === undefined) return 0;
    if (earlier.by !== later.by || earlier.key !== later.key) return 0;
    sides.add(later.by);
  }
  return sides.has('user') && sides.has('assistant') ? history.length : 0;
}

/** The last entries before a place as the class wrote them, where they are not all there are. */
function recent(entries: readonly Said[], end: number): readonly number[][] {
  if (end <= RECENT) return [];
  const asked = new Set<string>();
  const history: number[] = [];
  for (let i = end - RECENT; i < end; i++) {
    const { by, key } = entries[i] ?? NOTHING;
    // Most places are found to begin no repetition by their first entry.
    if (history.length === 1 && entries[history[0] ?? 0]?.key !== entries[end]?.key) return [];
    if (by === null || (by === 'user' && asked.has(key))) continue;
    if (by === 'user') asked.add(key);
    history.push(i);
  }
  return [history];
}
