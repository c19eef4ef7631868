import type { ErrorCode } from '../core/errors.ts';

/** How a request came, and its answer goes. `fetch`: from a program that has the server in its own process. */
export type Transport = 'http' | 'event-stream' | 'multipart' | 'websocket' | 'fetch';

/** What a request asked for; `page`: the console and the playground; `none`: nothing that is here. */
export type Route = 'graphql' | 'health' | 'ready' | 'metrics' | 'page' | 'none';

/** The code of the first error that was told; ABANDONED: the client left before it was answered. */
export type RequestOutcome = 'OK' | 'ABANDONED' | ErrorCode;

/** What became of a request, or of an operation on a WebSocket: nothing of what was sent, and of nobody's secrets. */
export interface RequestSummary {
  readonly requestId: string;
  readonly route: Route;
  readonly transport: Transport;
  /** null: it was refused before that was known. */
  readonly kind: 'query' | 'mutation' | 'subscription' | null;
  /** The name that the client gave the operation, its first 64 characters. */
  readonly operation: string | null;
  /** The operation's first field, such as `addMessage`. */
  readonly field: string | null;
  /** null: it was refused before that was known. */
  readonly caller: 'SERVICE' | 'USER' | null;
  readonly outcome: RequestOutcome;
  /** Of HTTP; null where there is none of its own. */
  readonly status: number | null;
  /** Until the answer was handed to the system; of a subscription, until it ended. */
  readonly durationMs: number;
  /** Of results, without headers and framing. */
  readonly bytes: number;
  /** Results that a subscription was given; null for all others. */
  readonly events: number | null;
}

/** Hears what the transports do. What it does is waited for: it is quick, and never throws. */
export interface RequestObserver {
  /** A request is over. */
  ended(summary: RequestSummary): void;
  /** So many results went to a subscriber. */
  delivered(transport: Transport, count: number): void;
  /** A subscription was accepted (1), or one that was is over (-1). */
  watched(transport: Transport, change: 1 | -1): void;
  /** A WebSocket was opened (1), or closed (-1). */
  connected(change: 1 | -1): void;
  /** A connection was cut whose client took nothing of what waited for it. */
  cut(): void;
}
