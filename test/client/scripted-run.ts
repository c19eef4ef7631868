import type { StreamedRun } from '../../src/client/index.ts';

/** An item as the SDK's events bring it. */
interface RunItem {
  readonly type: string;
  readonly rawItem: object;
  readonly agent?: { readonly name: string };
  readonly sourceAgent?: { readonly name: string };
  readonly targetAgent?: { readonly name: string };
}

export type RunStreamEvent =
  | { readonly type: 'raw_model_stream_event'; readonly data: object }
  | { readonly type: 'run_item_stream_event'; readonly name: string; readonly item: RunItem }
  | { readonly type: 'agent_updated_stream_event'; readonly agent: { readonly name: string } };

const raw = (data: object): RunStreamEvent => ({ type: 'raw_model_stream_event', data });

export const started = (): RunStreamEvent => raw({ type: 'response_started' });

export const says = (delta: string, itemId?: string): RunStreamEvent =>
  raw({ type: 'output_text_delta', delta, ...(itemId === undefined ? {} : { itemId }) });

export const thinks = (delta: string, part: object = {}): RunStreamEvent =>
  raw({ type: 'model', event: { type: 'response.reasoning_summary_text.delta', delta, ...part } });

export const came = (rawItem: object, agent = 'triage', type = 'item'): RunStreamEvent => ({
  type: 'run_item_stream_event',
  name: 'whatever',
  item: { type, rawItem, agent: { name: agent } },
});

export const handedOver = (rawItem: object, from: string, to: string): RunStreamEvent => ({
  type: 'run_item_stream_event',
  name: 'handoff_occurred',
  item: { type: 'handoff_output_item', rawItem, sourceAgent: { name: from }, targetAgent: { name: to } },
});

export const isWith = (name: string): RunStreamEvent => ({
  type: 'agent_updated_stream_event',
  agent: { name },
});

/** What a test does between two events. */
type Meanwhile = () => unknown;

export interface ScriptedRunOptions {
  readonly agent?: string;
  /** What it fails with in the end. */
  readonly failure?: Error;
}

/** A run as the SDK streams it: its items are in `newItems` before their events are read. */
export class ScriptedRun implements StreamedRun<RunStreamEvent> {
  readonly input: readonly object[];
  readonly newItems: RunItem[] = [];
  readonly completed: Promise<void>;
  lastAgent: { readonly name: string };
  cancelled = false;
  readonly #steps: readonly (RunStreamEvent | Meanwhile)[];
  readonly #failure: Error | undefined;
  #over = (): void => undefined;

  constructor(
    input: readonly object[],
    steps: readonly (RunStreamEvent | Meanwhile)[],
    { agent = 'triage', failure }: ScriptedRunOptions = {},
  ) {
    this.input = input;
    this.#steps = steps;
    this.#failure = failure;
    this.lastAgent = { name: agent };
    this.completed = new Promise((resolve, reject) => {
      this.#over = () => (failure === undefined ? resolve() : reject(failure));
    });
    // Who reads the events is told by them.
    this.completed.catch(() => undefined);
  }

  get output(): readonly object[] {
    return this.newItems.filter(({ type }) => type !== 'tool_approval_item').map(({ rawItem }) => rawItem);
  }

  get history(): readonly object[] {
    return [...this.input, ...this.output];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RunStreamEvent> {
    let isLeft = true;
    try {
      for (const step of this.#steps) {
        if (typeof step === 'function') {
          await step();
          continue;
        }
        if (step.type === 'run_item_stream_event') this.newItems.push(step.item);
        if (step.type === 'agent_updated_stream_event') this.lastAgent = step.agent;
        yield step;
      }
      isLeft = false;
      if (this.#failure !== undefined) throw this.#failure;
    } finally {
      if (isLeft) this.cancelled = true;
      this.#over();
    }
  }
}
