import { expect } from 'vitest';
import { ERROR_CODES, isRetryable } from '../../src/core/errors.ts';
import { dataOf, request, type GraphQLAnswer, type Variables } from '../support/graphql-request.ts';

const INPUT_TYPES = {
  createSession: 'CreateSessionInput',
  updateSession: 'UpdateSessionInput',
  clearSession: 'SessionRefInput',
  deleteSession: 'SessionRefInput',
  popItem: 'SessionRefInput',
  addMessage: 'AddMessageInput',
  addItems: 'AddItemsInput',
  storeExchange: 'StoreExchangeInput',
  trackAgent: 'TrackAgentInput',
  storeAgentResult: 'StoreAgentResultInput',
  replaceSuffix: 'ReplaceSuffixInput',
  forkSession: 'ForkSessionInput',
  startMessage: 'StartMessageInput',
  appendToMessage: 'AppendToMessageInput',
  finishMessage: 'FinishMessageInput',
  cancelMessage: 'CancelMessageInput',
} as const;

export type Operation = keyof typeof INPUT_TYPES;

const COMMON = '__typename id sessionId cursor createdAt agent metadata raw dialect derived';

const OF_MESSAGE = `role text status parts {
    __typename
    ... on TextPart { text }
    ... on RefusalPart { refusal }
    ... on ImagePart { url fileId }
    ... on FilePart { url fileId filename }
    ... on AudioPart { format transcript }
    ... on OtherPart { type raw }
  }`;

/** Every field of a message. */
export const MESSAGE = `${COMMON} ${OF_MESSAGE}`;

/** Every field of every kind of item and part. */
export const ITEM = `${COMMON}
  ... on Message { ${OF_MESSAGE} }
  ... on ToolCall { callId name arguments }
  ... on ToolResult { callId toolName output }
  ... on Reasoning { summary }
  ... on Handoff { from to }
  ... on OtherItem { type }`;

/** The only error of an answer: its message, its place in the answer as `at`, and its extensions beside them. */
export type Refusal = Readonly<Record<string, any>>;

/** The API as its users see it, and what its tests do all the time. */
export class Api {
  readonly #endpoint: () => string;
  readonly #authorization: string | undefined;
  #count = 0;

  /** @param authorization The header of that name. */
  constructor(endpoint: () => string, authorization?: string) {
    this.#endpoint = endpoint;
    this.#authorization = authorization;
  }

  get endpoint(): string {
    return this.#endpoint();
  }

  /** An id, or a user's name, that no other test has. */
  newName(prefix = 's'): string {
    return `${prefix}${++this.#count}`;
  }

  ask(query: string, variables?: Variables): Promise<any> {
    return dataOf(this.endpoint, query, variables, this.#authorization);
  }

  answer(query: string, variables?: Variables): Promise<GraphQLAnswer> {
    return request(this.endpoint, query, variables, this.#authorization);
  }

  /** An answer to a body that JSON.stringify would not write. */
  async answerTo(body: string): Promise<GraphQLAnswer> {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    const response = await fetch(this.endpoint, { method: 'POST', headers, body });
    return { status: response.status, ...((await response.json()) as Omit<GraphQLAnswer, 'status'>) };
  }

  async refusal(query: string, variables?: Variables): Promise<Refusal> {
    return onlyError(await this.answer(query, variables));
  }

  /** What a mutation answers, which must succeed. */
  async write(operation: Operation, input: Variables, fields = '__typename'): Promise<any> {
    const data = await this.ask(mutation(operation, fields), { input });
    return data[operation];
  }

  /** The only error of a mutation, which must fail. */
  async refused(operation: Operation, input: Variables): Promise<Refusal> {
    return this.refusal(mutation(operation, '__typename'), { input });
  }

  /** Makes a session, and gives its id. */
  async create(input: Variables = {}): Promise<string> {
    const { session } = await this.write('createSession', { id: this.newName(), ...input }, 'session { id }');
    return session.id;
  }

  /** Adds a message, and gives its cursor. */
  async say(sessionId: string, text: string, given: Variables = {}): Promise<string> {
    const input = { sessionId, text, role: 'USER', ...given };
    const { message } = await this.write('addMessage', input, 'message { cursor }');
    return message.cursor;
  }

  async session(id: string, fields: string): Promise<any> {
    const { session } = await this.ask(`query ($id: ID!) { session(id: $id) { ${fields} } }`, { id });
    return session;
  }

  /** The items of a page, of the first thousand when nothing is said. */
  async items(id: string, fields = ITEM, page = 'first: 1000'): Promise<any[]> {
    const { items } = await this.session(id, `items(${page}) { nodes { ${fields} } }`);
    return items.nodes;
  }

  /** The history as model input; `args` are the field's, without their parentheses. */
  async inputs(id: string, args = ''): Promise<any[]> {
    const { agentInputs } = await this.session(id, `agentInputs${args === '' ? '' : `(${args})`}`);
    return agentInputs;
  }
}

/** What an answer holds when it holds one error, of the closed set, that says whether to try again. */
export function onlyError({ errors, status }: GraphQLAnswer): Refusal {
  expect(errors).toHaveLength(1);
  const [error] = errors ?? [];
  const { requestId, ...extensions } = error?.extensions ?? {};
  const { code, retryable } = extensions;
  expect(ERROR_CODES).toContain(code);
  expect(retryable).toBe(isRetryable(code));
  expect(requestId).toMatch(/^[0-9a-f]{16}$/);
  // The one thing in which two answers that are the same differ is none of the refusal.
  return { message: error?.message, at: error?.path, status, ...extensions };
}

function mutation(operation: Operation, fields: string): string {
  return `mutation ($input: ${INPUT_TYPES[operation]}!) { ${operation}(input: $input) { ${fields} } }`;
}
