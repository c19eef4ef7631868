import type { Redis } from 'ioredis';
import type { Clock } from '../../core/clock.ts';

/**
 * Replaces connections to a Redis that does not answer on the first of them: half-open ones would otherwise stay silent
 * for minutes, and one to a process that hangs for as long as it does. A PING goes out every second and has until the
 * next to be answered; a new connection has as long for its greeting.
 * @returns What ends it.
 */
export function watchConnection([client, ...others]: readonly [Redis, ...Redis[]], clock: Clock): () => void {
  let unanswered = false;
  /** Whether the last look found a connection that had yet to be greeted. */
  let greeting = false;
  const replace = (): void => {
    for (const connection of [client, ...others]) {
      if (connection.status === 'ready' || connection.status === 'connect') connection.disconnect(true);
    }
  };
  const answered = (): void => {
    unanswered = false;
  };
  return clock.every(1_000, () => {
    if (client.status !== 'ready') {
      unanswered = false;
      if (greeting && client.status === 'connect') replace();
      greeting = client.status === 'connect';
    } else if (unanswered) {
      // After a busy second of this process the answer may have arrived and not been read: it is, before this runs.
      setImmediate(() => {
        if (unanswered && client.status === 'ready') replace();
        unanswered = false;
      });
    } else {
      unanswered = true;
      greeting = false;
      // A PING that fails has lost its connection, which is then replaced already.
      client.ping().then(answered, answered);
    }
  });
}
