import { missingPart, textOf, type DraftChannel, type MessageDraft } from './message-draft.ts';
import type { CaughtUp, DraftAppended, DraftCancelled, DraftStarted, SessionEvent } from './session-event.ts';

type Texts = Pick<MessageDraft, 'text' | 'reasoning'>;

/** The drafts that a reader was told of and that have not ended. Each connection tells them anew. */
export interface HeldDrafts {
  /** How far each was told. */
  readonly texts: ReadonlyMap<string, Texts>;
  /** Those that this connection has not told of yet: if it has not by the time it caught up, they have ended. */
  readonly untold: ReadonlySet<string>;
}

/** What a reader who holds some drafts is to be told of an event. */
export interface Telling {
  readonly drafts: HeldDrafts;
  readonly events: readonly SessionEvent[];
  /** A piece between what was told and this event is missing: only a new connection brings it. */
  readonly gap?: boolean;
}

const NOTHING: ReadonlySet<string> = new Set();

const NONE: HeldDrafts = { texts: new Map(), untold: NOTHING };

/** On a connection that has told nothing yet, for a reader who shows some. */
export function heldDrafts(shown: readonly MessageDraft[]): HeldDrafts {
  return onNewConnection({ texts: new Map(shown.map((draft) => [draft.id, draft])), untold: NOTHING });
}

/** The same on a connection that has told nothing yet. */
export function onNewConnection({ texts }: HeldDrafts): HeldDrafts {
  return { texts, untold: new Set(texts.keys()) };
}

/** Meets an event: what of it is new, and what the reader holds then. */
export function tell(drafts: HeldDrafts, event: SessionEvent): Telling {
  switch (event.__typename) {
    case 'DraftStarted':
      return tellStart(drafts, event);
    case 'DraftAppended':
      return tellPiece(drafts, event);
    case 'DraftCancelled':
      // One that is not held has ended already, as far as the reader knows.
      return {
        drafts: without(drafts, event.draftId),
        events: drafts.texts.has(event.draftId) ? [event] : [],
      };
    case 'ItemAdded':
      return { drafts: without(drafts, event.finishesDraft), events: [event] };
    case 'SessionCleared':
      return { drafts: NONE, events: [event] };
    case 'ResyncRequired':
      // The server tells its drafts anew; one that the store has lost it does not mention again.
      return { drafts: NONE, events: [...cancelled(drafts.texts.keys(), event.sessionId), event] };
    case 'CaughtUp':
      return tellRest(drafts, event);
    case 'ItemRemoved':
    case 'SessionUpdated':
    case 'SessionDeleted':
      return { drafts, events: [event] };
    default:
      // A server may know more types than this client.
      return { drafts, events: [] };
  }
}

function tellStart(drafts: HeldDrafts, event: DraftStarted): Telling {
  const { draft, sessionId } = event;
  const told = drafts.texts.get(draft.id);
  const held = having(drafts, draft.id, draft);
  if (told === undefined) return { drafts: held, events: [event] };
  if (!draft.text.startsWith(told.text) || !draft.reasoning.startsWith(told.reasoning)) {
    return { drafts: held, events: [...cancelled([draft.id], sessionId), event] };
  }
  return {
    drafts: held,
    events: [...rest('REASONING', event, told.reasoning.length), ...rest('TEXT', event, told.text.length)],
  };
}

function rest(
  channel: DraftChannel,
  { draft, sessionId }: DraftStarted,
  offset: number,
): readonly DraftAppended[] {
  const text = draft[textOf(channel)].slice(offset);
  if (text === '') return [];
  return [{ __typename: 'DraftAppended', sessionId, cursor: null, draftId: draft.id, offset, text, channel }];
}

function tellPiece(drafts: HeldDrafts, event: DraftAppended): Telling {
  const told = drafts.texts.get(event.draftId);
  if (told === undefined) return { drafts, events: [] };
  const field = textOf(event.channel);
  const { length } = told[field];
  const text = missingPart(length, event.offset, event.text);
  if (text === null) return { drafts, events: [], gap: true };
  if (text === '') return { drafts, events: [] };
  return {
    drafts: having(drafts, event.draftId, { ...told, [field]: told[field] + text }),
    events: [{ ...event, offset: length, text }],
  };
}

function tellRest({ texts, untold }: HeldDrafts, event: CaughtUp): Telling {
  const left = new Map([...texts].filter(([id]) => !untold.has(id)));
  return {
    drafts: { texts: left, untold: NOTHING },
    events: [...cancelled(untold, event.sessionId), event],
  };
}

function cancelled(ids: Iterable<string>, sessionId: string): readonly DraftCancelled[] {
  return Array.from(ids, (draftId) => ({ __typename: 'DraftCancelled', sessionId, cursor: null, draftId }));
}

function having({ texts, untold }: HeldDrafts, id: string, { text, reasoning }: Texts): HeldDrafts {
  const told = untold.has(id) ? new Set([...untold].filter((other) => other !== id)) : untold;
  return { texts: new Map(texts).set(id, { text, reasoning }), untold: told };
}

function without(drafts: HeldDrafts, id: string | null): HeldDrafts {
  if (id === null || !drafts.texts.has(id)) return drafts;
  const texts = new Map(drafts.texts);
  const untold = new Set(drafts.untold);
  texts.delete(id);
  untold.delete(id);
  return { texts, untold };
}
