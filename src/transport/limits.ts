import type { DocumentLimits } from '../graphql/document-limits.ts';

/** What the transports bound before the work is done. */
export interface TransportLimits extends DocumentLimits {
  /** Body of a request of a service, and of everybody else, bytes. */
  readonly bodyBytes: number;
  readonly userBodyBytes: number;
  /** Fields that an answer might have, pages as long as they are asked for. */
  readonly answerFields: number;
  /**
   * Texts, keys and values of an answer, or of an event, characters. What the largest request wrote may be asked back, twice
   * over.
   */
  readonly answerCharacters: number;
  /** Milliseconds that a query or a mutation may take. */
  readonly operationMs: number;
  /** Milliseconds in which a connection must send the headers of a request, and a request all of itself. */
  readonly headersMs: number;
  readonly bodyMs: number;
  /** A WebSocket message of a client, bytes. */
  readonly frameBytes: number;
  /** Pings and pongs of a client on one WebSocket, in a second. */
  readonly controlFrames: number;
  /** What may wait in this process for one connection before the next event waits, bytes. */
  readonly bufferedBytes: number;
  /** Milliseconds after which a client that takes nothing of what waits for it is cut. */
  readonly stallMs: number;
  /** Operations that run at once on one WebSocket. */
  readonly operationsPerSocket: number;
  /** Subscriptions, and WebSockets, of one user on this server. */
  readonly subscriptionsPerUser: number;
  readonly socketsPerUser: number;
  /** Operations in a second of one user, and of one service; 0: any number. */
  readonly userRate: number;
  readonly serviceRate: number;
}

export const TRANSPORT_LIMITS: TransportLimits = {
  bodyBytes: 16 * 1024 * 1024,
  userBodyBytes: 2 * 1024 * 1024,
  documentTokens: 6_000,
  documentDefinitions: 50,
  documentDepth: 10,
  documentAliases: 100,
  documentRepeats: 100,
  documentDirectives: 5,
  answerFields: 50_000,
  answerCharacters: 32 * 1024 * 1024,
  operationMs: 15_000,
  headersMs: 5_000,
  bodyMs: 10_000,
  frameBytes: 256 * 1024,
  controlFrames: 50,
  bufferedBytes: 64 * 1024,
  stallMs: 16_000,
  operationsPerSocket: 100,
  subscriptionsPerUser: 200,
  socketsPerUser: 50,
  userRate: 50,
  serviceRate: 0,
};
