import * as apollo from './apollo.ts';
import { followWithEventSource } from './event-source.ts';
import * as plain from './graphql-ws-and-sse.ts';
import type { FollowOptions } from './session-events.ts';
import * as urql from './urql.ts';

/** Follows a session until the returned function is called. */
type Follow = (options: FollowOptions) => () => void;

/** All front ends by name. */
export const FRONT_ENDS = {
  'Apollo Client over multipart': apollo.followOverMultipart,
  'Apollo Client over WebSocket': apollo.followOverWebSocket,
  'urql over WebSocket': urql.followOverWebSocket,
  'urql over SSE': urql.followOverSse,
  'graphql-ws': plain.followOverWebSocket,
  'graphql-sse': plain.followOverSse,
  EventSource: followWithEventSource,
} as const satisfies Record<string, Follow>;

export type FrontEnd = keyof typeof FRONT_ENDS;
export const FRONT_END_NAMES = Object.keys(FRONT_ENDS) as FrontEnd[];

/** What only browsers have. */
export const IN_BROWSERS_ONLY: FrontEnd = 'EventSource';
