import type { DraftChannel } from './message-draft.ts';
import type { GeneratedItem } from './streamed-run.ts';

/** A message that the model is writing, as far as its deltas tell. */
interface OpenDraft {
  /** Counts from 1. */
  readonly number: number;
  /** The id that the message will have; null: not known. */
  readonly messageId: string | null;
  /** Whether it has text yet, besides reasoning. */
  readonly speaks: boolean;
  /** The part of the reasoning that was written last. */
  readonly part: string | null;
}

/**
 * Where a mirror of a run stands. All decisions about what becomes of a run's events are made here, without a network and
 * without a clock; each step makes another one.
 */
export interface Mirroring {
  /** Who the run is with. */
  readonly agent: string | null;
  /** Who is current in the session by what was written; null: not known. */
  readonly written: string | null;
  /** The drafts of the response that is under way, in the order in which they were begun. */
  readonly drafts: readonly OpenDraft[];
  readonly begun: number;
  /** Came and are not written yet: what comes together is written together. */
  readonly items: readonly GeneratedItem[];
  /** Whether items of the response came: then its text is over. */
  readonly answered: boolean;
}

/** What is to be done, in order. */
export type MirrorStep =
  | {
      readonly do: 'append';
      readonly draft: number;
      /** Who writes it. */
      readonly agent: string | null;
      readonly channel: DraftChannel;
      readonly text: string;
    }
  /** `draft`: becomes the last message among them, or nothing when there is none. */
  | {
      readonly do: 'write';
      readonly items: readonly object[];
      readonly agent: string | null;
      readonly draft: number | null;
    }
  | { readonly do: 'cancel'; readonly draft: number; readonly keep: boolean }
  | { readonly do: 'track'; readonly agent: string };

export interface MirrorProgress {
  readonly state: Mirroring;
  readonly steps: readonly MirrorStep[];
}

/** @param written who is current in the session. */
export function beginMirroring(agent: string | null, written: string | null): Mirroring {
  return { agent, written, drafts: [], begun: 0, items: [], answered: false };
}

export function gathered(state: Mirroring, item: GeneratedItem): Mirroring {
  return { ...state, items: [...state.items, item], answered: true };
}

/** The model says or thinks more. */
export function goneOn(
  before: Mirroring,
  channel: DraftChannel,
  of: string | null,
  text: string,
): MirrorProgress {
  const { state, steps } = before.answered ? responseOver(before) : { state: before, steps: [] };
  const draft = state.drafts.find((open) => takes(open, channel, of)) ?? newDraft(state);
  const isText = channel === 'TEXT';
  const next: OpenDraft = isText
    ? { ...draft, messageId: draft.messageId ?? of, speaks: true }
    : { ...draft, part: of };
  // The parts of what a model thinks are paragraphs.
  const apart = !isText && draft.part !== null && draft.part !== of;
  const drafts = state.drafts.includes(draft)
    ? state.drafts.map((open) => (open === draft ? next : open))
    : [...state.drafts, next];
  return {
    state: { ...state, begun: Math.max(state.begun, draft.number), drafts },
    steps: [
      ...steps,
      { do: 'append', draft: draft.number, agent: state.agent, channel, text: apart ? `\n${text}` : text },
    ],
  };
}

/** Reasoning goes before the text of its message. */
function takes(draft: OpenDraft, channel: DraftChannel, of: string | null): boolean {
  if (channel === 'REASONING') return !draft.speaks;
  return !draft.speaks || of === null || draft.messageId === null || draft.messageId === of;
}

function newDraft({ begun }: Mirroring): OpenDraft {
  return { number: begun + 1, messageId: null, speaks: false, part: null };
}

export function handedOver(before: Mirroring, agent: string): MirrorProgress {
  const { state, steps } = responseOver(before);
  return {
    state: { ...state, agent, written: agent },
    steps: state.written === agent ? steps : [...steps, { do: 'track', agent }],
  };
}

/** What of the drafts no item took the place of was said in vain: the model was asked again. */
export function responseOver(before: Mirroring): MirrorProgress {
  const { state, steps } = writtenDown(before);
  return { state: { ...state, drafts: [], answered: false }, steps: [...steps, ...cancelled(state, false)] };
}

/** The run was broken off: what was said stays as it is. */
export function brokenOff(before: Mirroring): MirrorProgress {
  const { state, steps } = writtenDown(before);
  return { state: { ...state, drafts: [] }, steps: [...steps, ...cancelled(state, true)] };
}

function cancelled({ drafts }: Mirroring, keep: boolean): readonly MirrorStep[] {
  return drafts.map(({ number }) => ({ do: 'cancel', draft: number, keep }));
}

/**
 * Writes what was gathered, in as few writes as there are drafts and agents: each ends one draft at most, by its last
 * message.
 */
export function writtenDown(state: Mirroring): MirrorProgress {
  const steps: MirrorStep[] = [];
  let { drafts, agent, written } = state;
  let items: object[] = [];
  let by: string | null = null;
  let draft: number | null = null;

  const close = (): void => {
    if (items.length === 0) return;
    if (draft === null) {
      // One that only thinks belongs to what came of it, whatever that is.
      draft = drafts.find(({ speaks }) => !speaks)?.number ?? null;
      drafts = drafts.filter(({ number }) => number !== draft);
    }
    steps.push({ do: 'write', items, agent: by, draft });
    written = by ?? written;
    items = [];
    draft = null;
  };
  for (const item of state.items) {
    if (item.agent !== by || (item.isAnswer && draft !== null)) close();
    by = item.agent;
    items.push(item.raw);
    if (item.isAnswer) {
      draft = draftOf(item, drafts)?.number ?? null;
      drafts = drafts.filter(({ number }) => number !== draft);
    }
    if (item.handsOverTo === null) continue;
    close();
    agent = item.handsOverTo;
    written = agent;
    steps.push({ do: 'track', agent });
  }
  close();
  return { state: { ...state, agent, written, drafts, items: [] }, steps };
}

/** The draft of a message: the one of its id, else the first that nothing speaks against. */
function draftOf({ id }: GeneratedItem, drafts: readonly OpenDraft[]): OpenDraft | undefined {
  const speaking = drafts.filter(({ speaks }) => speaks);
  return (
    speaking.find(({ messageId }) => messageId !== null && messageId === id) ??
    speaking.find(({ messageId }) => messageId === null || id === null)
  );
}
