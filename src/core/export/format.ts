import type { JsonObject } from '../json.ts';

/*
 * An export is JSON Lines: a header, then the sessions one after another, then a line that says that it is whole. Of a
 * session comes its line, then its items in the order of the log, then a line that ends it. A session's line that comes
 * before the end of the session before takes that one's place: the session was changed while it was read.
 */

/** The version of the format that is written; others are not read. */
export const EXPORT_FORMAT = 'agent-sessions';
export const EXPORT_VERSION = 1;

/** The first line. Times are RFC 3339, UTC, milliseconds. */
export interface ExportHeader {
  readonly format: typeof EXPORT_FORMAT;
  readonly version: typeof EXPORT_VERSION;
  readonly exportedAt: string;
}

export interface SessionLine {
  readonly session: {
    readonly id: string;
    readonly userId: string;
    readonly title: string | null;
    readonly metadata: JsonObject;
    /** Seconds. */
    readonly expiresAfter: number | null;
    readonly maxItems: number | null;
    readonly currentAgent: string | null;
    readonly agentsUsed: readonly string[];
    readonly messageCount: number;
    readonly itemCount: number;
    readonly createdAt: string;
    readonly updatedAt: string;
  };
}

export interface ItemLine {
  readonly item: {
    /** Its id where it comes from; it gets another one where it is brought in. */
    readonly id: string;
    readonly createdAt: string;
    readonly dialect: 'AGENTS_JS' | 'RESPONSES';
    readonly agent: string | null;
    readonly toolName: string | null;
    readonly status: 'COMPLETED' | 'INTERRUPTED';
    readonly derived: boolean;
    readonly handoff: boolean;
    readonly metadata: JsonObject;
    /** As it was written. */
    readonly raw: JsonObject;
  };
}

/** The end of a session, with its number of items; and that of the file, with its number of sessions. */
export type EndLine = { readonly end: { readonly items: number } | { readonly sessions: number } };
