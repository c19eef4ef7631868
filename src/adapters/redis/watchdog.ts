import type { Clock } from '../../core/clock.ts';
import type { RedisLink } from './link.ts';

/**
 * Replaces the subscriber's connection when Redis does not answer on it: a half-open one would otherwise stay silent for
 * minutes. A PING goes out every second and has until the next to be answered.
 * @returns What ends it.
 */
export function watchConnection({ client }: RedisLink, clock: Clock): () => void {
  let unanswered = false;
  const answered = (): void => {
    unanswered = false;
  };
  return clock.every(1_000, () => {
    if (client.status !== 'ready') {
      unanswered = false;
    } else if (unanswered) {
      // After a busy second of this process the answer may have arrived and not been read: it is, before this runs.
      setImmediate(() => {
        if (unanswered && client.status === 'ready') client.disconnect(true);
        unanswered = false;
      });
    } else {
      unanswered = true;
      // A PING that fails has lost its connection, which is then replaced already.
      client.ping().then(answered, answered);
    }
  });
}
