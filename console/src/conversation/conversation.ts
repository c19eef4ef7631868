import type { AgentSessions, ConnectionState, Transcript, TranscriptState } from 'agent-sessions/client';
import { failureOf, type Failure } from '../api/failure.ts';
import { Observable } from '../parts/observable.ts';
import { delayAfter, pause } from '../parts/pause.ts';

export interface ConversationState {
  /** null until it was read for the first time. */
  readonly transcript: TranscriptState | null;
  readonly connection: ConnectionState;
  readonly loadingOlder: boolean;
  /** Why it is not followed right now. */
  readonly failure: Failure | null;
}

/** Items that are read at once. */
const FIRST = 60;
const OLDER = 200;

/**
 * One conversation, followed for as long as it is shown. The transcript of agent-sessions/client does the work; this
 * keeps what it showed while it is paused, and opens it again after what the client gives up on.
 */
export class Conversation extends Observable<ConversationState> {
  readonly id: string;
  readonly #sessions: AgentSessions;
  readonly #onRefused: () => void;
  #transcript: Transcript | null = null;
  #leaving: AbortController | null = null;

  constructor(sessions: AgentSessions, id: string, onRefused: () => void) {
    super({ transcript: null, connection: 'connecting', loadingOlder: false, failure: null });
    this.id = id;
    this.#sessions = sessions;
    this.#onRefused = onRefused;
  }

  start(): void {
    if (this.#leaving !== null) return;
    this.#leaving = new AbortController();
    if (this.value.transcript !== null) this.#change({ connection: 'reconnecting' });
    void this.#run(this.#leaving.signal);
  }

  stop(): void {
    this.#leaving?.abort();
    this.#leaving = null;
  }

  async loadOlder(): Promise<void> {
    const transcript = this.#transcript;
    if (transcript === null || this.value.loadingOlder || !transcript.state.hasOlder) return;
    this.#change({ loadingOlder: true });
    try {
      await transcript.loadOlder(OLDER);
    } catch (error) {
      // A connection that broke shows by itself; scrolling asks again.
      if (this.#transcript === transcript) this.#change({ failure: failureOf(error) });
    } finally {
      this.#change({ loadingOlder: false });
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.#follow(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const failure = failureOf(error);
        this.#change({ failure, connection: 'reconnecting' });
        if (failure.code === 'UNAUTHENTICATED') this.#onRefused();
        if (!failure.retryable) return this.#change({ connection: 'closed' });
        await pause(delayAfter(failures), signal);
      }
    }
  }

  /** Until it is left, or the session is gone. */
  async #follow(signal: AbortSignal): Promise<void> {
    const session = await this.#sessions.load(this.id, { signal });
    const last = Math.min(Math.max(FIRST, this.value.transcript?.items.length ?? 0), 1_000);
    const transcript = await session.transcript({ last });
    this.#transcript = transcript;
    try {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          // What is left on purpose keeps what it showed.
          if (signal.aborted) return resolve();
          const { state, connection } = transcript;
          this.#change({ transcript: state, connection, failure: null });
          if (connection === 'closed') resolve();
        };
        transcript.subscribe(look);
        look();
      });
      const { error } = transcript;
      if (signal.aborted || error === null) return;
      throw error instanceof Error
        ? error
        : new Error('The conversation is not followed any more.', { cause: error });
    } finally {
      this.#transcript = null;
    }
  }

  #change(change: Partial<ConversationState>): void {
    this.set({ ...this.value, ...change });
  }
}
