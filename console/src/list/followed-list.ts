import type { Client } from 'urql';
import { SESSION_LIST_CHANGED, SESSIONS, type PageInfo } from '../api/documents.ts';
import { failureOf, type Failure } from '../api/failure.ts';
import { watchedFetch } from '../api/watched-fetch.ts';
import { Observable } from '../parts/observable.ts';
import { delayAfter, pause } from '../parts/pause.ts';
import { afterEvent, withPage, type SessionList } from './session-list.ts';

export interface FollowedListState extends SessionList {
  readonly connection: 'connecting' | 'live' | 'reconnecting';
  /** Whether the first page has come. */
  readonly loaded: boolean;
  readonly loadingMore: boolean;
  /** Why the newest try failed. */
  readonly failure: Failure | null;
}

const PAGE = 50;
/** As many as the server gives at once. */
const MOST = 100;

/**
 * A user's list: read, then followed from where it was read; read again whenever the connection broke, since there is no
 * replay of what is gone.
 */
export class FollowedList extends Observable<FollowedListState> {
  readonly #client: Client;
  readonly #userId: string | null;
  #leaving: AbortController | null = null;

  constructor(client: Client, userId: string | null) {
    super({
      sessions: [],
      next: null,
      connection: 'connecting',
      loaded: false,
      loadingMore: false,
      failure: null,
    });
    this.#client = client;
    this.#userId = userId;
  }

  /** Begins, or goes on after `stop`. */
  start(): void {
    if (this.#leaving !== null) return;
    this.#leaving = new AbortController();
    void this.#run(this.#leaving.signal);
  }

  /** Leaves its connection to others; what was loaded stays. */
  stop(): void {
    this.#leaving?.abort();
    this.#leaving = null;
  }

  /** Takes it out at once; the server tells of it a little later. */
  remove(id: string): void {
    this.#change({ sessions: this.value.sessions.filter((session) => session.id !== id) });
  }

  async loadMore(count: number = PAGE): Promise<void> {
    const { next, loadingMore } = this.value;
    if (next === null || loadingMore) return;
    this.#change({ loadingMore: true });
    try {
      const page = await this.#page(Math.min(count, MOST), next);
      // What was read again meanwhile has another end.
      if (this.value.next === next) this.#change(withPage(this.value, page.list));
    } catch (error) {
      this.#change({ failure: failureOf(error) });
    } finally {
      this.#change({ loadingMore: false });
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const after = await this.#read();
        failures = 0;
        if (!signal.aborted) await this.#follow(after, signal);
      } catch (error) {
        if (signal.aborted) return;
        const failure = failureOf(error);
        this.#change({ failure });
        // Whoever signs in makes another list.
        if (failure.code === 'UNAUTHENTICATED') return;
      }
      if (signal.aborted) return;
      this.#change({ connection: this.value.loaded ? 'reconnecting' : 'connecting' });
      await pause(delayAfter(failures++), signal);
    }
  }

  /** As many as were loaded, from the newest on; where to follow from. */
  async #read(): Promise<string> {
    const wanted = Math.max(PAGE, this.value.sessions.length);
    const first = await this.#page(Math.min(wanted, MOST), null);
    let { list } = first;
    while (list.next !== null && list.sessions.length < wanted) {
      list = withPage(list, (await this.#page(MOST, list.next)).list);
    }
    this.#change({ ...list, loaded: true, failure: null });
    // An empty list is followed from before all that comes.
    return first.pageInfo.startCursor ?? '0';
  }

  async #page(first: number, after: string | null): Promise<{ list: SessionList; pageInfo: PageInfo }> {
    const variables = { userId: this.#userId, first, after };
    const { data, error } = await this.#client.query(SESSIONS, variables).toPromise();
    if (data === undefined) throw error ?? new Error('The server answered nothing.');
    const { nodes, pageInfo } = data.sessions;
    const next = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    return { list: { sessions: nodes, next }, pageInfo };
  }

  /** Resolves when the connection has ended, whatever the reason: the subscription itself never does. */
  #follow(after: string, signal: AbortSignal): Promise<void> {
    const onOpen = (): void => this.#change({ connection: 'live' });
    const context = { fetch: watchedFetch(onOpen) };
    return new Promise((resolve, reject) => {
      const variables = { userId: this.#userId, after };
      const subscription = this.#client
        .subscription(SESSION_LIST_CHANGED, variables, context)
        .subscribe(({ data, error, hasNext }) => {
          if (signal.aborted) return;
          // The last result comes once more when the stream has ended.
          if (data !== undefined && hasNext) this.#change(afterEvent(this.value, data.sessionListChanged));
          if (error !== undefined) reject(error);
          else if (!hasNext) resolve();
        });
      const leave = (): void => {
        subscription.unsubscribe();
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #change(change: Partial<FollowedListState>): void {
    this.set({ ...this.value, ...change });
  }
}
