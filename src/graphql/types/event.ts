import type { SessionEvent as Event } from '../../core/session-event.ts';
import { builder } from '../builder.ts';
import { ItemInterface } from './item.ts';
import { SessionType } from './session.ts';

export type EventOf<Type extends Event['type']> = Extract<Event, { readonly type: Type }>;

export const SessionEvent = builder.interfaceRef<Event>('SessionEvent').implement({
  description: 'Something that happened in a session.',
  resolveType: (event) => event.type,
  fields: (t) => ({
    sessionId: t.exposeID('sessionId', { description: 'The conversation id.' }),
    cursor: t.exposeString('cursor', {
      nullable: true,
      description:
        'The place after this event: resume with the last one that is not null. null on what is not in the log.',
    }),
  }),
});

builder.objectType(builder.objectRef<EventOf<'ItemAdded'>>('ItemAdded'), {
  description: 'An item was added at the end of the log.',
  interfaces: [SessionEvent],
  fields: (t) => ({
    item: t.expose('item', { type: ItemInterface, description: 'The item.' }),
    finishesDraft: t.exposeID('finishesDraft', {
      nullable: true,
      description: 'The draft that became this item, which takes its place.',
    }),
  }),
});

builder.objectType(builder.objectRef<EventOf<'ItemRemoved'>>('ItemRemoved'), {
  description: 'An item is no longer in the log. It may be one that the reader never saw.',
  interfaces: [SessionEvent],
  fields: (t) => ({ itemId: t.exposeID('itemId', { description: 'The id that the item had.' }) }),
});

builder.objectType(builder.objectRef<EventOf<'SessionUpdated'>>('SessionUpdated'), {
  description: 'Title, metadata or expiry changed.',
  interfaces: [SessionEvent],
  fields: (t) => ({
    session: t.expose('session', {
      type: SessionType,
      description: 'The session as it is when the event is sent.',
    }),
  }),
});

builder.objectType(builder.objectRef<EventOf<'SessionCleared'>>('SessionCleared'), {
  description: 'The history was emptied and the tracked agents forgotten: drop all items and drafts held.',
  interfaces: [SessionEvent],
  fields: (t) => ({
    session: t.expose('session', {
      type: SessionType,
      description:
        'The session as it is when the event is sent: changes of its title, metadata and expiry before the clear are not told to who comes later.',
    }),
  }),
});

builder.objectType(builder.objectRef<EventOf<'SessionDeleted'>>('SessionDeleted'), {
  description: 'The session is gone. The last event: the subscription completes.',
  interfaces: [SessionEvent],
});

builder.objectType(builder.objectRef<EventOf<'CaughtUp'>>('CaughtUp'), {
  description:
    "Replay is over, or there was none: what follows is live. Sent once in every subscription, with the log's end as `cursor`.",
  interfaces: [SessionEvent],
});

const ResyncReason = builder.enumType('ResyncReason', {
  description: 'Why a place is lost.',
  values: {
    EXPIRED: { description: 'The log begins later, or the session was made again under the same id.' },
    DIVERGED: {
      description: 'The store lost entries that were seen: another server took over without them.',
    },
  } as const,
});

builder.objectType(builder.objectRef<EventOf<'ResyncRequired'>>('ResyncRequired'), {
  description:
    "What the client holds is no longer the log's past: read the session again. The stream goes on from `cursor`.",
  interfaces: [SessionEvent],
  fields: (t) => ({ reason: t.expose('reason', { type: ResyncReason, description: 'Why.' }) }),
});
