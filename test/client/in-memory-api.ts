import type { DraftChannel, Fetch, Item, MessageDraft, MessageRole } from '../../src/client/index.ts';
import { ProtocolServer, type Subscription } from './protocol-server.ts';

interface Variables {
  readonly input: {
    readonly draftId: string;
    readonly idempotencyKey?: string;
    readonly role?: MessageRole;
    readonly agent?: string;
    readonly text?: string;
    readonly item?: { readonly content?: string };
    readonly metadata?: object;
    readonly offset: number;
    readonly channel: DraftChannel;
    readonly keep?: boolean;
  };
  readonly after: string;
  readonly last?: number;
  readonly before?: string | null;
}

export interface InMemoryApi {
  readonly server: ProtocolServer;
  readonly fetch: Fetch;
  /** The appends that were asked for, in order. */
  readonly appends: readonly Variables['input'][];
  /** The drafts that were finished, as they were when they were. */
  readonly finished: readonly MessageDraft[];
  /** Cuts all event streams. */
  cut(): void;
}

class Refusal extends Error {
  readonly extensions: object;

  constructor(code: string, details: object = {}) {
    super(code);
    this.extensions = { code, retryable: false, ...details };
  }
}

/**
 * The API of one session that exists, in memory: what the contract says of drafts, one page of items, and events over
 * server-sent events.
 */
export function inMemoryApi(server: ProtocolServer = new ProtocolServer()): InMemoryApi {
  const appends: Variables['input'][] = [];
  const finished: MessageDraft[] = [];
  const answers = new Map<string, object>();
  const streams = new Set<() => void>();

  const draftOrRefuse = (id: string) => {
    const draft = server.drafts.get(id);
    if (draft === undefined) throw new Refusal('NOT_FOUND');
    return draft;
  };
  const once = (key: string | undefined, write: () => object): object => {
    const answer = (key === undefined ? undefined : answers.get(key)) ?? write();
    if (key !== undefined) answers.set(key, answer);
    return answer;
  };
  const mutations: Readonly<Record<string, (input: Variables['input']) => object>> = {
    startMessage: ({ role = 'ASSISTANT', agent = null, idempotencyKey }) =>
      once(idempotencyKey, () => ({ draft: server.start(role, agent) })),
    appendToMessage: (input) => {
      appends.push(input);
      const { draftId, text = '', offset, channel } = input;
      const draft = draftOrRefuse(draftId);
      const present = draft[channel === 'TEXT' ? 'text' : 'reasoning'];
      if (text === '' || !text.isWellFormed()) throw new Refusal('BAD_USER_INPUT', { path: ['text'] });
      const fits = offset <= present.length && text.startsWith(present.slice(offset, offset + text.length));
      if (!fits) throw new Refusal('CONFLICT', { current: present.length });
      server.write(draftId, text.slice(present.length - offset), channel);
      return { draft: server.drafts.get(draftId) };
    },
    finishMessage: ({ draftId, text, item, metadata = {}, idempotencyKey }) =>
      once(idempotencyKey, () => {
        const draft = draftOrRefuse(draftId);
        const said = text ?? item?.content ?? draft.text;
        if (said.trim() === '') throw new Refusal('BAD_USER_INPUT', { path: ['text'] });
        finished.push(draft);
        return { message: { ...server.finish(draftId, said), metadata } };
      }),
    cancelMessage: ({ draftId, keep = true }) => {
      const draft = draftOrRefuse(draftId);
      if (keep && draft.text.trim() !== '') return { message: server.finish(draftId) };
      server.cancel(draftId);
      return { message: null };
    },
  };

  return {
    server,
    appends,
    finished,
    cut: () => streams.forEach((cut) => cut()),
    async fetch(_url, init) {
      if (typeof init.body !== 'string') throw new TypeError('The client sends text.');
      const { query, variables }: { query: string; variables: Variables } = JSON.parse(init.body);
      if (query.startsWith('subscription')) return eventStream(server, variables.after, streams);
      try {
        if (server.isDeleted) throw new Refusal('NOT_FOUND');
        const [, field = ''] = /^mutation[^{]*\{(\w+)/.exec(query) ?? [];
        if (field === '') return Response.json({ data: { session: pageOf(server, variables) } });
        return Response.json({ data: { [field]: mutations[field]?.(variables.input) } });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return refusal(error.extensions);
      }
    },
  };
}

function refusal(extensions: object): Response {
  return Response.json({ data: null, errors: [{ message: 'Told by a test.', extensions }] });
}

function pageOf(server: ProtocolServer, { last = 50, before }: Variables): object {
  const older = server.items.filter(
    ({ cursor }) => before === undefined || before === null || Number(cursor) < Number(before),
  );
  const nodes: readonly Item[] = older.slice(-last);
  return {
    id: 's',
    cursor: server.end,
    title: 'Kept',
    metadata: { a: 1 },
    currentAgent: null,
    drafts: [...server.drafts.values()],
    items: { nodes, pageInfo: { hasPreviousPage: older.length > nodes.length } },
  };
}

function eventStream(server: ProtocolServer, after: string, streams: Set<() => void>): Response {
  const subscription = server.subscribe(after);
  if (subscription === null) return refusal({ code: 'NOT_FOUND', retryable: false });
  const encoder = new TextEncoder();
  let cut = (): void => undefined;
  const broken = new Promise<'cut'>((resolve) => (cut = () => resolve('cut')));
  streams.add(cut);
  const leave = (): void => {
    subscription.cut();
    streams.delete(cut);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const event = await Promise.race([nextOf(subscription, server), broken]);
        if (event === 'cut') {
          leave();
          controller.error(new TypeError('terminated'));
          return;
        }
        const data = JSON.stringify({ data: { sessionEvents: event } });
        controller.enqueue(encoder.encode(`event: next\ndata: ${data}\n\n`));
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

async function nextOf(subscription: Subscription, server: ProtocolServer) {
  for (;;) {
    const changed = server.changed();
    const event = subscription.next();
    if (event !== null) return event;
    await changed;
  }
}
