import type { DraftChannel } from './message-draft.ts';
import type { RunResult } from './sdk-session.ts';

/**
 * What a streamed run is to this client, by its shape, whatever the version of the SDK. Its events and items are read as
 * what they may be: what is not known is left alone.
 */
export interface StreamedRun<Event = unknown> extends RunResult, AsyncIterable<Event> {
  /** What it was given. */
  readonly input?: string | readonly object[];
  /** What it has generated so far: the objects that its events bring. */
  readonly newItems?: readonly object[];
  /** Whether it was ended from outside. */
  readonly cancelled?: boolean;
  readonly state?: object;
}

/** An item that a run generated. */
export interface GeneratedItem {
  /** As the run's `history` has it. */
  readonly raw: object;
  /** Its own id; null when it has none. */
  readonly id: string | null;
  /** A message of the assistant. */
  readonly isAnswer: boolean;
  /** Who it came from; null: not known, or nobody of the run's agents. */
  readonly agent: string | null;
  /** Of the result of a hand-off: who goes on. */
  readonly handsOverTo: string | null;
}

/** What an event says that concerns a mirror. */
export type RunEvent =
  /** The model begins to answer. */
  | { readonly kind: 'response' }
  | {
      readonly kind: 'delta';
      readonly channel: DraftChannel;
      /** The message that is written, or the part of the reasoning; null: not known. */
      readonly of: string | null;
      readonly text: string;
    }
  /** `source`: the run's own object. */
  | { readonly kind: 'item'; readonly source: object }
  | { readonly kind: 'agent'; readonly name: string };

/** null: nothing that concerns a mirror. */
export function runEvent(event: unknown): RunEvent | null {
  switch (fieldOf(event, 'type')) {
    case 'raw_model_stream_event':
      return modelEvent(fieldOf(event, 'data'));
    case 'run_item_stream_event': {
      const source = fieldOf(event, 'item');
      return isObject(source) ? { kind: 'item', source } : null;
    }
    case 'agent_updated_stream_event': {
      const name = nameOf(fieldOf(event, 'agent'));
      return name === null ? null : { kind: 'agent', name };
    }
    default:
      return null;
  }
}

function modelEvent(data: unknown): RunEvent | null {
  switch (fieldOf(data, 'type')) {
    case 'response_started':
      return { kind: 'response' };
    case 'output_text_delta': {
      const id = textOf(data, 'itemId') ?? textOf(fieldOf(data, 'providerData'), 'item_id');
      return delta('TEXT', id, textOf(data, 'delta'));
    }
    case 'model':
      return providerEvent(fieldOf(data, 'event'));
    default:
      return null;
  }
}

/** The SDK has no event of its own for what a model thinks: OpenAI's two APIs say it in theirs. */
function providerEvent(event: unknown): RunEvent | null {
  switch (fieldOf(event, 'type')) {
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta': {
      const part = ['type', 'item_id', 'summary_index', 'content_index'].map((name) => fieldOf(event, name));
      return delta('REASONING', part.join(), textOf(event, 'delta'));
    }
    default: {
      const said = fieldOf(firstOf(fieldOf(event, 'choices')), 'delta');
      return delta('REASONING', null, textOf(said, 'reasoning') ?? textOf(said, 'reasoning_content'));
    }
  }
}

function delta(channel: DraftChannel, of: string | null, text: string | null): RunEvent | null {
  return text === null || text === '' ? null : { kind: 'delta', channel, of, text };
}

/**
 * The run's history, with what the SDK leaves out of it for now: calls that wait for an approval. A run that is resumed
 * has their results to come.
 */
export function historySoFar(run: StreamedRun): readonly object[] {
  const { input, newItems = [], history } = run;
  if (input === undefined || newItems.length === 0) return history;
  const omits = omitsReasoningIds(run);
  const given = typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : input;
  const items = [...given, ...newItems.flatMap((source) => generatedItem(source, omits)?.raw ?? [])];
  // A history begins with the newest compaction.
  const start = items.findLastIndex((item) => fieldOf(item, 'type') === 'compaction');
  return start === -1 ? items : items.slice(start);
}

/** null: no item of the history, but a question whether a call may be made. */
export function generatedItem(source: object, omitReasoningIds: boolean): GeneratedItem | null {
  const raw = fieldOf(source, 'rawItem');
  const type = fieldOf(source, 'type');
  if (!isObject(raw) || type === 'tool_approval_item') return null;
  return {
    raw: asInHistory(raw, omitReasoningIds),
    id: textOf(raw, 'id'),
    isAnswer: fieldOf(raw, 'role') === 'assistant',
    agent:
      type === 'input_item'
        ? null
        : (nameOf(fieldOf(source, 'agent')) ?? nameOf(fieldOf(source, 'sourceAgent'))),
    handsOverTo: nameOf(fieldOf(source, 'targetAgent')),
  };
}

/** Input that a run took in while it was under way: there is no event for it. */
export function isTakenIn(source: object): boolean {
  return fieldOf(source, 'type') === 'input_item';
}

/** The id of the session that the run writes to at its end; undefined: none, or not known. */
export function sessionOf({ state }: StreamedRun): unknown {
  return fieldOf(state, '_currentTurnSessionHistoryTransactionSessionId');
}

/** Whether the ids of reasoning are left out of the run's history. */
export function omitsReasoningIds({ state }: StreamedRun): boolean {
  return fieldOf(state, '_reasoningItemIdPolicy') === 'omit';
}

/** Without what the SDK leaves out of histories, because models refuse to be given it. */
function asInHistory(raw: object, omitReasoningIds: boolean): object {
  const omitsId = omitReasoningIds && fieldOf(raw, 'type') === 'reasoning';
  const isOmitted = ([name, value]: readonly [string, unknown]): boolean =>
    name === 'created_by' || (name === 'status' && value === null) || (name === 'id' && omitsId);
  const fields = Object.entries(raw);
  return fields.some(isOmitted) ? Object.fromEntries(fields.filter((field) => !isOmitted(field))) : raw;
}

function nameOf(agent: unknown): string | null {
  return textOf(agent, 'name');
}

function textOf(value: unknown, name: string): string | null {
  const text = fieldOf(value, name);
  return typeof text === 'string' ? text : null;
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) ? (Reflect.get(value, name) as unknown) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
