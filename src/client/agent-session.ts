/// <reference lib="esnext.disposable" preserve="true" />
import { DraftMessage } from './draft-message.ts';
import { appendItems, applyMutations, applyTransaction, compact } from './history-writes.ts';
import { MESSAGE_FIELDS, type Message } from './item.ts';
import { MirroredSession } from './mirrored-session.ts';
import { withoutOpenCalls } from './open-calls.ts';
import { mirrored, type MirrorOptions } from './run-mirror.ts';
import { resultInput } from './run-result.ts';
import type { HistoryMutationArgs, HistoryTransactionArgs, RunResult } from './sdk-session.ts';
import type {
  AddMessage,
  Fork,
  StartMessage,
  StoreAgentResult,
  StoredResult,
  StoreExchange,
  TrackAgent,
  UpdateSession,
} from './session-inputs.ts';
import { SESSION_FIELDS, type JsonObject, type SessionInfo } from './session-info.ts';
import { SessionEvents, type EventsOptions } from './session-events.ts';
import { SessionHandle } from './session-handle.ts';
import type { StreamedRun } from './streamed-run.ts';
import { Transcript, type TranscriptOptions } from './transcript.ts';
import { readHistory, readInputs, readMessages, type InputOptions } from './session-reads.ts';

/**
 * One conversation. It is a `Session` of the OpenAI Agents SDK, so `run(agent, input, { session })` takes it; the rest
 * is for the back end around the run.
 *
 * - The session is made on the server by the first call that needs it. Reads before that find it empty.
 * - Writes of one object happen in the order of the calls, also when they are not awaited, and its reads see them.
 * - Each write is atomic and has an idempotency key that stays the same over its retries: an answer that was lost on its
 *   way never writes twice.
 * - All methods reject with AgentSessionsError: NOT_FOUND when the session was deleted or has expired, and what is named
 *   at the method.
 *
 * The type parameter of `getItems` and its kin is the caller's type of an item; the SDK's is inferred.
 */
export class AgentSession implements AsyncDisposable {
  readonly #handle: SessionHandle;

  /** Use `AgentSessions`: `session`, `create` or `load`. */
  constructor(handle: SessionHandle) {
    this.#handle = handle;
  }

  /** The conversation id; makes the session if it does not exist yet. */
  async getSessionId(): Promise<string> {
    await this.#handle.settled();
    return this.#handle.ensure();
  }

