/**
 * The shapes of the Agents SDK that this client takes, without its types: whatever version is installed, or none.
 * An item is any object here; the server checks what it must be.
 */

/** Appends, or replaces the end of the history if it is what is expected. */
export type HistoryTransaction =
  | { readonly type: 'append_items'; readonly items: readonly object[] }
  | {
      readonly type: 'replace_suffix';
      readonly expectedSuffix: readonly object[];
      readonly replacement: readonly object[];
    };

export interface HistoryTransactionArgs {
  /** Stays the same when the transaction is retried; 1 to 256 characters. */
  readonly operationId: string;
  readonly transaction: HistoryTransaction;
}

/** Every function call with that call id becomes one: the replacement, where the first stood. */
export interface HistoryMutation {
  readonly type: 'replace_function_call';
  readonly callId: string;
  readonly replacement: object;
}

export interface HistoryMutationArgs {
  readonly mutations: readonly HistoryMutation[];
}

/** What `run()` returned, streamed or not. */
export interface RunResult {
  /** The run's input and what it added. */
  readonly history: readonly object[];
  /** Only what it added. */
  readonly output: readonly object[];
  readonly lastAgent?: { readonly name: string } | undefined;
  /** Of a streamed run: settles when it is over. */
  readonly completed?: PromiseLike<unknown>;
}
