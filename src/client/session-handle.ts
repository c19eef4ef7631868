import type { Connection } from './connection.ts';
import { hasCode, notFound } from './errors.ts';
import { newKey } from './idempotency-key.ts';

/** The mutations of one session: the type of the input, and the field of it that names the session. */
const OPERATIONS = {
  updateSession: ['UpdateSessionInput', 'id'],
  clearSession: ['SessionRefInput', 'id'],
  deleteSession: ['SessionRefInput', 'id'],
  popItem: ['SessionRefInput', 'id'],
  forkSession: ['ForkSessionInput', 'id'],
  addMessage: ['AddMessageInput', 'sessionId'],
  addItems: ['AddItemsInput', 'sessionId'],
  storeExchange: ['StoreExchangeInput', 'sessionId'],
  storeAgentResult: ['StoreAgentResultInput', 'sessionId'],
  trackAgent: ['TrackAgentInput', 'sessionId'],
  replaceSuffix: ['ReplaceSuffixInput', 'sessionId'],
  startMessage: ['StartMessageInput', 'sessionId'],
  appendToMessage: ['AppendToMessageInput', 'sessionId'],
  finishMessage: ['FinishMessageInput', 'sessionId'],
  cancelMessage: ['CancelMessageInput', 'sessionId'],
} as const;

/** May be repeated as they are: their inputs have no key. */
const KEYLESS: ReadonlySet<string> = new Set(['appendToMessage', 'cancelMessage']);

/** The input of a mutation without the session's id. */
export interface MutationInput extends Readonly<Record<string, unknown>> {
  readonly idempotencyKey?: string | undefined;
}

/** What the server is asked to make when the session does not exist. */
export interface NewSession {
  readonly id?: string | undefined;
  readonly userId?: string | undefined;
  readonly title?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly expiresAfter?: number | null | undefined;
  readonly maxItems?: number | null | undefined;
  readonly ifExists?: 'FAIL' | 'RETURN' | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface SessionHandleOptions {
  readonly connection: Connection;
  readonly session: NewSession;
  /** Whether the session is known to exist: then its absence is an error, and it is never made anew. */
  readonly known: boolean;
  readonly signal: AbortSignal | undefined;
}

/** One session on the server, made when it is first needed. */
export class SessionHandle {
  readonly connection: Connection;
  readonly signal: AbortSignal | undefined;
  readonly #session: NewSession;
  #id: string | undefined;
  #known: boolean;
  #making: Promise<string> | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor({ connection, session, known, signal }: SessionHandleOptions) {
    this.connection = connection;
    this.signal = signal;
    this.#session = session;
    this.#id = session.id;
    this.#known = known;
  }

  /** undefined while the server has yet to choose it. */
  get id(): string | undefined {
    return this.#id;
  }

  /** The id of a session that exists now; makes it when need be. */
  async ensure(): Promise<string> {
    if (this.#id === undefined) return this.make();
    if (!this.#known && (await this.read('id')) === null) return this.make();
    return this.#id;
  }

  /**
   * Fields of the session; null when it has not been made yet.
   * @throws AgentSessionsError: NOT_FOUND when it existed and is gone.
   */
  async read<Data>(
    selection: string,
    declarations = '',
    variables: object = {},
    signal = this.signal,
  ): Promise<Data | null> {
    if (this.#id === undefined) return null;
    const { session } = await this.connection.request<{ session: Data | null }>(
      `query($id:ID!${declarations}){session(id:$id){${selection}}}`,
      { ...variables, id: this.#id },
      signal,
    );
    if (session !== null) this.#known = true;
    else if (this.#known) throw notFound();
    return session;
  }

  /**
   * One mutation, its payload's fields. It has one idempotency key over all its tries, where it takes one; one that finds
   * the session not made yet makes it first.
   */
  async write<Payload>(
    operation: keyof typeof OPERATIONS,
    input: MutationInput,
    selection: string,
  ): Promise<Payload> {
    const [type, idField] = OPERATIONS[operation];
    const idempotencyKey = input.idempotencyKey ?? newKey();
    const keyed = KEYLESS.has(operation) ? input : { ...input, idempotencyKey };
    const mutate = async (id: string): Promise<Payload> => {
      const data = await this.connection.request<Record<string, Payload>>(
        `mutation($input:${type}!){${operation}(input:$input){${selection}}}`,
        { input: { ...keyed, [idField]: id } },
        this.signal,
      );
      this.#known = true;
      // Payloads are never null: a field that failed is an error.
      return data[operation] as Payload;
    };
    const id = this.#id ?? (await this.make());
    try {
      return await mutate(id);
    } catch (error) {
      if (this.#known || !hasCode(error, 'NOT_FOUND')) throw error;
      return mutate(await this.make());
    }
  }

  /** Runs what writes one after another, in the order of the calls, as they would happen in memory. */
  inOrder<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#lastWrite.then(task);
    // Whoever called learns of the failure; it is none of the next one's.
    this.#lastWrite = done.catch(() => undefined);
    return done;
  }

  /** Resolves when the writes that have been begun are over, whatever became of them. */
  async settled(): Promise<void> {
    await this.#lastWrite;
  }

  /** Makes the session, or finds the one that exists where that is asked for; its id. */
  make(): Promise<string> {
    this.#making ??= this.#create().finally(() => (this.#making = undefined));
    return this.#making;
  }

  async #create(): Promise<string> {
    const input: NewSession = {
      ...this.#session,
      idempotencyKey: this.#session.idempotencyKey ?? newKey(),
    };
    const { createSession } = await this.connection.request<{ createSession: { session: { id: string } } }>(
      'mutation($input:CreateSessionInput!){createSession(input:$input){session{id}}}',
      { input },
      this.signal,
    );
    this.#known = true;
    this.#id = createSession.session.id;
    return this.#id;
  }
}
