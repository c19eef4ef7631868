import { dataOf, noStream, type Answer } from './answer.ts';
import { withDeadline } from './deadline.ts';
import { EventStream } from './event-stream.ts';
import { noAnswer, retrying, type RetryOptions } from './retry.ts';
import type { Timer } from './timer.ts';

/** What is needed of `fetch`: the global one has it, and so has an app in the same process. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * A bearer token, or what gives one; asked before every try, so that a renewed one is used. What the function throws,
 * the call rejects with, after retries if it is an AgentSessionsError that is retryable.
 */
export type Token = string | (() => string | Promise<string>);

export interface ConnectionOptions {
  readonly endpoint: string;
  readonly token: Token | undefined;
  readonly fetch: Fetch;
  /** Milliseconds that one try may take. */
  readonly timeoutMs: number;
  /** Milliseconds that an event stream may be silent. */
  readonly silenceMs: number;
  readonly retry: RetryOptions;
  readonly timer: Timer;
}

/** GraphQL operations over HTTP POST: queries and mutations, retried where that is safe, and event streams. */
export class Connection {
  readonly retry: RetryOptions;
  readonly timer: Timer;
  /** Whether a token that was refused may be followed by another. */
  readonly renewsToken: boolean;
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.retry = options.retry;
    this.timer = options.timer;
    this.renewsToken = typeof options.token === 'function';
  }

  /**
   * The data of one operation, which has at most one mutation field; that field must be safe to repeat.
   * @throws AgentSessionsError
   */
  async request<Data>(query: string, variables: object, signal: AbortSignal | undefined): Promise<Data> {
    const body = JSON.stringify({ query, variables });
    const data = await retrying(() => this.#try(body, signal), signal, this.#options.retry);
    // The shape is what the query asked for: the server holds its answers to its schema.
    return data as Data;
  }

  /**
   * The events of one subscription, in the distinct connections mode of GraphQL over server-sent events. One try; resolves
   * when the server has begun its answer.
   * @throws AgentSessionsError
   */
  async subscribe(query: string, variables: object, signal: AbortSignal): Promise<EventStream> {
    const { silenceMs, timeoutMs } = this.#options;
    const body = JSON.stringify({ query, variables });
    const headers = await this.#headers('text/event-stream');
    const answer = await this.#answered(
      async (deadline) => {
        const response = await this.#post(headers, body, deadline);
        if (!isEventStream(response)) return whole(response);
        // It came too late for anybody, and its signal was not listened to.
        if (deadline.aborted) await response.body.cancel();
        return response.body;
      },
      timeoutMs,
      signal,
    );
    if ('status' in answer) return noStream(answer);
    return new EventStream(answer, silenceMs, signal);
  }

  async #try(body: string, signal: AbortSignal | undefined): Promise<unknown> {
    const headers = await this.#headers('application/graphql-response+json, application/json');
    const answer = await this.#answered(
      async (deadline) => whole(await this.#post(headers, body, deadline)),
      this.#options.timeoutMs,
      signal,
    );
    return dataOf(answer);
  }

  async #answered<T>(
    task: (deadline: AbortSignal) => Promise<T>,
    ms: number,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    try {
      return await withDeadline(task, ms, signal);
    } catch (cause) {
      throw noAnswer(cause, signal);
    }
  }

  async #headers(accept: string): Promise<Record<string, string>> {
    const { token } = this.#options;
    const bearer = typeof token === 'function' ? await token() : token;
    return {
      'content-type': 'application/json',
      accept,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    };
  }

  #post(headers: Record<string, string>, body: string, signal: AbortSignal): Promise<Response> {
    const { fetch, endpoint } = this.#options;
    return fetch(endpoint, { method: 'POST', headers, body, signal });
  }
}

async function whole(response: Response): Promise<Answer> {
  return {
    status: response.status,
    text: await response.text(),
    retryAfter: response.headers.get('retry-after'),
  };
}

function isEventStream(
  response: Response,
): response is Response & { readonly body: ReadableStream<Uint8Array> } {
  const type = response.headers.get('content-type') ?? '';
  return response.body !== null && /^text\/event-stream\s*(?:;|$)/i.test(type);
}
