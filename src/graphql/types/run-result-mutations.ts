import { Item } from '../../core/item.ts';
import type { StoredResult } from '../../core/run-results.ts';
import { builder } from '../builder.ts';
import { AGENT_NAME, ONCE } from './descriptions.ts';
import { ItemDialect, ItemInterface } from './item.ts';
import { SessionType } from './session.ts';

const HistoryScope = builder.enumType('HistoryScope', {
  description: 'What a list of items is, next to the history that is stored.',
  values: {
    WHOLE: {
      description:
        'It repeats what is stored, from some item on, and goes on: what the longest stored end with which it begins does not hold is new.',
    },
    NEW: { description: 'It follows what is stored: all of it is new.' },
  } as const,
});

const StoreAgentResultInput = builder.inputType('StoreAgentResultInput', {
  description: 'What a run of the OpenAI Agents SDK returned.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    items: t.field({
      type: ['JSONObject'],
      required: true,
      description:
        "JavaScript's `result.history` or Python's `result.to_input_list()`, or only the new items with the scope NEW. At most 10,000, of which at most 1,000 new. A bad one rejects all; `index` says which.",
    }),
    scope: t.field({ type: HistoryScope, defaultValue: 'WHOLE', description: 'What the list is.' }),
    dialect: t.field({ type: ItemDialect, defaultValue: 'AGENTS_JS', description: 'The form of the items.' }),
    currentAgent: t.string({
      description: `${AGENT_NAME} The agent that the run ended with; it wins over what the items say.`,
    }),
    messagesOnly: t.boolean({
      defaultValue: false,
      description: 'Store only messages of users and assistants that have text.',
    }),
    idempotencyKey: t.string({ description: ONCE }),
  }),
});

const StoreAgentResultPayload = builder.objectRef<StoredResult>('StoreAgentResultPayload').implement({
  description: 'What of a run was new.',
  fields: (t) => ({
    items: t.field({
      type: [ItemInterface],
      description: 'Every item that was added, in log order, hand-offs included.',
      resolve: ({ session, entries }) => entries.map((entry) => new Item(session.id, entry)),
    }),
    skipped: t.exposeInt('skipped', {
      description: 'Items of the conversation, unwrapped, that the session had already.',
    }),
    session: t.expose('session', { type: SessionType, description: 'The session after the write.' }),
  }),
});

builder.mutationField('storeAgentResult', (t) =>
  t.field({
    type: StoreAgentResultPayload,
    description:
      'Stores what is new of what an agent run returned, in one write: every item once, in order, in its own role. Histories that the Python SDK wrapped into a message are unwrapped; a transfer to another agent is followed by a Handoff.',
    args: { input: t.arg({ type: StoreAgentResultInput, required: true, description: 'The result.' }) },
    resolve: (_root, { input }, { viewer, runResults }) => runResults.add(viewer, input),
  }),
);
