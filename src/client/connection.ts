import { dataOf, type Answer } from './answer.ts';
import { withDeadline } from './deadline.ts';
import { AgentSessionsError } from './errors.ts';
import { aborted, retrying, type RetryOptions } from './retry.ts';

/** What is needed of `fetch`: the global one has it, and so has an app in the same process. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A bearer token, or what gives one; asked before every try, so that a renewed one is used. What the function throws, the call rejects with. */
export type Token = string | (() => string | Promise<string>);

export interface ConnectionOptions {
  readonly endpoint: string;
  readonly token: Token | undefined;
  readonly fetch: Fetch;
  /** Milliseconds that one try may take. */
  readonly timeoutMs: number;
  readonly retry: RetryOptions;
}

/** GraphQL operations over HTTP POST, retried where that is safe. */
export class Connection {
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.#options = options;
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

  async #try(body: string, signal: AbortSignal | undefined): Promise<unknown> {
    const { timeoutMs } = this.#options;
    let answer: Answer;
    const headers = await this.#headers();
    try {
      answer = await withDeadline((deadline) => this.#post(headers, body, deadline), timeoutMs, signal);
    } catch (cause) {
      if (signal?.aborted === true) throw aborted(signal);
      throw new AgentSessionsError('NETWORK_ERROR', 'No answer came from the server.', {
        retryable: true,
        cause,
      });
    }
    return dataOf(answer);
  }

  async #headers(): Promise<Record<string, string>> {
    const { token } = this.#options;
    const bearer = typeof token === 'function' ? await token() : token;
    return {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    };
  }

  async #post(headers: Record<string, string>, body: string, signal: AbortSignal): Promise<Answer> {
    const { fetch, endpoint } = this.#options;
    const response = await fetch(endpoint, { method: 'POST', headers, body, signal });
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: response.headers.get('retry-after'),
    };
  }
}