  /**
   * The history as the model shall see it, oldest first, from the newest compaction on: items as they were written, or
   * converted when Python wrote them. With `limit` the newest so many.
   * @throws AgentSessionsError PAYLOAD_TOO_LARGE without `limit` when there are more than 10,000.
   */
  async getItems<Item extends object = JsonObject>(limit?: number): Promise<Item[]> {
    await this.#handle.settled();
    return [...(await readHistory(this.#handle, limit))] as Item[];
  }

  /**
   * Appends items, kept losslessly. Up to 1,000 items (and 4 Mi characters) are one atomic write; more are split, and
   * when a later part is refused the earlier ones stay.
   * @throws AgentSessionsError BAD_USER_INPUT or PAYLOAD_TOO_LARGE with the `index` of the item at fault.
   */
  async addItems(items: readonly object[]): Promise<void> {
    const given = [...items];
    return this.#handle.inOrder(() => appendItems(this.#handle, given));
  }

  /** Removes and returns the newest item, as it was written; undefined when there is none. */
  async popItem<Item extends object = JsonObject>(): Promise<Item | undefined> {
    const { item } = await this.#write<{ item: { raw: Item } | null }>('popItem', {}, 'item{raw}');
    return item?.raw;
  }

  /** Empties the history; the session, its owner, title and metadata stay, agents are forgotten. */
  async clearSession(): Promise<void> {
    await this.#write('clearSession', {}, '__typename');
  }

  /**
   * One atomic change of the history that happens once, however often it is repeated with its `operationId` within 24
   * hours; at most 1,000 items.
   * @throws AgentSessionsError CONFLICT, and nothing is changed: the history does not end in `expectedSuffix`, or the
   * id was used for another change.
   */
  async applyHistoryTransaction(args: HistoryTransactionArgs): Promise<void> {
    return this.#handle.inOrder(() => applyTransaction(this.#handle, args));
  }

  /** Replaces function calls, and so rewrites the history from the earliest of them on; atomic. */
  async applyHistoryMutations(args: HistoryMutationArgs): Promise<void> {
    return this.#handle.inOrder(() => applyMutations(this.#handle, args.mutations));
  }

  /**
   * `[compaction, ...retained]`: from now on the model sees only these, while `getMessages` and every reader of the log
   * still find all that was said before. At most 1,000 items, atomic.
   */
  async replaceHistoryWithCompaction(items: readonly object[]): Promise<void> {
    return this.#handle.inOrder(() => compact(this.#handle, items));
  }

  /**
   * Stores what is new of a run: its result (a streamed one is awaited to its end) or a list of items. Storing the same
   * again adds nothing. For a result, `scope` WHOLE sends its `history`, NEW its `output`; the agent that ran last
   * becomes the current one. After `run(…, { session })` only that agent is left to store.
   * @throws AgentSessionsError BAD_USER_INPUT, with `index` when one item is at fault, or when more than 1,000 items are
   * new; and whatever a streamed run failed with.
   */
  async storeAgentResult(
    result: RunResult | readonly object[],
    options: StoreAgentResult = {},
  ): Promise<StoredResult> {
    const input = await resultInput(result, options);
    const stored = await this.#write<{ items: readonly unknown[]; skipped: number }>(
      'storeAgentResult',
      input,
      'items{__typename}skipped',
    );
    return { added: stored.items.length, skipped: stored.skipped };
  }

  /**
   * Adds one message of plain text.
   * @throws AgentSessionsError BAD_USER_INPUT when it is only spaces, PAYLOAD_TOO_LARGE above 1 MiB, CONFLICT (`ifCursor`).
   */
  async addMessage(input: AddMessage): Promise<Message> {
    const selection = `message{${MESSAGE_FIELDS}}`;
    return (await this.#write<{ message: Message }>('addMessage', input, selection)).message;
  }

  /** Begins a message that others read while it is written; it enters the history when it is finished. */
  async startMessage(input: StartMessage = {}): Promise<DraftMessage> {
    return this.#handle.inOrder(() => DraftMessage.start(this.#handle, input));
  }

  /**
   * Writes a streamed run to the session while it goes on: the question, texts as they are written, calls, results and
   * hand-offs as they come. Reads the run to its end, and leaves what `storeAgentResult` would.
   * @throws what the run failed with; what was said by then stays, half a message as an INTERRUPTED one. Or
   * AgentSessionsError in the end, when something could not be written.
   */
  async mirror(run: StreamedRun, options: MirrorOptions = {}): Promise<void> {
    const events = this.mirrored(run, options);
    while ((await events.next()).done !== true);
  }

  /**
   * The same for who wants the run's events, too: they pass as they come, and the end waits for the last write. A loop that
   * is left ends the run, as it does without a mirror.
   */
  mirrored<Event>(
    run: StreamedRun<Event>,
    options: MirrorOptions = {},
  ): AsyncGenerator<Event, void, undefined> {
    return mirrored(this.#handle, run, options);
  }

  /** The session to give to a run that is mirrored: the SDK reads the history from it, and `mirror` does the writing. */
  forMirror(): MirroredSession {
    return new MirroredSession(this);
  }

  /** A question and its answer in one atomic write; `agentName` becomes the current agent. */
  async storeExchange(input: StoreExchange): Promise<void> {
    await this.#write('storeExchange', input, '__typename');
  }

  /** The newest `topK` messages of users and assistants, oldest first; without it all. */
  async getMessages(topK: number = Infinity): Promise<readonly Message[]> {
    await this.#handle.settled();
    return readMessages(this.#handle, topK);
  }

  /**
   * The history as input of a run. With `limit` the newest so many. Without results whose calls were cut off, and calls
   * that nobody answered, because their run was broken off: a model refuses both.
   * @throws AgentSessionsError PAYLOAD_TOO_LARGE without `limit` when there are more than 10,000.
   */
  async toAgentInputs<Item extends object = JsonObject>(options: InputOptions = {}): Promise<Item[]> {
    await this.#handle.settled();
    return [...withoutOpenCalls((await readInputs(this.#handle, options)).inputs)] as Item[];
  }

  /** What happens, for `for await`: each event once, in order. NOT_FOUND when there is no such session. */
  events(options: EventsOptions = {}): SessionEvents {
    return new SessionEvents(this.#handle, options);
  }

  /**
   * The newest items and open drafts, and then everything that happens, as a front end shows it.
   * @throws AgentSessionsError NOT_FOUND when there is no such session.
   */
  async transcript(options: TranscriptOptions = {}): Promise<Transcript> {
    await this.#handle.settled();
    return Transcript.open(this.#handle, options);
  }

  /** Messages of users and assistants. */
  async messageCount(): Promise<number> {
    return (await this.#read<{ messageCount: number }>('messageCount'))?.messageCount ?? 0;
  }

  /** Makes an agent the current one, with a hand-off in the log; nothing happens when it is already. */
  async trackAgent(agentName: string, options: TrackAgent = {}): Promise<void> {
    await this.#write('trackAgent', { ...options, agentName }, '__typename');
  }

  /** null: none yet. */
  async currentAgent(): Promise<string | null> {
    return (await this.#read<{ currentAgent: string | null }>('currentAgent'))?.currentAgent ?? null;
  }

  async getMetadata(): Promise<JsonObject> {
    return (await this.#read<{ metadata: JsonObject }>('metadata'))?.metadata ?? {};
  }

  /** All that the server says of the session; null when it has not been made yet. */
  async info(): Promise<SessionInfo | null> {
    return this.#read(SESSION_FIELDS);
  }

  /** Changes title, metadata (a merge patch, RFC 7396) or expiry; null clears, absent leaves. */
  async update(input: UpdateSession): Promise<SessionInfo> {
    const selection = `session{${SESSION_FIELDS}}`;
    return (await this.#write<{ session: SessionInfo }>('updateSession', input, selection)).session;
  }

  /**
   * A new session with this one's history up to and including `upTo`, or all of it.
   * @throws AgentSessionsError CONFLICT when `newId` exists, CURSOR_EXPIRED when the log no longer knows `upTo`.
   */
  async fork(input: Fork = {}): Promise<AgentSession> {
    const { session } = await this.#write<{ session: { id: string } }>('forkSession', input, 'session{id}');
    const { connection, signal } = this.#handle;
    return new AgentSession(
      new SessionHandle({ connection, session: { id: session.id }, known: true, signal }),
    );
  }

  /** The same as `clearSession`. */
  async clear(): Promise<void> {
    return this.clearSession();
  }

  /** Removes the session and all that belongs to it; false when there was nothing to remove. */
  async delete(): Promise<boolean> {
    await this.#handle.settled();
    if (this.#handle.id === undefined) return false;
    return (await this.#write<{ deleted: boolean }>('deleteSession', {}, 'deleted')).deleted;
  }

  /**
   * `await using`: resolves when the writes that were begun are over, awaited or not. Nothing on the server is removed,
   * and the object can still be used. What a write that was not awaited failed with, its own promise says.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.settled();
  }

  async #read<Data>(selection: string): Promise<Data | null> {
    await this.#handle.settled();
    return this.#handle.read(selection);
  }

  #write<Payload>(
    operation: Parameters<SessionHandle['write']>[0],
    input: object,
    selection: string,
  ): Promise<Payload> {
    return this.#handle.inOrder(() => this.#handle.write(operation, { ...input }, selection));
  }
}
