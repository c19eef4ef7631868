import type { Draft, DraftInfo } from '../../core/draft.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { MessageRole } from './message.ts';
import { SessionType } from './session.ts';

/** A draft of a session; what was written so far is read when it is asked for, unless it is there already. */
export interface DraftOf {
  readonly sessionId: string;
  readonly draft: DraftInfo & Partial<Draft>;
}

export const DraftChannel = builder.enumType('DraftChannel', {
  description: 'The two texts of a message that is being written.',
  values: {
    TEXT: { description: 'What the message says.' },
    REASONING: {
      description: 'What the model thought before; it becomes a Reasoning item before the message.',
    },
  } as const,
});

export const MessageDraft = builder.objectRef<DraftOf>('MessageDraft').implement({
  description:
    'A message still being written; it becomes a Message when finished. One that is not written to for 60 seconds becomes a Message that is INTERRUPTED.',
  fields: (t) => ({
    id: t.id({
      description: 'Of the draft; the message will have another.',
      resolve: ({ draft }) => draft.id,
    }),
    sessionId: t.exposeID('sessionId', { description: 'The conversation id.' }),
    role: t.field({ type: MessageRole, description: 'Who speaks.', resolve: ({ draft }) => draft.role }),
    agent: t.string({
      nullable: true,
      description: 'The agent that writes it, if it was named.',
      resolve: ({ draft }) => draft.agent,
    }),
    text: t.string({
      description: 'What was written so far; empty once the draft is over.',
      resolve: (of, _args, context) => of.draft.text ?? written(of, 'text', context),
    }),
    reasoning: t.string({
      description: 'What the model thought so far; empty once the draft is over.',
      resolve: (of, _args, context) => of.draft.reasoning ?? written(of, 'reasoning', context),
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it was begun.',
      resolve: ({ draft }) => draft.startedAt,
    }),
  }),
});

builder.objectField(SessionType, 'drafts', (t) =>
  t.field({
    type: [MessageDraft],
    description: 'Messages being written right now, the oldest first: at most 32.',
    resolve: async (session, _args, { reading }) =>
      (await reading.drafts(session)).map((draft) => ({ sessionId: session.id, draft })),
  }),
);

async function written(
  { sessionId, draft }: DraftOf,
  which: 'text' | 'reasoning',
  { drafting }: GraphQLContext,
): Promise<string> {
  return (await drafting.read(sessionId, draft.id))?.[which] ?? '';
}
