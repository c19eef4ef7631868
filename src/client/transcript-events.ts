import { missingPart, textOf, type MessageDraft } from './message-draft.ts';
import type { DraftAppended, ItemAdded, ItemRemoved, SessionEvent } from './session-event.ts';
import type { TranscriptItem, TranscriptState } from './transcript-state.ts';

/** A list that belongs to a state that nobody has seen yet, and so may still be written. */
interface Unseen {
  items: TranscriptItem[] | null;
}

/**
 * The ids that a list may hold: a superset, shared by all lists that came from one another, so that an item that is new
 * is known to be without a look at all others.
 */
const idsOf = new WeakMap<readonly TranscriptItem[], Set<string>>();

/**
 * What an event of the session makes of a transcript; the same object when it changes nothing. An item that is there
 * already is not added again. A piece of a draft costs the same in a long and in a short transcript.
 */
export function reduceTranscript(state: TranscriptState, event: SessionEvent): TranscriptState {
  return reduceEvents(state, [event]);
}

/** The same for events that came together: the list of items is copied once. */
export function reduceEvents(state: TranscriptState, events: readonly SessionEvent[]): TranscriptState {
  const unseen: Unseen = { items: null };
  return events.reduce((before, event) => apply(before, event, unseen), state);
}

function apply(state: TranscriptState, event: SessionEvent, unseen: Unseen): TranscriptState {
  const cursor = event.cursor ?? state.cursor;
  switch (event.__typename) {
    case 'ItemAdded':
      return addItem(state, event, unseen);
    case 'ItemRemoved':
      return removeItem({ ...state, cursor }, event, unseen);
    case 'SessionUpdated': {
      const { title, metadata, currentAgent } = event.session;
      return { ...state, cursor, title, metadata, currentAgent };
    }
    case 'SessionCleared': {
      const { title, metadata } = event.session;
      return { ...emptied(state), cursor, title, metadata, currentAgent: null };
    }
    case 'SessionDeleted':
      return deletedTranscript(state);
    case 'CaughtUp':
      return { ...state, cursor, caughtUp: true };
    case 'ResyncRequired':
      // Drafts are told anew.
      return { ...state, cursor, drafts: [], resync: event.reason };
    case 'DraftStarted':
      return withDrafts(state, put(state.drafts, event.draft));
    case 'DraftAppended':
      return withDrafts(state, append(state.drafts, event));
    case 'DraftCancelled':
      return withDrafts(state, without(state.drafts, event.draftId));
    default:
      // A server may know more types than this client.
      return state;
  }
}

export function deletedTranscript(state: TranscriptState): TranscriptState {
  return { ...emptied(state), deleted: true };
}

function emptied(state: TranscriptState): TranscriptState {
  return { ...state, items: [], drafts: [], start: null, hasOlder: false };
}

/** A draft and the message that it became change places in one step. */
function addItem(state: TranscriptState, event: ItemAdded, unseen: Unseen): TranscriptState {
  const { item, finishesDraft } = event;
  const drafts = finishesDraft === null ? state.drafts : without(state.drafts, finishesDraft);
  const known = knownIds(state.items);
  if (known.has(item.id) && state.items.some(({ id }) => id === item.id)) return withDrafts(state, drafts);
  const items = writable(state.items, unseen);
  items.push(finishesDraft === null ? item : { ...item, finishesDraft });
  known.add(item.id);
  return {
    ...state,
    items,
    drafts,
    cursor: event.cursor ?? state.cursor,
    start: state.start ?? item.cursor,
    currentAgent: item.__typename === 'Handoff' ? item.to : state.currentAgent,
  };
}

function removeItem(state: TranscriptState, { itemId }: ItemRemoved, unseen: Unseen): TranscriptState {
  // What is removed is mostly among the newest.
  const index = state.items.findLastIndex(({ id }) => id === itemId);
  const item = state.items[index];
  if (item === undefined) return state;
  const items = writable(state.items, unseen);
  items.splice(index, 1);
  // With a hand-off goes the agent that it made the current one.
  return { ...state, items, currentAgent: item.__typename === 'Handoff' ? item.from : state.currentAgent };
}

function writable(items: readonly TranscriptItem[], unseen: Unseen): TranscriptItem[] {
  if (unseen.items !== null && unseen.items === items) return unseen.items;
  unseen.items = [...items];
  idsOf.set(unseen.items, knownIds(items));
  return unseen.items;
}

function knownIds(items: readonly TranscriptItem[]): Set<string> {
  const known = idsOf.get(items) ?? new Set(items.map(({ id }) => id));
  idsOf.set(items, known);
  return known;
}

function withDrafts(state: TranscriptState, drafts: readonly MessageDraft[]): TranscriptState {
  return drafts === state.drafts ? state : { ...state, drafts };
}

function put(drafts: readonly MessageDraft[], draft: MessageDraft): readonly MessageDraft[] {
  return drafts.some(({ id }) => id === draft.id)
    ? drafts.map((other) => (other.id === draft.id ? draft : other))
    : [...drafts, draft];
}

function without(drafts: readonly MessageDraft[], id: string): readonly MessageDraft[] {
  return drafts.some((draft) => draft.id === id) ? drafts.filter((draft) => draft.id !== id) : drafts;
}

function append(drafts: readonly MessageDraft[], event: DraftAppended): readonly MessageDraft[] {
  const field = textOf(event.channel);
  const draft = drafts.find(({ id }) => id === event.draftId);
  if (draft === undefined) return drafts;
  const part = missingPart(draft[field].length, event.offset, event.text);
  return part === null || part === '' ? drafts : put(drafts, { ...draft, [field]: draft[field] + part });
}
