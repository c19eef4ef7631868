/** Everything that a watcher of a session can be told. */
export const WATCH = `subscription ($sessionId: ID!, $after: String) {
  sessionEvents(sessionId: $sessionId, after: $after) {
    __typename
    sessionId
    cursor
    ... on ItemAdded {
      finishesDraft
      item { __typename id cursor raw agent ... on Message { role text status } ... on Handoff { from to } }
    }
    ... on ItemRemoved { itemId }
    ... on SessionUpdated { session { title metadata } }
    ... on SessionCleared { session { title metadata } }
    ... on DraftStarted { draft { id sessionId role agent text reasoning } }
    ... on DraftAppended { draftId channel offset text }
    ... on DraftCancelled { draftId }
    ... on ResyncRequired { reason }
  }
}`;

/** The same of the session as a query shows it. */
export const SHOWN = `title metadata currentAgent cursor
  items(first: 1000) {
    nodes { __typename id cursor raw agent ... on Message { role text status } ... on Handoff { from to } }
  }
  drafts { id sessionId role agent text reasoning }`;

export interface WatchedDraft {
  readonly id: string;
  readonly role: string;
  readonly agent: string | null;
  text: string;
  reasoning: string;
}

/** A draft that became an item: what the watcher had of it, and the item. */
export interface FinishedDraft {
  readonly held: WatchedDraft;
  readonly item: any;
}

/**
 * A session as a watcher knows it who does what the events tell, and no more. Throws when an event does not fit what was
 * told before: an item twice, a draft begun twice, a piece of one that was never begun, a character lost or doubled, the
 * replay in another order than promised.
 */
export class WatchedSession {
  readonly drafts = new Map<string, WatchedDraft>();
  readonly finished = new Map<string, FinishedDraft>();
  title: string | null = null;
  metadata: object = {};
  items: any[] = [];
  /** Where to go on. */
  cursor = '0';
  caughtUp = false;
  /** No more events may come. */
  over = false;
  /** The stream goes on, and the watcher has to read the session again. */
  lost = false;
  /** How often it was told what the session is by now. */
  changes = 0;
  #toldDrafts = false;
  /** Places of what was told. */
  readonly #met = new Set<string>();
  /** Drafts that a clear has dropped: a watcher may be told so, and need not be. */
  #cleared = new Set<string>();

  /** Takes over what a query shows. */
  read(shown: any): void {
    this.#be(shown);
    this.items = [...shown.items.nodes];
    this.cursor = shown.cursor;
    this.lost = false;
  }

  /** Takes over the title and the metadata that a query shows, unless it was told of them since it asked. */
  know(shown: any, changes: number): void {
    if (this.changes === changes) this.#be(shown);
  }

  /** A subscription begins, after `cursor`: drafts are told anew. */
  begin(): void {
    this.drafts.clear();
    this.#cleared.clear();
    this.caughtUp = false;
    this.#toldDrafts = false;
  }

  take(event: any): void {
    if (this.over) throw new Error(`${event.__typename} came after the end`);
    this.#change(event);
    this.cursor = event.cursor ?? this.cursor;
  }

  /** As `SHOWN` asks for it. */
  get shown(): object {
    const { title, metadata, items, cursor } = this;
    const handoff = items.findLast(({ __typename }) => __typename === 'Handoff');
    return {
      title,
      metadata,
      currentAgent: handoff?.to ?? null,
      cursor,
      items,
      drafts: byId(this.drafts.values()),
    };
  }

  #change(event: any): void {
    switch (event.__typename) {
      case 'ItemAdded':
        return this.#add(event);
      case 'ItemRemoved':
        this.#inLog(event);
        this.items = this.items.filter(({ id }) => id !== event.itemId);
        return;
      case 'SessionUpdated':
        this.#inLog(event);
        this.#be(event.session);
        return;
      case 'SessionCleared':
        this.#inLog(event);
        this.#be(event.session);
        this.items = [];
        for (const id of this.drafts.keys()) this.#cleared.add(id);
        this.drafts.clear();
        return;
      case 'DraftStarted':
        this.#outside(event);
        if (this.drafts.has(event.draft.id)) throw new Error(`${event.draft.id} was begun twice`);
        this.drafts.set(event.draft.id, { ...event.draft });
        this.#toldDrafts = true;
        return;
      case 'DraftAppended':
        this.#outside(event);
        return this.#append(event);
      case 'DraftCancelled':
        this.#outside(event);
        if (!this.#cleared.delete(event.draftId)) this.#draft(event.draftId);
        this.drafts.delete(event.draftId);
        return;
      case 'CaughtUp':
        if (this.caughtUp) throw new Error('It has caught up twice');
        this.caughtUp = true;
        return;
      case 'ResyncRequired':
        this.lost = true;
        this.drafts.clear();
        return;
      case 'SessionDeleted':
        this.#outside(event);
        this.over = true;
        return;
      default:
        throw new Error(`Unknown: ${JSON.stringify(event)}`);
    }
  }

  #be({ title, metadata }: any): void {
    this.title = title;
    this.metadata = metadata;
    this.changes++;
  }

  #add(event: any): void {
    this.#inLog(event);
    const { item, finishesDraft } = event;
    if (item.cursor !== event.cursor) throw new Error(`${item.id} stands elsewhere than its event`);
    if (this.items.some(({ id }) => id === item.id)) throw new Error(`${item.id} came twice`);
    this.items = [...this.items, item];
    if (finishesDraft === null) return;
    if (item.__typename !== 'Message') throw new Error(`${item.id} is no message and finishes a draft`);
    if (this.finished.has(finishesDraft)) throw new Error(`${finishesDraft} was finished twice`);
    const held = this.drafts.get(finishesDraft);
    if (held !== undefined) this.finished.set(finishesDraft, { held, item });
    this.drafts.delete(finishesDraft);
  }

  #append({ draftId, channel, offset, text }: any): void {
    const draft = this.#draft(draftId);
    const written = channel === 'TEXT' ? 'text' : 'reasoning';
    if (text === '') throw new Error(`nothing was appended to ${draftId}`);
    if (draft[written].length !== offset) {
      throw new Error(`${draftId} has ${draft[written].length} and goes on at ${offset}`);
    }
    draft[written] += text;
  }

  #inLog({ __typename, cursor }: any): void {
    if (cursor === null) throw new Error(`${__typename} has no place`);
    if (this.#met.has(cursor)) throw new Error(`${__typename} came twice`);
    this.#met.add(cursor);
    if (!this.caughtUp && this.#toldDrafts) throw new Error(`${__typename} came after drafts in the replay`);
  }

  #outside({ __typename, cursor }: any): void {
    if (cursor !== null) throw new Error(`${__typename} has a place`);
  }

  #draft(id: string): WatchedDraft {
    const draft = this.drafts.get(id);
    if (draft === undefined) throw new Error(`${id} was never begun`);
    return draft;
  }
}

/** Drafts that began in one moment may stand in any order. */
export function byId<T extends { readonly id: string }>(drafts: Iterable<T>): T[] {
  return [...drafts].toSorted(({ id: one }, { id: other }) => (one < other ? -1 : 1));
}
