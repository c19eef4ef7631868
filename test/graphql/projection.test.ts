import { execute, getOperationAST, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import type { Draft } from '../../src/core/draft.ts';
import { CursorExpiredError } from '../../src/core/errors.ts';
import type { FeedEvent } from '../../src/core/feed/feed-event.ts';
import { Item } from '../../src/core/item.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { ItemEntry } from '../../src/core/log.ts';
import { isChange, sessionEvent } from '../../src/core/session-event.ts';
import { entryIdOf } from '../../src/adapters/redis/codec.ts';
import { projectionOf } from '../../src/graphql/projection.ts';
import { schema } from '../../src/graphql/schema.ts';

const AT = entryIdOf('1700000000000-0.abcdefgh');

function entry(raw: JsonObject, handoff = false): ItemEntry {
  const item = {
    raw: JSON.stringify(raw),
    dialect: 'AGENTS_JS',
    role: null,
    status: 'COMPLETED',
    derived: false,
    agent: 'Ada',
    metadata: '{"then":1}',
    toolName: null,
    handoff,
  } as const;
  return { kind: 'item', id: AT, prev: null, at: 1_700_000_000_000, item };
}

const parts = [
  { type: 'output_text', text: 'One' },
  { type: 'refusal', refusal: 'No' },
  { type: 'hologram', size: 3 },
];
const MESSAGE = entry({ type: 'message', role: 'assistant', status: 'completed', content: parts });
const ITEMS = [
  MESSAGE,
  entry({ role: 'user', content: 'Hi' }),
  entry({ type: 'function_call', callId: 'c', name: 'add', arguments: '{}' }),
  entry({ type: 'function_call_result', callId: 'c', output: { then: 'x' } }),
  entry({ type: 'reasoning', content: [{ type: 'input_text', text: 'Hm' }] }),
  entry({ type: 'handoff', from: null, to: 'Ada' }, true),
  entry({ type: 'oddity' }),
];
const draft: Draft = {
  id: 'd',
  role: 'ASSISTANT',
  agent: null,
  startedAt: 1_700_000_000_000,
  text: 'Once',
  reasoning: '',
};
const FEED: readonly FeedEvent[] = [
  ...ITEMS.map((item): FeedEvent => ({ kind: 'entry', entry: { ...item, finishesDraft: 'd' } })),
  { kind: 'entry', entry: { kind: 'removed', id: AT, prev: null, at: 0, removed: AT } },
  { kind: 'draftStarted', draft },
  { kind: 'draftAppended', draftId: 'd', channel: 'TEXT', offset: 4, text: ' upon' },
  { kind: 'draftCancelled', draftId: 'd' },
  { kind: 'caughtUp', at: AT },
  { kind: 'resync', reason: 'EXPIRED', at: AT },
  { kind: 'deleted' },
];
const EVENTS = FEED.flatMap((event) => (isChange(event) ? [] : (sessionEvent('s', event) ?? [])));
const MESSAGES = [MESSAGE, ITEMS[1]].flatMap((item) => (item === undefined ? [] : new Item('s', item)));

const ALL_OF_A_MESSAGE = `
  __typename id sessionId cursor createdAt agent metadata raw dialect derived
  ... on Message { role text status parts {
    __typename ... on TextPart { text } ... on RefusalPart { refusal } ... on OtherPart { type raw }
  } }`;
const ALL_OF_AN_ITEM = `
  ${ALL_OF_A_MESSAGE}
  ... on ToolCall { callId name arguments }
  ... on ToolResult { callId toolName output }
  ... on Reasoning { summary }
  ... on Handoff { from to }
  ... on OtherItem { kind: type }`;
const ALL_OF_AN_EVENT = `
  __typename sessionId cursor
  ... on ItemAdded { item { ${ALL_OF_AN_ITEM} } finishesDraft }
  ... on ItemRemoved { itemId }
  ... on DraftStarted { draft { id sessionId role agent text reasoning startedAt } }
  ... on DraftAppended { draftId offset text channel }
  ... on DraftCancelled { draftId }
  ... on ResyncRequired { reason }`;
const DIVIDED = `
  subscription ($id: ID!) { ...Root }
  fragment Root on Subscription { told: sessionEvents(sessionId: $id, after: "0") { ...Event ...Event where: cursor } }
  fragment Event on SessionEvent { ... { type: __typename } ... on ItemAdded { item { id } item { ...Node ... on Message { a: text b: text } } } }
  fragment Node on Node { id ... on ToolCall { name } }`;

function prepared(source: string) {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new TypeError('No operation');
  return {
    project: projectionOf(schema, document, operation),
    run: (rootValue: unknown) =>
      execute({ schema, document, rootValue, contextValue: {}, variableValues: { id: 's' } }),
  };
}

it.each([
  [
    'all of an event',
    `subscription ($id: ID!) { sessionEvents(sessionId: $id) { ${ALL_OF_AN_EVENT} } }`,
    EVENTS,
  ],
  ['what fragments and names divide', DIVIDED, EVENTS],
  [
    'all of a message',
    `subscription ($id: ID!) { messageAdded(sessionId: $id) { ${ALL_OF_A_MESSAGE} } }`,
    MESSAGES,
  ],
])('gives what execution gives, in the same order: %s', (_what, source, events) => {
  const { project, run } = prepared(source);
  for (const event of events) {
    const projected = project(event);
    expect(projected).not.toBeNull();
    expect(JSON.stringify({ data: projected })).toBe(JSON.stringify(run(event)));
  }
});

const [ADDED] = EVENTS;
it.each([
  ['conditions', 'sessionEvents(sessionId: $id) { cursor @include(if: true) }', ADDED],
  [
    'a name that no field of an object can have',
    'sessionEvents(sessionId: $id) { __proto__: cursor }',
    ADDED,
  ],
  [
    'what must be read',
    'sessionEvents(sessionId: $id) { ... on SessionUpdated { session { lastMessage { id } } } }',
    { type: 'SessionUpdated', session: { id: 's' } },
  ],
  [
    'arguments',
    'sessionEvents(sessionId: $id) { ... on SessionUpdated { session { items(first: 1) { nodes { id } } } } }',
    { type: 'SessionUpdated', session: { id: 's' } },
  ],
  ['an error in place of an event', 'messageAdded(sessionId: $id) { id }', new CursorExpiredError()],
  ['nothing where something must be', 'sessionEvents(sessionId: $id) { sessionId }', { type: 'CaughtUp' }],
  [
    'a value that its type does not have',
    'sessionEvents(sessionId: $id) { sessionId }',
    { type: 'CaughtUp', sessionId: {} },
  ],
  [
    'what has to be waited for',
    'sessionEvents(sessionId: $id) { sessionId }',
    {
      type: 'CaughtUp',
      get sessionId() {
        return Promise.reject(new Error('Nobody hears this'));
      },
    },
  ],
  [
    'an event of another type',
    'sessionEvents(sessionId: $id) { sessionId }',
    { type: 'Query', sessionId: 's' },
  ],
])('leaves to execution %s', (_what, selection, event) => {
  expect(prepared(`subscription ($id: ID!) { ${selection} }`).project(event)).toBeNull();
});

it('refuses only the events that need more', () => {
  const { project } = prepared(
    'subscription ($id: ID!) { sessionEvents(sessionId: $id) { cursor ... on SessionCleared { session { lastMessage { id } } } } }',
  );
  expect(project({ type: 'SessionCleared', session: { id: 's' } })).toBeNull();
  expect(project(ADDED)).toEqual({ sessionEvents: { cursor: expect.any(String) } });
});
