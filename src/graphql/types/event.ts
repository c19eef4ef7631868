import { CodedError } from '../../core/errors.ts';
import type { SessionEvent as Event } from '../../core/watching.ts';
import { builder } from '../builder.ts';
import { ItemInterface } from './item.ts';
import { isMessage, Message } from './message.ts';
import { SessionType } from './session.ts';

type EventOf<Type extends Event['type']> = Extract<Event, { readonly type: Type }>;

const SessionEvent = builder.interfaceRef<Event>('SessionEvent').implement({
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

const interfaces = [SessionEvent] as const;

builder.objectType(builder.objectRef<EventOf<'ItemAdded'>>('ItemAdded'), {
  description: 'An item was added at the end of the log.',
  interfaces: [...interfaces],
  fields: (t) => ({ item: t.expose('item', { type: ItemInterface, description: 'The item.' }) }),
});

builder.objectType(builder.objectRef<EventOf<'ItemRemoved'>>('ItemRemoved'), {
  description: 'An item is no longer in the log. It may be one that the reader never saw.',
  interfaces: [...interfaces],
  fields: (t) => ({ itemId: t.exposeID('itemId', { description: 'The id that the item had.' }) }),
});

builder.objectType(builder.objectRef<EventOf<'SessionUpdated'>>('SessionUpdated'), {
  description: 'Title, metadata or expiry changed.',
  interfaces: [...interfaces],
  fields: (t) => ({
    session: t.expose('session', {
      type: SessionType,
      description: 'The session as it is when the event is sent.',
    }),
  }),
});

builder.objectType(builder.objectRef<EventOf<'SessionCleared'>>('SessionCleared'), {
  description: 'The history was emptied and the tracked agents forgotten: drop all items held.',
  interfaces: [...interfaces],
});

builder.objectType(builder.objectRef<EventOf<'SessionDeleted'>>('SessionDeleted'), {
  description: 'The session is gone. The last event: the subscription completes.',
  interfaces: [...interfaces],
});

builder.objectType(builder.objectRef<EventOf<'CaughtUp'>>('CaughtUp'), {
  description:
    "Replay is over, or there was none: what follows is live. Sent once in every subscription, with the log's end as `cursor`.",
  interfaces: [...interfaces],
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
  interfaces: [...interfaces],
  fields: (t) => ({ reason: t.expose('reason', { type: ResyncReason, description: 'Why.' }) }),
});

const AFTER =
  'A cursor: what follows it comes first. `"0"`: from the beginning, or from the last clear. Absent: from now on.';

builder.subscriptionFields((t) => ({
  messageAdded: t.field({
    type: Message,
    description:
      'Every message of users and assistants added, in order, once, across reconnects that hand the last cursor back; completes when the session is deleted. A cursor that the log no longer reaches ends it with CURSOR_EXPIRED.',
    args: {
      sessionId: t.arg.id({ required: true, description: 'The conversation id.' }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { sessionId, after }, { viewer, watching }) =>
      watching.messages(viewer, sessionId, after),
    resolve: (event) => {
      if (event instanceof CodedError) throw event;
      if (!isMessage(event)) throw new TypeError(`${event.id} has a role and is no message`);
      return event;
    },
  }),
  sessionEvents: t.field({
    type: SessionEvent,
    description:
      'All that happens in a session. First the replay of what follows `after`, then CaughtUp, then what happens. A cursor that the log no longer reaches gives ResyncRequired and goes on from the end.',
    args: {
      sessionId: t.arg.id({ required: true, description: 'The conversation id.' }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { sessionId, after }, { viewer, watching }) =>
      watching.events(viewer, sessionId, after),
    resolve: (event) => event,
  }),
}));
