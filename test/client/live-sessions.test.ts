import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  initialTranscript,
  reduceTranscript,
  type AgentSession,
  type AgentSessions,
  type SessionEvent,
  type Transcript,
  type TranscriptState,
} from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis-server.ts';
import { startApp } from '../support/running-app.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { faultyFetch, type Fault } from './faulty-fetch.ts';
import { came, says, ScriptedRun, thinks } from './scripted-run.ts';
import { assistant, call, result, user } from './sdk-items.ts';

const QUICK = { retries: 1000, wait: () => new Promise<void>((resolve) => void setTimeout(resolve, 10)) };

interface Store {
  readonly url: string;
  /** What else may break than the ways of clients to the server. */
  readonly faults: Readonly<Record<string, () => unknown>>;
  stop(): Promise<void>;
}

async function sqliteStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'live-'));
  return {
    url: `sqlite:${join(folder, 'sessions.db')}`,
    faults: {},
    stop: () => rm(folder, { recursive: true }),
  };
}

async function redisStore(): Promise<Store> {
  const redis = await startRedis({ appendonly: true });
  const proxy = await startProxy(redis.port);
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    faults: {
      'the connections to Redis are cut': () => proxy.cut(),
      'an answer of Redis is lost': () => proxy.cutAtNextReply(),
      'Redis closes all connections': async () => {
        for (const type of ['normal', 'pubsub']) await redis.cli('CLIENT', 'KILL', 'TYPE', type);
      },
      'Redis is killed and started again': () => redis.restart(),
    },
    async stop() {
      await proxy.stop();
      await redis.stop();
    },
  };
}

/** A server with clients that write by one way and read by another. */
class World {
  readonly #store: Store;
  readonly #port: string;
  readonly #ways: readonly TcpProxy[];
  /** By a way that always works. */
  readonly url: string;
  readonly writers: AgentSessions;
  readonly readers: AgentSessions;
  #server: Awaited<ReturnType<typeof startApp>>;

  static async open(store: Store): Promise<World> {
    const server = await startApp({ STORE_URL: store.url });
    const { port } = new URL(server.url);
    return new World(store, server, await startProxy(Number(port)), await startProxy(Number(port)));
  }

  private constructor(
    store: Store,
    server: Awaited<ReturnType<typeof startApp>>,
    writing: TcpProxy,
    reading: TcpProxy,
  ) {
    this.#store = store;
    this.#server = server;
    this.url = server.url;
    this.#port = new URL(server.url).port;
    this.#ways = [writing, reading];
    this.writers = connect({ url: `http://127.0.0.1:${writing.port}`, retry: QUICK });
    this.readers = connect({ url: `http://127.0.0.1:${reading.port}`, retry: QUICK });
  }

  async break(what: string): Promise<void> {
    const [writing, reading] = this.#ways;
    const own: Readonly<Record<string, () => unknown>> = {
      nothing: () => undefined,
      'connections are cut': () => this.#ways.forEach((way) => way.cut()),
      'an answer to the writer is lost': () => writing?.cutAtNextReply(),
      'events are lost on their way': () => reading?.cutAtNextReply(),
      'the server is started again': async () => {
        await this.#server.stop();
        this.#server = await startApp({ STORE_URL: this.#store.url, PORT: this.#port });
      },
    };
    await (own[what] ?? this.#store.faults[what])?.();
  }

  async close(): Promise<void> {
    await Promise.all(this.#ways.map((way) => way.stop()));
    await this.#server.stop();
    await this.#store.stop();
  }
}

/** Someone who shows a session, by its events or by a transcript. */
interface Reader {
  readonly state: TranscriptState;
  stop(): Promise<void>;
}

function reading(session: AgentSession): Reader & { readonly events: readonly SessionEvent[] } {
  const following = session.events({ after: '0' });
  const events: SessionEvent[] = [];
  let state = initialTranscript({ cursor: '0', items: [] });
  const running = (async () => {
    for await (const event of following) {
      events.push(event);
      state = reduceTranscript(state, event);
    }
  })();
  return {
    events,
    get state() {
      return state;
    },
    async stop() {
      await following.return();
      await running;
    },
  };
}

async function showing(session: AgentSession): Promise<Reader> {
  const transcript: Transcript = await session.transcript();
  return {
    get state() {
      return transcript.state;
    },
    stop: () => transcript.close(),
  };
}

const COMMON = [
  'nothing',
  'connections are cut',
  'an answer to the writer is lost',
  'events are lost on their way',
  'the server is started again',
];
const OF_REDIS = [
  'the connections to Redis are cut',
  'an answer of Redis is lost',
  'Redis closes all connections',
  'Redis is killed and started again',
];
const PIECES = ['Hel', 'lo, ', '\u{1F600}', 'Ada', '. How are', ' you?'];

describe.each([
  ['SQLite', sqliteStore, COMMON],
  ['Redis', redisStore, [...COMMON, ...OF_REDIS]],
])('what is written while others read, on %s', (_name, openStore, faults) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(await openStore());
  });
  afterAll(() => world.close());

