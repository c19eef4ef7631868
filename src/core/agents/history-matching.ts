import type { Comparable } from './comparable.ts';

/** How far a list of items repeats the stored history. */
export interface NewPart {
  /** Where what is new begins in the incoming list. */
  readonly start: number;
  /** How many of the items are stored. */
  readonly skipped: number;
  /** Places after `start` of calls and results that are stored; absent: none. */
  readonly repeated?: readonly number[];
}

/** A comparable item with numbers for its texts, so that comparing long texts often costs no more than short ones. */
interface Numbered {
  /** -1: none. */
  readonly identity: number;
  /** Whether that is the id of a call. */
  readonly called: boolean;
  readonly content: number;
  readonly evened: number;
  readonly derived: boolean;
  readonly spoken: boolean;
}

/** A spoken message, with what stands between the one before it and itself. */
interface Turn {
  /** null at a list's end. */
  readonly message: Numbered | null;
  /** The place of the message in its list, or the list's end. */
  readonly at: number;
  readonly between: readonly Numbered[];
}

/**
 * Finds the longest end of the stored history with which the incoming list begins.
 *
 * Spoken messages (of users and assistants, with text) match one to one, without a gap on either side. What stands
 * between them may be missing from the incoming list, because the agent's view left it out: a page that begins after a
 * call leaves out its result, `messagesOnly` all but messages, a hand-off's filter its tool calls. The reverse, items
 * that the stored history left out, is accepted only where a later message has the same id on both sides: then they
 * belong to the past, where nothing can be added, and appending them would mean to append all that follows once more.
 *
 * @param stored without hand-offs, oldest first.
 * @param isTrimmed whether `stored` may lack its beginning, which the incoming list may have.
 */
export function newPart(
  stored: readonly Comparable[],
  incoming: readonly Comparable[],
  isTrimmed = false,
): NewPart {
  const numbers = new Map<string, number>();
  const past = turnsOf(stored, numbers);
  const told = turnsOf(incoming, numbers);
  const behind = isTrimmed ? behindTrimmed(past, told) : null;
  if (behind !== null) return behind;
  // Both end with a turn that has no message.
  const most = Math.min(past.length, told.length) - 1;
  for (let messages = most; messages > 0; messages--) {
    const newest = past.at(-2)?.message;
    const last = told[messages - 1]?.message;
    // Cheap, and true of few: most lengths need not be looked at from their beginning.
    if (!newest || !last || !isSame(newest, last)) continue;
    const part = repeated(past, past.length - 1 - messages, told);
    if (part !== null) return part;
  }
  return leading(past.at(-1)?.between ?? [], told[0]?.between ?? [], 0);
}

function turnsOf(items: readonly Comparable[], numbers: Map<string, number>): Turn[] {
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const turns: Turn[] = [];
  let between: Numbered[] = [];
  for (const [at, { identity, called, content, evened, derived, spoken }] of items.entries()) {
    const item: Numbered = {
      identity: identity === null ? -1 : numberOf(identity),
      called,
      content: numberOf(content),
      evened: numberOf(evened),
      derived,
      spoken,
    };
    if (spoken) {
      turns.push({ message: item, at, between });
      between = [];
    } else between.push(item);
  }
  return [...turns, { message: null, at: items.length, between }];
}

/**
 * Whether two items are the same one: by identity where both have one, else by what they say. This is no equivalence
 * (an item without an id equals two that differ in theirs), so no single key can express it.
 */
function isSame(a: Numbered, b: Numbered): boolean {
  if (a.identity !== -1 && b.identity !== -1) return a.identity === b.identity;
  return a.derived || b.derived ? a.evened === b.evened : a.content === b.content;
}

/** Whether the incoming turns begin with the stored ones from a place on, of which the last has no message. */
function repeated(past: readonly Turn[], from: number, told: readonly Turn[]): NewPart | null {
  let skipped = 0;
  let start = 0;
  let unproven = false;
  for (let at = from; at < past.length; at++) {
    const kept = past[at];
    const turn = told[at - from];
    if (kept === undefined || turn === undefined) return null;
    if (kept.message === null) {
      if (unproven) return null;
      const rest = leading(kept.between, turn.between, start);
      return { ...rest, skipped: skipped + rest.skipped };
    }
    if (turn.message === null || !isSame(kept.message, turn.message)) return null;
    const found = leading(kept.between, turn.between, 0).skipped;
    skipped += found + 1;
    start = turn.at + 1;
    if (found < turn.between.length) unproven = true;
    // The ids were compared above: where both have one, they are equal.
    if (kept.message.identity !== -1 && turn.message.identity !== -1) unproven = false;
  }
  return null;
}

/** The last place in the incoming turns where all stored ones follow: what is told before them has been trimmed. */
function behindTrimmed(past: readonly Turn[], told: readonly Turn[]): NewPart | null {
  const oldest = past[0];
  if (!oldest?.message) return null;
  for (let at = told.length - past.length; at >= 0; at--) {
    const first = told[at];
    if (!first?.message || !isSame(oldest.message, first.message)) continue;
    const between = endOf(first.between, oldest.between);
    const part = repeated(past, 0, [{ ...first, between }, ...told.slice(at + 1)]);
    if (part !== null) return { ...part, skipped: part.skipped + first.at - between.length };
  }
  return null;
}

/** The longest end of what is told between two messages that is stored. */
function endOf(told: readonly Numbered[], stored: readonly Numbered[]): readonly Numbered[] {
  let rest = told.slice(Math.max(0, told.length - stored.length));
  while (leading(stored, rest, 0).skipped < rest.length) rest = rest.slice(1);
  return rest;
}

/**
 * How many of the incoming items, from their first on, are stored in this order, whatever is stored between them; and
 * which calls and results are stored besides. The history of a run that waits for an approval lacks the call that waits,
 * and has it later, before the results that were there.
 */
function leading(stored: readonly Numbered[], incoming: readonly Numbered[], start: number): NewPart {
  let found = 0;
  for (const item of stored) {
    const next = incoming[found];
    if (next !== undefined && isSame(item, next)) found++;
  }
  const calls = new Set(stored.filter(({ called }) => called).map(({ identity }) => identity));
  const repeated = incoming.flatMap(({ called, identity }, at) =>
    at >= found && called && calls.has(identity) ? start + at : [],
  );
  const part = { start: start + found, skipped: found + repeated.length };
  return repeated.length === 0 ? part : { ...part, repeated };
}
