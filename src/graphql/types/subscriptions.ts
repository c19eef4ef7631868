import { CodedError } from '../../core/errors.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { SessionEvent } from './event.ts';
import { isMessage, Message } from './message.ts';
import { SessionListEvent } from './session-list-event.ts';

const AFTER =
  'A cursor: what follows it comes first. `"0"`: from the beginning, from the last clear, or from the oldest item that was not trimmed. Absent: from now on. Over server-sent events a Last-Event-ID header wins over it.';

builder.subscriptionFields((t) => ({
  messageAdded: t.field({
    type: Message,
    description:
      'Every message of users and assistants added, in order, once, across reconnects that hand the last cursor back; completes when the session is deleted. A cursor that the log no longer reaches ends it with CURSOR_EXPIRED.',
    args: {
      sessionId: t.arg.id({ required: true, description: 'The conversation id.' }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { sessionId, after }, context) =>
      context.watching.messages(context.viewer, sessionId, placeOf(context, after)),
    resolve: (event) => {
      if (event instanceof CodedError) throw event;
      if (!isMessage(event)) throw new TypeError(`${event.id} has a role and is no message`);
      return event;
    },
  }),
  sessionEvents: t.field({
    type: SessionEvent,
    description:
      'All that happens in a session. First the replay of what follows `after`, then each open draft, then CaughtUp, then what happens. A cursor that the log no longer reaches gives ResyncRequired and goes on from the end.',
    args: {
      sessionId: t.arg.id({ required: true, description: 'The conversation id.' }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { sessionId, after }, context) =>
      context.watching.events(context.viewer, sessionId, placeOf(context, after)),
    resolve: (event) => event,
  }),
  sessionListChanged: t.field({
    type: SessionListEvent,
    description:
      "What becomes of a user's sessions: made, renamed, written to, deleted. Each session is told of once a second at most, with what it has become. It never completes by itself; a reader that more than 1,000 sessions have passed by ends with CURSOR_EXPIRED, and reads the list again.",
    args: {
      userId: t.arg.id({
        description: 'Whose. Users leave it out; a service names the user (with AUTH=none it is `local`).',
      }),
      after: t.arg.string({
        description:
          'A cursor of `sessions`, such as the startCursor of the first page: sessions that were active in that millisecond or since come first; those that went since are not told. `"0"`: all of them, which is where an empty list begins. Absent: from now on.',
      }),
    },
    subscribe: (_root, { userId, after }, { viewer, watching }) => watching.list(viewer, userId, after),
    resolve: (change) => change,
  }),
}));

function placeOf({ lastEventId }: GraphQLContext, after: string | null | undefined) {
  return lastEventId ?? after;
}
