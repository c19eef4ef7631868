import { setTimeout as sleep } from 'node:timers/promises';
import { ask, forEachOf } from './ask.mjs';
import { DIALECTS } from './dialects.mjs';
import { Follower } from './follower.mjs';
import { Latencies } from './latencies.mjs';
import { numberedText, numbersIn } from './numbered-text.mjs';
import { openWriters } from './writers.mjs';

const AT_ONCE = 50;
/** Messages whose time of writing is remembered, of all sessions together. */
const REMEMBERED = 1 << 20;
/** Milliseconds without a delivery after which what is missing counts as lost. */
const PATIENCE = 15_000;
const PROBE_MS = 300;

/**
 * Writers and followers of `sessions`: each session has one writer, or several, each with a lane of its own, and
 * `followers` who follow it. Of each session so many messages are on their way at once as `inFlight` says: the next is
 * written when all followers have enough of those before.
 */
export class Traffic {
  #options;
  #dialect;
  #sessions;
  #lanes;
  #followers = [];
  #clients = [];
  #writers = [];
  #first = 0;
  #fault = null;
  #run = null;

  constructor(options) {
    const { dialect, sessions, writers, prefix = 's' } = options;
    this.#options = { operation: 'append', followers: 0, inFlight: 1, bytes: 500, ...options };
    this.#dialect = DIALECTS[dialect];
    this.#lanes = Math.max(1, Math.floor(writers / sessions));
    this.#sessions = Array.from({ length: sessions }, (_, n) => ({
      id: `${prefix}${n}`,
      written: 0,
      delivered: 0,
      offset: 0,
      draftId: 'd',
      sentAt: new Float64Array(Math.min(1 << 16, Math.ceil(REMEMBERED / sessions))),
    }));
  }

  /** Resolves when every follower has been told something. */
  async open() {
    const { readPort, writePort, followers, transport, writers, writeBy, bytes, operation } = this.#options;
    const fail = (error) => (this.#fault ??= error);
    await forEachOf(this.#sessions, AT_ONCE, (session) => this.#prepare(session));
    const opened = await openWriters({ transport: writeBy, port: writePort, count: writers, onFault: fail });
    this.#writers = opened.map((client, n) => this.#writer(client, n));
    const all = this.#sessions.flatMap((session) => Array.from({ length: followers }, () => session));
    await forEachOf(all, AT_ONCE, async (session) => {
      const follower = new Follower({
        lanes: this.#lanes,
        length: bytes,
        onDelivery: (number, at) => this.#delivered(session, number, at),
      });
      const payload =
        operation === 'piece' ? this.#dialect.followPieces(session.id) : this.#dialect.follow(session.id);
      const onEnd = () => fail(new Error('A follower was cut off.'));
      this.#followers.push({ session, follower });
      this.#clients.push(await follower.open({ transport, port: readPort, payload, onEnd }));
    });
    await this.#join();
  }

  /**
   * Writes for so long, at most `rate` messages a second, and waits until all is delivered.
   * @throws when the server refused something or cut somebody off.
   */
  async run({ seconds, rate = Infinity }) {
    await Promise.all(this.#writers.map(({ client }) => client.ready()));
    const start = performance.now();
    const run = {
      start,
      until: start + seconds * 1_000,
      rate: rate / 1_000,
      written: 0,
      answered: 0,
      delivered: 0,
      lastAt: start,
      answers: new Latencies(),
      deliveries: new Latencies(),
    };
    this.#run = run;
    // What was lost before is not waited for again.
    for (const session of this.#sessions) session.delivered = session.written * this.#options.followers;
    const ticking = Number.isFinite(rate) ? setInterval(() => this.#pump(), 1) : undefined;
    this.#pump();
    const due = () => run.written * this.#options.followers;
    const faults = this.#faults();
    for (;;) {
      await sleep(5);
      this.#checkFaults();
      const now = performance.now();
      if (now < run.until) continue;
      if (run.answered === run.written && run.delivered >= due()) break;
      if (now - run.lastAt > PATIENCE) break;
    }
    clearInterval(ticking);
    const { lost, repeated } = this.#faults();
    return {
      seconds: (run.lastAt - run.start) / 1_000,
      written: run.answered,
      delivered: run.delivered,
      lost: Math.max(lost - faults.lost, due() - run.delivered),
      repeated: repeated - faults.repeated,
      answer: { p50: run.answers.at(0.5), p99: run.answers.at(0.99) },
      delivery: { p50: run.deliveries.at(0.5), p99: run.deliveries.at(0.99) },
    };
  }

  async #prepare(session) {
    const { writePort, operation } = this.#options;
    if (operation === 'newest') return;
    const create = this.#dialect.prepare(session.id);
    if (create !== null) await ask(writePort, create);
    const start = operation === 'piece' ? this.#dialect.startDraft(session.id) : null;
    if (start !== null) session.draftId = this.#dialect.draftIdOf(await ask(writePort, start));
  }

  #writer(client, n) {
    const { sessions, writers } = this.#options;
    const lane = Math.floor(n / sessions);
    const own = this.#sessions.filter((_, s) => s % writers === n % sessions);
    return { client, lane, own, turn: 0, written: new Map(own.map((session) => [session, 0])), busy: false };
  }

  /** Writes what carries no number until everybody has it: nobody says when a subscription has begun. */
  async #join() {
    for (;;) {
      const missing = new Set(
        this.#followers.filter(({ follower }) => !follower.isJoined).map(({ session }) => session),
      );
      this.#checkFaults();
      if (missing.size === 0) break;
      await forEachOf([...missing], AT_ONCE, (session) =>
        ask(this.#options.writePort, this.#payload(session, 0)),
      );
      await sleep(PROBE_MS);
    }
    await sleep(PROBE_MS);
  }

  #payload(session, number) {
    const { operation, bytes, last } = this.#options;
    if (operation === 'newest') return this.#dialect.newest(session.id, last);
    const text = numberedText(number, bytes);
    if (operation === 'append') return this.#dialect.append(session.id, text);
    const { offset } = session;
    session.offset += bytes;
    return this.#dialect.appendPiece(session.id, session.draftId, offset, text);
  }

  #pump() {
    const now = performance.now();
    // Everybody in turn, so that none is idle for so long that its server closes it.
    const { length } = this.#writers;
    const first = this.#first++ % length;
    for (let n = 0; n < length; n++) {
      const writer = this.#writers[(first + n) % length];
      if (!writer.busy) this.#write(writer, now);
    }
  }

  #write(writer, now) {
    const run = this.#run;
    if (now >= run.until) return;
    if (run.written >= (now - run.start) * run.rate) return;
    const session = this.#next(writer);
    if (session === undefined) return;
    const count = writer.written.get(session) + 1;
    writer.written.set(session, count);
    const number = count * this.#lanes + writer.lane;
    // With a rate: when it was due, so that a server which is late is seen to be late.
    const sentAt = Number.isFinite(run.rate) ? run.start + run.written / run.rate : now;
    session.sentAt[number % session.sentAt.length] = sentAt;
    session.written++;
    run.written++;
    writer.busy = true;
    writer.client.ask(this.#payload(session, number), (answer) => {
      this.#check(answer);
      writer.busy = false;
      run.answered++;
      const at = performance.now();
      run.answers.add(at - sentAt);
      run.lastAt = at;
      this.#write(writer, at);
    });
  }

  #next(writer) {
    const { followers, inFlight } = this.#options;
    for (let tried = 0; tried < writer.own.length; tried++) {
      const session = writer.own[writer.turn++ % writer.own.length];
      if (followers === 0 || session.written * followers - session.delivered < inFlight * followers)
        return session;
    }
    return undefined;
  }

  #check(answer) {
    const { operation, last, size } = this.#options;
    if (operation !== 'newest') return;
    const numbers = numbersIn(answer);
    const isRight =
      numbers.length === Math.min(last, size) &&
      numbers.every((n, at) => n === size - numbers.length + at + 1);
    if (!isRight)
      this.#fault ??= new Error(`Asked for the newest ${last} of ${size}, got ${numbers.join()}.`);
  }

  #delivered(session, number, now) {
    const run = this.#run;
    session.delivered++;
    run.delivered++;
    run.lastAt = now;
    run.deliveries.add(now - session.sentAt[number % session.sentAt.length]);
    if (session.delivered % this.#options.followers === 0) this.#pumpSoon();
  }

  #isPumping = false;

  /** Once for all that comes in one turn of the event loop. */
  #pumpSoon() {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  #checkFaults() {
    if (this.#fault !== null)
      throw new Error('The load is not carried as it should be.', { cause: this.#fault });
  }

  #faults() {
    let lost = 0;
    let repeated = 0;
    for (const { follower } of this.#followers) {
      lost += follower.lost;
      repeated += follower.repeated;
    }
    return { lost, repeated };
  }
}
