import type { FeedEvent } from '../../src/core/feed/feed-event.ts';

export interface WatchedDraft {
  text: string;
  reasoning: string;
}

/**
 * The drafts that a watcher holds who does what the events tell. Throws when an event does not fit what was told before:
 * a draft begun twice, a piece of one that was never begun, a character lost or doubled.
 */
export class WatchedDrafts {
  readonly open = new Map<string, WatchedDraft>();
  /** What each draft held when an item took its place. */
  readonly finished = new Map<string, WatchedDraft>();

  take(event: FeedEvent): void {
    switch (event.kind) {
      case 'draftStarted': {
        const { id, text, reasoning } = event.draft;
        if (this.open.has(id)) throw new Error(`${id} was begun twice`);
        this.open.set(id, { text, reasoning });
        return;
      }
      case 'draftAppended': {
        const draft = this.#draft(event.draftId);
        const channel = event.channel === 'TEXT' ? 'text' : 'reasoning';
        if (event.text === '') throw new Error(`nothing was appended to ${event.draftId}`);
        if (draft[channel].length !== event.offset) {
          throw new Error(`${event.draftId} has ${draft[channel].length} and goes on at ${event.offset}`);
        }
        draft[channel] += event.text;
        return;
      }
      case 'draftCancelled':
        this.#draft(event.draftId);
        this.open.delete(event.draftId);
        return;
      case 'entry': {
        const id = event.entry.kind === 'item' ? event.entry.finishesDraft : undefined;
        const draft = id === undefined ? undefined : this.open.get(id);
        if (id === undefined || draft === undefined) return;
        this.finished.set(id, draft);
        this.open.delete(id);
        return;
      }
      case 'resync':
        this.open.clear();
        return;
      case 'caughtUp':
      case 'deleted':
    }
  }

  #draft(id: string): WatchedDraft {
    const draft = this.open.get(id);
    if (draft === undefined) throw new Error(`${id} was never begun`);
    return draft;
  }
}
