import { follow, type Follower, type Transport } from './follow.ts';
import { dataOf } from './graphql-request.ts';
import { SHOWN, WATCH, WatchedSession } from './watched-session.ts';

/** What a watcher begins with: the whole log, or what a query shows. */
export type Beginning = 'the log' | 'a query';

/** A client that watches a session as PROTOCOL has it, over one transport, and knows what a strict one would know. */
export class Watcher {
  readonly transport: Transport;
  readonly session = new WatchedSession();
  /** What did not fit, or what the server refused. */
  readonly faults: unknown[] = [];
  readonly #endpoint: () => string;
  readonly #sessionId: string;
  /** The last that it was told, to see what led to a fault. */
  #heard: unknown[] = [];
  #follower: Follower | undefined;
  #reading: Promise<void> | undefined;

  private constructor(transport: Transport, endpoint: () => string, sessionId: string) {
    this.transport = transport;
    this.#endpoint = endpoint;
    this.#sessionId = sessionId;
  }

  /** The session must exist. */
  static async join(
    transport: Transport,
    endpoint: () => string,
    sessionId: string,
    beginning: Beginning = 'a query',
  ): Promise<Watcher> {
    const watcher = new Watcher(transport, endpoint, sessionId);
    if (beginning === 'the log') watcher.#subscribe();
    else await watcher.#again();
    return watcher;
  }

  get caughtUp(): boolean {
    return this.session.caughtUp;
  }

  get over(): boolean {
    return this.session.over;
  }

  /** Leaves, and comes back to where it was, on whichever server the endpoint is now. */
  async reconnect(): Promise<void> {
    await this.stop();
    if (this.session.over) return;
    if (this.session.lost) await this.#again();
    else this.#subscribe();
  }

  async stop(): Promise<void> {
    await this.#reading;
    const follower = this.#follower;
    this.#follower = undefined;
    await follower?.stop();
  }

  #subscribe(): void {
    this.session.begin();
    this.#heard = [];
    const follower = follow(
      this.transport,
      this.#endpoint(),
      WATCH,
      { sessionId: this.#sessionId, after: this.session.cursor },
      (result) => {
        if (this.#follower === follower) this.#hear(result);
      },
    );
    this.#follower = follower;
    follower.done.then(
      () => {
        if (this.#follower === follower && !this.session.over) this.faults.push('completed without an end');
      },
      (reason: unknown) => {
        if (this.#follower === follower) this.#refused(reason);
      },
    );
  }

  #hear({ data, errors }: any): void {
    this.#heard = [...this.#heard.slice(-9), data?.sessionEvents];
    if (errors !== undefined) return this.#refused(errors);
    // What comes while the session is read again is told once more then.
    if (this.session.lost) return;
    try {
      this.session.take(data.sessionEvents);
    } catch (error) {
      this.faults.push(`${String(error)}, after ${JSON.stringify(this.#heard)}`);
    }
    if (this.session.lost) this.#reading = this.#resync();
    // A log does not tell what the session was called when it was made.
    else if (data.sessionEvents.__typename === 'CaughtUp' && this.session.changes === 0) void this.#know();
  }

  #refused(reason: unknown): void {
    const code = Array.isArray(reason) ? reason[0]?.extensions?.code : undefined;
    if (code === 'NOT_FOUND') this.session.over = true;
    else this.faults.push(reason);
  }

  async #resync(): Promise<void> {
    const follower = this.#follower;
    this.#follower = undefined;
    await follower?.stop();
    await this.#again();
  }

  async #again(): Promise<void> {
    if (await this.#read()) this.#subscribe();
    else this.session.over = true;
  }

  async #read(): Promise<boolean> {
    const shown = await this.#shown();
    if (shown !== null) this.session.read(shown);
    return shown !== null;
  }

  async #know(): Promise<void> {
    const { changes } = this.session;
    const shown = await this.#shown();
    if (shown !== null) this.session.know(shown, changes);
  }

  async #shown(): Promise<any> {
    const query = `query ($id: ID!) { session(id: $id) { ${SHOWN} } }`;
    return (await dataOf(this.#endpoint(), query, { id: this.#sessionId })).session;
  }
}
