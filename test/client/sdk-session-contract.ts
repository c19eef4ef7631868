/**
 * The session contract of the Agents SDK for JavaScript 0.20 (`@openai/agents-core`, memory/session.d.ts), written down
 * by its shape: the SDK is no dependency, and a client that fits this fits `run(agent, input, { session })`.
 */

interface SharedBase {
  providerData?: Record<string, any> | undefined;
}

/** The items whose shapes differ most; the others are alike. */
export type AgentInputItem =
  | (SharedBase & {
      type?: 'message' | undefined;
      id?: string | undefined;
      role: 'user';
      content: string | (SharedBase & { type: string; text?: string | undefined })[];
    })
  | (SharedBase & {
      type?: 'message' | undefined;
      id?: string | undefined;
      role: 'assistant';
      status: 'in_progress' | 'completed' | 'incomplete';
      content: (SharedBase & { type: 'output_text' | 'refusal'; text?: string | undefined })[];
    })
  | FunctionCallItem
  | (SharedBase & {
      type: 'function_call_result';
      id?: string | undefined;
      callId: string;
      name: string;
      status: 'in_progress' | 'completed' | 'incomplete';
      output: string | { type: 'text'; text: string };
    })
  | (SharedBase & { type: 'compaction'; encrypted_content: string })
  | (SharedBase & { type: 'unknown'; id?: string | undefined });

export interface FunctionCallItem extends SharedBase {
  type: 'function_call';
  id?: string | undefined;
  callId: string;
  name: string;
  status?: 'in_progress' | 'completed' | 'incomplete' | undefined;
  arguments: string;
}

export interface Session {
  getSessionId(): Promise<string>;
  getItems(limit?: number): Promise<AgentInputItem[]>;
  addItems(items: AgentInputItem[]): Promise<void>;
  popItem(): Promise<AgentInputItem | undefined>;
  clearSession(): Promise<void>;
  prepareHistoryItemForModelInput?(item: AgentInputItem): AgentInputItem;
  prepareHistoryItemsForPersistenceComparison?(items: AgentInputItem[]): AgentInputItem[];
  preserveReasoningItemIdsForPersistence?(): boolean;
  replaceHistoryWithCompaction?(items: AgentInputItem[]): Promise<void>;
}

export interface SessionHistoryRewriteAwareSession extends Session {
  applyHistoryMutations(args: {
    mutations: { type: 'replace_function_call'; callId: string; replacement: FunctionCallItem }[];
  }): Promise<void> | void;
}

export interface SessionHistoryTransactionAwareSession extends Session {
  applyHistoryTransaction(args: {
    operationId: string;
    transaction:
      | { type: 'append_items'; items: AgentInputItem[] }
      | { type: 'replace_suffix'; expectedSuffix: AgentInputItem[]; replacement: AgentInputItem[] };
  }): Promise<void> | void;
}

/** What a session must be for every test of the contract: the base and both optional capabilities. */
export type CapableSession = SessionHistoryRewriteAwareSession & SessionHistoryTransactionAwareSession;
