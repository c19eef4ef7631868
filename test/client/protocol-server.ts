import type { Item, Message, MessageDraft, SessionEvent } from '../../src/client/index.ts';

const SESSION_ID = 's';
const AT = '2030-01-01T00:00:00.000Z';

/** A message as a server gives it. */
export function messageOf(cursor: string, text: string): Message {
  return {
    __typename: 'Message',
    id: `${SESSION_ID}:${cursor}`,
    cursor,
    createdAt: AT,
    agent: null,
    metadata: {},
    raw: { role: 'user', content: text },
    dialect: 'AGENTS_JS',
    derived: false,
    role: 'USER',
    text,
    status: 'COMPLETED',
  };
}

export function draftOf(id: string, text = '', reasoning = ''): MessageDraft {
  return { id, role: 'ASSISTANT', agent: null, text, reasoning, startedAt: AT };
}

function started(draft: MessageDraft): SessionEvent {
  return { __typename: 'DraftStarted', sessionId: SESSION_ID, cursor: null, draft };
}

function cancelled(draftId: string): SessionEvent {
  return { __typename: 'DraftCancelled', sessionId: SESSION_ID, cursor: null, draftId };
}

interface Entry {
  readonly place: number;
  readonly event: SessionEvent;
}

/** A subscriber who has caught up. */
interface Live {
  push(event: SessionEvent): void;
  /** The last that was sent. */
  place(): number;
}

/** One connection of a subscriber: what comes next, if anything does. */
export interface Subscription {
  next(): SessionEvent | null;
  /** Nothing more comes. */
  cut(): void;
}

/**
 * A session whose events come as PROTOCOL 5 says, in memory and without time: the log after the cursor, the open drafts
 * with their texts so far, CaughtUp, then what happens. Cursors are the numbers of the entries, counted over all losses.
 */
export class ProtocolServer {
  readonly #subscriptions = new Set<Live>();
  #log: Entry[] = [];
  #lost = new Set<number>();
  #places = 0;
  #draftCount = 0;
  #deleted = false;
  readonly drafts = new Map<string, MessageDraft>();

  /** The cursor of the log's end. */
  get end(): string {
    return String(this.#log.at(-1)?.place ?? 0);
  }

  /** Places that the log holds. */
  get places(): readonly number[] {
    return this.#log.map(({ place }) => place);
  }

  get items(): readonly Item[] {
    const items = new Map<string, Item>();
    for (const { event } of this.#log) {
      if (event.__typename === 'ItemAdded') items.set(event.item.id, event.item);
      if (event.__typename === 'ItemRemoved') items.delete(event.itemId);
    }
    return [...items.values()];
  }

  add(text: string, finishesDraft: string | null = null): void {
    this.#append((cursor) => ({
      __typename: 'ItemAdded',
      sessionId: SESSION_ID,
      cursor,
      item: messageOf(cursor, text),
      finishesDraft,
    }));
  }

  pop(): void {
    const itemId = this.items.at(-1)?.id;
    if (itemId === undefined) return;
    this.#append((cursor) => ({ __typename: 'ItemRemoved', sessionId: SESSION_ID, cursor, itemId }));
  }

  clear(): void {
    this.#log = [];
    this.drafts.clear();
    this.#append((cursor) => ({ __typename: 'SessionCleared', sessionId: SESSION_ID, cursor }));
  }

  start(): void {
    const draft = draftOf(`draft-${++this.#draftCount}`);
    this.drafts.set(draft.id, draft);
    this.#send(started(draft));
  }

  write(which: number, text: string, channel: 'TEXT' | 'REASONING' = 'TEXT'): void {
    const draft = this.#draft(which);
    if (draft === undefined || text === '') return;
    const field = channel === 'TEXT' ? 'text' : 'reasoning';
    this.drafts.set(draft.id, { ...draft, [field]: draft[field] + text });
    this.#send({
      __typename: 'DraftAppended',
      sessionId: SESSION_ID,
      cursor: null,
      draftId: draft.id,
      offset: draft[field].length,
      text,
      channel,
    });
  }

  finish(which: number): void {
    const draft = this.#draft(which);
    if (draft === undefined) return;
    this.drafts.delete(draft.id);
    this.add(draft.text, draft.id);
  }

  cancel(which: number): void {
    const draft = this.#draft(which);
    if (draft === undefined) return;
    this.drafts.delete(draft.id);
    this.#send(cancelled(draft.id));
  }

  /** Another store takes over that never had the newest entries, nor the ends of the drafts. */
  lose(entries: number, units: number): void {
    for (const { place } of this.#log.splice(Math.max(1, this.#log.length - entries))) this.#lost.add(place);
    for (const [id, draft] of this.drafts) {
      this.drafts.set(id, { ...draft, text: draft.text.slice(0, Math.max(0, draft.text.length - units)) });
    }
    for (const subscription of this.#subscriptions) {
      if (this.#lost.has(subscription.place())) subscription.push(this.#resync());
      else for (const draftId of this.drafts.keys()) subscription.push(cancelled(draftId));
      for (const draft of this.drafts.values()) subscription.push(started(draft));
    }
  }

  #resync(): SessionEvent {
    return { __typename: 'ResyncRequired', sessionId: SESSION_ID, cursor: this.end, reason: 'DIVERGED' };
  }

  delete(): void {
    this.#deleted = true;
    this.#send({ __typename: 'SessionDeleted', sessionId: SESSION_ID, cursor: null });
  }

  /** null: NOT_FOUND. */
  subscribe(after: string): Subscription | null {
    if (this.#deleted) return null;
    const queue: SessionEvent[] = [];
    let place = Number(after);
    const live: Live = {
      push: (event) => {
        queue.push(event);
        place = Number(event.cursor ?? place);
      },
      place: () => place,
    };
    let caughtUp = false;
    let isCut = false;
    if (this.#lost.has(place)) {
      queue.push({
        __typename: 'ResyncRequired',
        sessionId: SESSION_ID,
        cursor: this.end,
        reason: 'DIVERGED',
      });
      place = Number(this.end);
    }
    return {
      next: () => {
        if (isCut) return null;
        const told = queue.shift();
        if (told !== undefined || caughtUp) return told ?? null;
        const entry = this.#log.find((candidate) => candidate.place > place);
        if (entry !== undefined) {
          place = entry.place;
          return entry.event;
        }
        caughtUp = true;
        for (const draft of this.drafts.values()) queue.push(started(draft));
        queue.push({ __typename: 'CaughtUp', sessionId: SESSION_ID, cursor: this.end });
        this.#subscriptions.add(live);
        return queue.shift() ?? null;
      },
      cut: () => {
        isCut = true;
        this.#subscriptions.delete(live);
      },
    };
  }

  #append(make: (cursor: string) => SessionEvent): void {
    const place = ++this.#places;
    const event = make(String(place));
    this.#log.push({ place, event });
    this.#send(event);
  }

  #send(event: SessionEvent): void {
    for (const subscription of this.#subscriptions) subscription.push(event);
  }

  #draft(which: number): MessageDraft | undefined {
    const open = [...this.drafts.values()];
    return open[which % Math.max(1, open.length)];
  }
}