  const readers: Reader[] = [];
  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.stop()));
  });
  /** All show what is being written, and nothing else. */
  const allShowDrafts = (...drafts: readonly object[]) =>
    eventually(() => {
      for (const { state } of readers) expect(state.drafts).toMatchObject(drafts);
    });
  const allShowItems = (...items: readonly object[]) =>
    eventually(() => {
      for (const { state } of readers) expect(state.items).toMatchObject(items);
    });

  /** Each draft that was told of, as it grew, piece by piece without a gap. */
  const textsOf = (events: readonly SessionEvent[]): string[] => {
    const texts = new Map<string, string>();
    for (const event of events) {
      if (event.__typename === 'DraftStarted') texts.set(event.draft.id, event.draft.text);
      if (event.__typename !== 'DraftAppended' || event.channel !== 'TEXT') continue;
      const before = texts.get(event.draftId) ?? '';
      expect(event.offset).toBe(before.length);
      texts.set(event.draftId, before + event.text);
    }
    return [...texts.values()];
  };

  it.each(faults)('is read once and whole by all, early and late, when %s', async (fault) => {
    const session = await world.writers.create();
    const id = await session.getSessionId();
    const asReader = (): AgentSession => world.readers.session(id);
    const first = reading(asReader());
    readers.push(first, await showing(asReader()));

    await world.break(fault);
    const draft = await session.startMessage({ agent: 'triage' });
    draft.appendReasoning('A greeting');
    let text = '';
    for (const piece of PIECES) {
      await world.break(fault);
      draft.append(piece);
      text += piece;
      await allShowDrafts({ id: draft.id, text, reasoning: 'A greeting' });
      // Whoever comes now is told what was said.
      if (piece === 'Ada') readers.push(await showing(asReader()), reading(asReader()));
    }
    await world.break(fault);
    const message = await draft.finish();
    expect(message).toMatchObject({ text, agent: 'triage', status: 'COMPLETED' });

    const other = await session.startMessage();
    other.append('Never mi');
    await allShowDrafts({ text: 'Never mi' });
    await world.break(fault);
    expect(await other.cancel()).toMatchObject({ text: 'Never mi', status: 'INTERRUPTED' });
    await allShowItems(
      { __typename: 'Handoff' },
      { __typename: 'Reasoning' },
      { id: message.id, finishesDraft: draft.id },
      { text: 'Never mi', finishesDraft: other.id },
    );
    await allShowDrafts();
    expect(textsOf(first.events)).toEqual([text, 'Never mi']);
  });

  it('is finished once when no answer came, and the same call is made again', async () => {
    const way = faultyFetch(fetch);
    const tries = { retries: 2, wait: async () => undefined };
    const session = connect({ url: world.url, fetch: way.fetch, retry: tries }).session();
    const reader = reading(world.readers.session(await session.getSessionId()));
    readers.push(reader);
    const lost = Array.from({ length: 3 }, (): Fault => ({ kind: 'reply lost' }));
    const draft = await session.startMessage();
    draft.append('Hello');
    await allShowDrafts({ text: 'Hello' });
    way.next(...lost);
    await expect(draft.finish()).rejects.toMatchObject({ code: 'NETWORK_ERROR', retryable: true });
    expect(await draft.finish()).toMatchObject({ text: 'Hello' });

    // With a key of its own also by another process, which knows the draft by its id.
    const other = await session.startMessage({ idempotencyKey: 'begun' });
    const again = await session.startMessage({ idempotencyKey: 'begun' });
    expect(again.id).toBe(other.id);
    expect(await other.finish({ text: 'Bye', idempotencyKey: 'finished' })).toMatchObject({ text: 'Bye' });
    const once = await again.finish({ text: 'Bye', idempotencyKey: 'finished' });
    await allShowItems({ text: 'Hello' }, { id: once.id });
    await allShowDrafts();
  });

  it.each(faults)('is a run that is mirrored, and holds all of it once, when %s', async (fault) => {
    const session = await world.writers.create();
    const id = await session.getSessionId();
    readers.push(reading(world.readers.session(id)), await showing(world.readers.session(id)));
    const isBroken = () => world.break(fault);
    const isShown = (text: string) => () => allShowDrafts({ text });
    const isStored = (count: number) => () =>
      eventually(() => {
        for (const { state } of readers) expect(state.items).toHaveLength(count);
      });
    const [first, last] = [assistant('Let me look.', 'msg_1'), assistant('It rains.', 'msg_2')];
    const run = new ScriptedRun(
      [user('Hi')],
      [
        isBroken,
        thinks('Hm'),
        says('Let me', 'msg_1'),
        isShown('Let me'),
        isBroken,
        says(' look.', 'msg_1'),
        isShown('Let me look.'),
        isBroken,
        came(first),
        came(call('call_1')),
        isStored(4),
        isBroken,
        came(result('call_1')),
        isStored(5),
        says('It', 'msg_2'),
        isBroken,
        says(' rains.', 'msg_2'),
        came(last),
      ],
    );
    await session.mirror(run);
    expect(await session.getItems()).toEqual(run.history);
    await allShowItems(
      { role: 'USER' },
      { to: 'triage' },
      { raw: first },
      { callId: 'call_1' },
      { callId: 'call_1' },
      { raw: last },
    );
    await allShowDrafts();
  });
});
