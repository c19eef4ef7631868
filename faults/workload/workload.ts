import { SERVICE } from '../checker/i10-no-foreign-data.ts';
import { askOverHttp } from './http.ts';
import { HABITS } from './habits.ts';
import { CREATE, CREATED } from './operations.ts';
import { keepReading } from './query-reader.ts';
import { Subscriber } from './subscriber.ts';
import { endpointOf, tokenOf, type World } from './world.ts';
import { Writer } from './writer.ts';

export interface WorkloadOptions {
  readonly sessions: number;
  readonly writers: number;
  /** How many subscribers of each habit a session has. */
  readonly crowd: number;
  /** Milliseconds between two writes of a writer. */
  readonly paceMs: number;
}

/** Makes the sessions of a run, each of a user of its own. */
export async function makeSessions(
  world: Omit<World, 'sessions'>,
  count: number,
): Promise<World['sessions']> {
  const { recorder } = world;
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const session = `session-${n}`;
      // Where nobody is asked who it is there is one user.
      const owner = world.tokens === null ? 'local' : `user-${n}`;
      const answer = await askOverHttp({
        endpoint: endpointOf({ ...world, sessions: [] }, 0),
        query: CREATE,
        variables: { input: { id: session, userId: owner } },
        token: tokenOf({ ...world, sessions: [] }, SERVICE),
        patienceMs: 5_000,
      });
      const { cursor: born } = CREATED.parse(answer.data).createSession.session;
      recorder.record({ kind: 'session', session, owner, born });
      return { id: session, owner };
    }),
  );
}

/** Writers, subscribers of every habit, queries, and a stranger. */
export class Workload {
  readonly writers: readonly Writer[];
  readonly subscribers: readonly Subscriber[];
  readonly #world: World;
  readonly #strangers: readonly Subscriber[];
  #areQueriesOver = false;
  #isUnrestOver = false;
  #queries: Promise<unknown> = Promise.resolve();
  #unrest: Promise<unknown> = Promise.resolve();

  constructor(world: World, { writers, crowd, paceMs }: WorkloadOptions) {
    this.#world = world;
    const { sessions, endpoints } = world;
    this.writers = Array.from({ length: writers }, (_, n) => {
      const via = n % 3 === 2 ? 'WebSocket' : 'HTTP';
      return new Writer(world, { name: `w${n}`, via, paceMs });
    });
    let count = 0;
    const subscriber = (name: string, session: string, user: string, after: '0' | null): Subscriber => {
      const n = count++;
      return new Subscriber(world, {
        name: `${name}-${n}`,
        session,
        user,
        via: n % 2 === 0 ? 'WebSocket' : 'SSE',
        server: Math.floor(n / 2) % endpoints.length,
        after,
      });
    };
    this.subscribers = sessions.flatMap(({ id, owner }) =>
      HABITS.flatMap(({ name, after }) =>
        Array.from({ length: crowd }, () => subscriber(name, id, owner, after)),
      ),
    );
    this.#strangers = sessions
      .slice(0, world.tokens === null ? 0 : 2)
      .map(({ id }) => subscriber('stranger', id, 'mallory', '0'));
  }

  start(): void {
    for (const writer of this.writers) writer.start();
    const isOver = (): boolean => this.#isUnrestOver;
    const crowd = this.subscribers.length / this.#world.sessions.length / HABITS.length;
    this.#unrest = Promise.all(
      this.subscribers.map(async (subscriber, n) => {
        const { habit } = HABITS[Math.floor(n / crowd) % HABITS.length] ?? {};
        await habit?.(subscriber, this.#world, isOver);
      }),
    );
    for (const stranger of this.#strangers) stranger.come();
    const areOver = (): boolean => this.#areQueriesOver;
    this.#queries = Promise.all([
      keepReading(this.#world, areOver, null),
      keepReading(this.#world, areOver, null),
      ...(this.#world.tokens === null ? [] : [keepReading(this.#world, areOver, 'mallory')]),
    ]);
  }

  /** Subscribers stay from now on; resolves when each has come. */
  async calm(): Promise<void> {
    this.#isUnrestOver = true;
    await this.#unrest;
    for (const subscriber of this.subscribers) subscriber.come();
  }

  /** Resolves when each write is known, or given up. */
  async stopWriting(): Promise<void> {
    await Promise.all(this.writers.map((writer) => writer.stop()));
  }

  /** Everybody leaves; what is still under way when a run fails is given up. */
  async stop(): Promise<void> {
    this.#areQueriesOver = true;
    this.#isUnrestOver = true;
    await this.#unrest;
    await Promise.all([this.#queries, this.stopWriting()]);
    await Promise.all([
      ...this.subscribers.map((subscriber) => subscriber.go()),
      ...this.#strangers.map((stranger) => stranger.leave()),
    ]);
  }
}
