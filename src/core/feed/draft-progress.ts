import type { Draft, DraftChannel, OpenDrafts } from '../draft.ts';
import type { DraftChange } from '../live.ts';
import type { DraftEvent, FeedEvent } from './feed-event.ts';
import { beginsWith, NOTHING_TOLD, tellMore, type ToldText } from './told-text.ts';

interface ToldDraft {
  readonly text: ToldText;
  readonly reasoning: ToldText;
}

/** How far a reader has come in the drafts that it was told of. It holds lengths and sums, never texts. */
export class DraftProgress {
  /** Absent where no draft is open: most readers are there, nearly always. */
  #told: Map<string, ToldDraft> | undefined;

  constructor(told?: ReadonlyMap<string, ToldDraft>) {
    if (told !== undefined) this.#told = new Map(told);
  }

  copy(): DraftProgress {
    return new DraftProgress(this.#told);
  }

  /** Nothing counts as told any more. */
  forget(): void {
    this.#told = undefined;
  }

  /** The event that a change is for a reader who has met all before it; null: none. */
  eventOf(change: DraftChange): DraftEvent | null {
    switch (change.kind) {
      case 'draftStarted':
        return { kind: 'draftStarted', draft: { ...change.draft, text: '', reasoning: '' } };
      case 'draftAppended':
        return this.#has(change.draftId) ? change : null;
      case 'draftEnded':
        return this.#has(change.draftId) ? { kind: 'draftCancelled', draftId: change.draftId } : null;
    }
  }

  /** The event has been given. An entry ends the draft that it finishes. */
  meet(event: FeedEvent): void {
    switch (event.kind) {
      case 'entry':
        if (event.entry.kind === 'item' && event.entry.finishesDraft !== undefined) {
          this.#end(event.entry.finishesDraft);
        }
        break;
      case 'draftStarted': {
        const { id, text, reasoning } = event.draft;
        this.#tell(id, {
          text: tellMore(NOTHING_TOLD, text),
          reasoning: tellMore(NOTHING_TOLD, reasoning),
        });
        break;
      }
      case 'draftAppended': {
        const { text = NOTHING_TOLD, reasoning = NOTHING_TOLD } = this.#told?.get(event.draftId) ?? {};
        const told =
          event.channel === 'TEXT'
            ? { text: tellMore(text, event.text), reasoning }
            : { text, reasoning: tellMore(reasoning, event.text) };
        this.#tell(event.draftId, told);
        break;
      }
      case 'draftCancelled':
        this.#end(event.draftId);
        break;
      case 'caughtUp':
      case 'resync':
      case 'deleted':
    }
  }

  #has(id: string): boolean {
    return this.#told?.has(id) === true;
  }

  #tell(id: string, told: ToldDraft): void {
    this.#told ??= new Map();
    this.#told.set(id, told);
  }

  #end(id: string): void {
    this.#told?.delete(id);
    if (this.#told?.size === 0) this.#told = undefined;
  }

  /** The events that lead from what the reader has to what there is. */
  towards({ open }: OpenDrafts): readonly DraftEvent[] {
    const present = new Map(open.map((draft) => [draft.id, draft]));
    const cancelled = [...(this.#told ?? [])].flatMap(([id, has]): DraftEvent[] =>
      goesOn(present.get(id), has) ? [] : [{ kind: 'draftCancelled', draftId: id }],
    );
    const told = open.flatMap((draft): readonly DraftEvent[] => {
      const has = this.#told?.get(draft.id);
      if (has === undefined || !goesOn(draft, has)) return [{ kind: 'draftStarted', draft }];
      return [
        ...rest(draft.id, 'REASONING', draft.reasoning, has.reasoning.length),
        ...rest(draft.id, 'TEXT', draft.text, has.text.length),
      ];
    });
    return [...cancelled, ...told];
  }
}

/**
 * A store that lost its newest writes may hold less than was told, or something else in its place, which may be longer:
 * then the draft is told anew.
 */
function goesOn(draft: Draft | undefined, has: ToldDraft): boolean {
  return (
    draft !== undefined && beginsWith(draft.text, has.text) && beginsWith(draft.reasoning, has.reasoning)
  );
}

function rest(draftId: string, channel: DraftChannel, text: string, offset: number): readonly DraftEvent[] {
  if (text.length === offset) return [];
  return [{ kind: 'draftAppended', draftId, channel, offset, text: text.slice(offset) }];
}
