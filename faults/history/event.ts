/** How a client reaches a server. */
export type Via = 'HTTP' | 'WebSocket' | 'SSE';

/** A write is asked for; every try of one write has the same value and key. */
interface Invoke {
  readonly kind: 'invoke';
  readonly write: number;
  readonly session: string;
  readonly value: string;
  readonly key: string;
  readonly via: Via;
  readonly server: number;
}

/** The write was acknowledged, with the cursor of its entry. */
interface Ok {
  readonly kind: 'ok';
  readonly write: number;
  readonly cursor: string;
}

/** The write was refused: nothing was written. */
interface Fail {
  readonly kind: 'fail';
  readonly write: number;
  readonly code: string | null;
  readonly retryable: boolean;
}

/** Nobody knows whether it was written: no answer came, or one that says so (`code`). */
interface Info {
  readonly kind: 'info';
  readonly write: number;
  /** `cut` when the connection broke, `timeout` when the client gave up. */
  readonly reason: 'cut' | 'timeout' | 'told';
  readonly code: string | null;
}

/** A session is there; `born` is its log's first cursor. */
interface SessionMade {
  readonly kind: 'session';
  readonly session: string;
  readonly owner: string;
  readonly born: string;
}

/** A subscriber begins, or comes back. */
interface Subscribe {
  readonly kind: 'subscribe';
  readonly subscriber: string;
  readonly session: string;
  readonly user: string;
  /** `"0"`, a cursor, or null for: from now on. */
  readonly after: string | null;
  readonly via: Via;
  readonly server: number;
}

/** Something was delivered. */
interface Delivered {
  readonly kind: 'delivered';
  readonly subscriber: string;
  readonly type: string;
  readonly cursor: string | null;
  /** The text of the message, on `ItemAdded`. */
  readonly value: string | null;
}

/** A subscription was refused, or ended with an error. */
interface Refused {
  readonly kind: 'refused';
  readonly subscriber: string;
  readonly code: string | null;
  readonly retryable: boolean;
}

/** `cut`: its connection broke; `stalled`: it reads nothing from now on; `left`: it does not come back. */
interface SubscriberChange {
  readonly kind: 'cut' | 'stalled' | 'left';
  readonly subscriber: string;
}

/** A query answered with the newest values, in log order. */
interface Read {
  readonly kind: 'read';
  readonly session: string;
  readonly server: number;
  readonly user: string;
  readonly askedAt: number;
  readonly values: readonly string[];
}

/** The whole log as one server shows it when all is over. */
interface Reading {
  readonly kind: 'reading';
  readonly session: string;
  readonly server: number;
  readonly entries: readonly { readonly cursor: string; readonly value: string }[];
}

/** The nemesis did something. */
interface FaultEvent {
  readonly kind: 'fault';
  readonly name: string;
  readonly phase: 'injected' | 'healed';
  /** The store below may have lost its newest writes, which has to be announced. */
  readonly lossy: boolean;
  /** Nobody can write while it lasts, so that time without service does not count. */
  readonly outage: boolean;
}

/** `healed`: no fault is left. `settled`: the time to catch up has passed. */
interface PhaseEvent {
  readonly kind: 'healed' | 'settled';
}

/** What a server's process has taken, beyond what it had at its start. */
interface Memory {
  readonly kind: 'memory';
  readonly server: number;
  readonly bytes: number;
  readonly phase: 'under load' | 'afterwards';
}

/** A server was asked to end, and did; `code` null: by a signal. */
interface Shutdown {
  readonly kind: 'shutdown';
  readonly server: number;
  readonly askedAt: number;
  readonly code: number | null;
}

/** What a server holds while nobody is connected. */
interface Census {
  readonly kind: 'census';
  readonly phase: 'before' | 'afterwards';
  /** Of which thing: descriptors of a server, clients or channels of Redis. */
  readonly what: string;
  readonly count: number;
}

export type Happening =
  | Invoke
  | Ok
  | Fail
  | Info
  | SessionMade
  | Subscribe
  | Delivered
  | Refused
  | SubscriberChange
  | Read
  | Reading
  | FaultEvent
  | PhaseEvent
  | Memory
  | Shutdown
  | Census;

/** `at`: milliseconds of one clock, of the one process that saw everything. */
export type HistoryEvent = Happening & { readonly at: number };

export type EventOf<Kind extends HistoryEvent['kind']> = Extract<HistoryEvent, { readonly kind: Kind }>;
