import { builder } from '../builder.ts';
import { DraftChannel, MessageDraft } from './draft.ts';
import { SessionEvent, type EventOf } from './event.ts';

builder.objectType(builder.objectRef<EventOf<'DraftStarted'>>('DraftStarted'), {
  description:
    'A message is being written. Who joins late gets it with what was written so far, after the replay and before CaughtUp.',
  interfaces: [SessionEvent],
  fields: (t) => ({
    draft: t.field({
      type: MessageDraft,
      description: 'The draft as it was then: what follows comes as DraftAppended.',
      resolve: ({ sessionId, draft }) => ({ sessionId, draft }),
    }),
  }),
});

builder.objectType(builder.objectRef<EventOf<'DraftAppended'>>('DraftAppended'), {
  description: 'Text was added at the end of a channel. Several pieces may come as one.',
  interfaces: [SessionEvent],
  fields: (t) => ({
    draftId: t.exposeID('draftId', { description: 'The draft.' }),
    offset: t.exposeInt('offset', {
      description: 'The length of the channel before, in UTF-16 code units.',
    }),
    text: t.exposeString('text', { description: 'What follows there.' }),
    channel: t.expose('channel', { type: DraftChannel, description: 'Which text.' }),
  }),
});

builder.objectType(builder.objectRef<EventOf<'DraftCancelled'>>('DraftCancelled'), {
  description:
    'A draft is over and became no item: drop it. One that became an item is told by the ItemAdded whose `finishesDraft` names it.',
  interfaces: [SessionEvent],
  fields: (t) => ({ draftId: t.exposeID('draftId', { description: 'The draft.' }) }),
});
