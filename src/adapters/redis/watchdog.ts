import type { Redis } from 'ioredis';
import type { Clock } from '../../core/clock.ts';

/** How often is looked, in milliseconds, and how many looks a PING may be unanswered. */
const LOOK_MS = 500;
const LOOKS = 2;
/** Milliseconds that a new connection has for its greeting. */
const GREETING_MS = 700;

/**
 * Replaces connections to a Redis that does not answer a PING on the first of them within a second: half-open ones would
 * otherwise stay silent for minutes, and those to a process that hangs for as long as it does. To such a process new
 * connections can be made, too: they have to be greeted.
 * @returns What ends it.
 */
export function watchConnection([client, ...others]: readonly [Redis, ...Redis[]], clock: Clock): () => void {
  const clients = [client, ...others];
  /** How many looks ago the PING was sent that is not answered; 0: there is none. */
  let waiting = 0;
  const answered = (): void => {
    waiting = 0;
  };
  const endsGreeting = clients.map(limitGreeting);
  const stop = clock.every(LOOK_MS, () => {
    if (client.status !== 'ready') {
      waiting = 0;
    } else if (waiting === 0) {
      waiting = 1;
      // A PING that fails has lost its connection, which is then replaced already.
      client.ping().then(answered, answered);
    } else if (waiting < LOOKS) {
      waiting++;
    } else {
      // After a busy second of this process the answer may have arrived and not been read: it is, before this runs.
      setImmediate(() => {
        if (waiting === 0 || client.status !== 'ready') return;
        waiting = 0;
        for (const each of clients) if (each.status === 'ready') each.disconnect(true);
      });
    }
  });
  return () => {
    stop();
    for (const end of endsGreeting) end();
  };
}

function limitGreeting(client: Redis): () => void {
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // As above: what has arrived is read before this runs.
      setImmediate(() => {
        if (client.status === 'connect') client.disconnect(true);
      });
    }, GREETING_MS).unref();
  };
  const end = (): void => clearTimeout(timer);
  client.on('connect', begin).on('ready', end).on('close', end);
  return () => {
    end();
    client.off('connect', begin).off('ready', end).off('close', end);
  };
}
