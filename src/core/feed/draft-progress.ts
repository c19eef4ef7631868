import type { DraftChannel, DraftLengths, OpenDrafts } from '../draft.ts';
import type { DraftChange } from '../live.ts';
import type { DraftEvent, FeedEvent } from './feed-event.ts';

/** How far a reader has come in the drafts that it was told of. It holds lengths, never texts. */
export class DraftProgress {
  readonly #lengths: Map<string, DraftLengths>;

  constructor(lengths: ReadonlyMap<string, DraftLengths> = new Map()) {
    this.#lengths = new Map(lengths);
  }

  copy(): DraftProgress {
    return new DraftProgress(this.#lengths);
  }

  /** Nothing counts as told any more. */
  forget(): void {
    this.#lengths.clear();
  }

  /** The event that a change is for a reader who has met all before it; null: none. */
  eventOf(change: DraftChange): DraftEvent | null {
    switch (change.kind) {
      case 'draftStarted':
        return { kind: 'draftStarted', draft: { ...change.draft, text: '', reasoning: '' } };
      case 'draftAppended':
        return this.#lengths.has(change.draftId) ? change : null;
      case 'draftEnded':
        return this.#lengths.has(change.draftId) ? { kind: 'draftCancelled', draftId: change.draftId } : null;
    }
  }

  /** The event has been given. An entry ends the draft that it finishes. */
  meet(event: FeedEvent): void {
    switch (event.kind) {
      case 'entry':
        if (event.entry.kind === 'item' && event.entry.finishesDraft !== undefined) {
          this.#lengths.delete(event.entry.finishesDraft);
        }
        break;
      case 'draftStarted': {
        const { id, text, reasoning } = event.draft;
        this.#lengths.set(id, { text: text.length, reasoning: reasoning.length });
        break;
      }
      case 'draftAppended': {
        const { text = 0, reasoning = 0 } = this.#lengths.get(event.draftId) ?? {};
        const to = event.offset + event.text.length;
        const lengths = event.channel === 'TEXT' ? { text: to, reasoning } : { text, reasoning: to };
        this.#lengths.set(event.draftId, lengths);
        break;
      }
      case 'draftCancelled':
        this.#lengths.delete(event.draftId);
        break;
      case 'caughtUp':
      case 'resync':
      case 'deleted':
    }
  }

  /** The events that lead from what the reader has to what there is. */
  towards({ open }: OpenDrafts): readonly DraftEvent[] {
    const present = new Map(open.map((draft) => [draft.id, draft]));
    // A store that lost its newest writes may hold less than was told: then the draft is told anew.
    const kept = (id: string, has: DraftLengths): boolean => {
      const draft = present.get(id);
      return draft !== undefined && draft.text.length >= has.text && draft.reasoning.length >= has.reasoning;
    };
    const cancelled = [...this.#lengths].flatMap(([id, has]): DraftEvent[] =>
      kept(id, has) ? [] : [{ kind: 'draftCancelled', draftId: id }],
    );
    const told = open.flatMap((draft): readonly DraftEvent[] => {
      const has = this.#lengths.get(draft.id);
      if (has === undefined || !kept(draft.id, has)) return [{ kind: 'draftStarted', draft }];
      return [
        ...rest(draft.id, 'REASONING', draft.reasoning, has.reasoning),
        ...rest(draft.id, 'TEXT', draft.text, has.text),
      ];
    });
    return [...cancelled, ...told];
  }
}

function rest(draftId: string, channel: DraftChannel, text: string, offset: number): readonly DraftEvent[] {
  if (text.length === offset) return [];
  return [{ kind: 'draftAppended', draftId, channel, offset, text: text.slice(offset) }];
}
