import type {
  DraftChannel,
  Item,
  Message,
  MessageDraft,
  MessageRole,
  SessionEvent,
  SessionInfo,
} from '../../src/client/index.ts';

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

function sessionAt(cursor: string): SessionInfo {
  const times = { createdAt: AT, updatedAt: AT, expiresAt: null, maxItems: null };
  const empty = { currentAgent: null, agentsUsed: [], messageCount: 0, itemCount: 0 };
  return { id: SESSION_ID, userId: 'local', title: null, metadata: {}, ...empty, ...times, cursor };
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
  readonly #waiting: (() => void)[] = [];
  readonly drafts = new Map<string, MessageDraft>();

  /** The cursor of the log's end. */
  get end(): string {
    return String(this.#log.at(-1)?.place ?? 0);
  }

  /** Places that the log holds. */
  get places(): readonly number[] {
    return this.#log.map(({ place }) => place);
  }

  get isDeleted(): boolean {
    return this.#deleted;
  }

  get items(): readonly Item[] {
    const items = new Map<string, Item>();
    for (const { event } of this.#log) {
      if (event.__typename === 'ItemAdded') items.set(event.item.id, event.item);
      if (event.__typename === 'ItemRemoved') items.delete(event.itemId);
    }
    return [...items.values()];
  }

  add(text: string, draft?: MessageDraft): Message {
    const item = { ...messageOf(String(this.#places + 1), text), role: draft?.role ?? 'USER' };
    this.#append((cursor) => ({
      __typename: 'ItemAdded',
      sessionId: SESSION_ID,
      cursor,
      item,
      finishesDraft: draft?.id ?? null,
    }));
    return item;
  }

  pop(): void {
    const itemId = this.items.at(-1)?.id;
    if (itemId === undefined) return;
    this.#append((cursor) => ({ __typename: 'ItemRemoved', sessionId: SESSION_ID, cursor, itemId }));
  }

  clear(): void {
    this.#log = [];
    this.drafts.clear();
    this.#append((cursor) => ({
      __typename: 'SessionCleared',
      sessionId: SESSION_ID,
      cursor,
      session: sessionAt(cursor),
    }));
  }

  /** The open draft at that place in their list, counted around; undefined when none is open. */
  open(which: number): string | undefined {
    const ids = [...this.drafts.keys()];
    return ids[which % Math.max(1, ids.length)];
  }

  start(role: MessageRole = 'ASSISTANT', agent: string | null = null): MessageDraft {
    const draft = { ...draftOf(`draft-${++this.#draftCount}`), role, agent };
    this.drafts.set(draft.id, draft);
    this.#send(started(draft));
    return draft;
  }

  /** Adds to the end of a channel. */
  write(draftId: string | undefined, text: string, channel: DraftChannel = 'TEXT'): void {
    const draft = this.drafts.get(draftId ?? '');
    if (draft === undefined || text === '') return;
    const field = channel === 'TEXT' ? 'text' : 'reasoning';
    const offset = draft[field].length;
    this.drafts.set(draft.id, { ...draft, [field]: draft[field] + text });
    const { id } = draft;
    this.#send({
      __typename: 'DraftAppended',
      sessionId: SESSION_ID,
      cursor: null,
      draftId: id,
      offset,
      text,
      channel,
    });
  }

  /** Makes a message of the draft, with its text or another. */
  finish(draftId: string | undefined, text?: string): Message | undefined {
    const draft = this.drafts.get(draftId ?? '');
    if (draft === undefined) return undefined;
    this.drafts.delete(draft.id);
    return this.add(text ?? draft.text, draft);
  }

  cancel(draftId: string | undefined): void {
    if (draftId !== undefined && this.drafts.delete(draftId)) this.#send(cancelled(draftId));
  }

  /** Another store takes over that never had the newest entries, nor the ends of the drafts. */
  lose(entries: number, units: number): void {
    for (const { place } of this.#log.splice(Math.max(1, this.#log.length - entries))) this.#lost.add(place);
    for (const [id, draft] of this.drafts) {
      // Writes are lost whole, and none holds half a character.
      const cut = (text: string): string =>
        text.slice(0, Math.max(0, text.length - units)).replace(/[\uD800-\uDBFF]$/, '');
      this.drafts.set(id, { ...draft, text: cut(draft.text), reasoning: cut(draft.reasoning) });
    }
    for (const subscription of this.#subscriptions) {
      if (this.#lost.has(subscription.place())) subscription.push(this.#resync());
      else for (const draftId of this.drafts.keys()) subscription.push(cancelled(draftId));
      for (const draft of this.drafts.values()) subscription.push(started(draft));
    }
    this.#ring();
  }

  #resync(): SessionEvent {
    return { __typename: 'ResyncRequired', sessionId: SESSION_ID, cursor: this.end, reason: 'DIVERGED' };
  }

  delete(): void {
    this.#deleted = true;
    this.#send({ __typename: 'SessionDeleted', sessionId: SESSION_ID, cursor: null });
  }

  /** Resolves when something has happened. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
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
    this.#ring();
  }

  /** Whoever waits for the next event looks again. */
  #ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
