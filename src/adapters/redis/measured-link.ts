import { replyCode, tellsOfState } from './errors.ts';
import type { RedisLink } from './link.ts';

/** Hears of what is sent to Redis; it is quick, and never throws. */
export interface LinkMetrics {
  /** Commands were sent together, and their replies came, or did not. */
  roundTrip(outcome: 'ok' | 'refused' | 'failed', durationMs: number): void;
  /** Redis, or a script in it, answered with an error that tells of a fault, by its code. */
  scriptError(code: string): void;
}

/** Codes that are told apart; others are `other`, since whoever writes a script may make any. */
const CODES: ReadonlySet<string> = new Set(['ERR', 'WRONGTYPE', 'NOSCRIPT', 'CROSSSLOT', 'UNKILLABLE']);

/** The same link, with every round trip counted and timed. */
export function measuredLink(link: RedisLink, metrics: LinkMetrics, elapsed: () => number): RedisLink {
  const measured = async <T>(work: Promise<T>): Promise<T> => {
    const begun = elapsed();
    try {
      const reply = await work;
      metrics.roundTrip('ok', elapsed() - begun);
      return reply;
    } catch (error) {
      const code = replyCode(error) ?? replyCode(error instanceof Error ? error.cause : null);
      metrics.roundTrip(code === null ? 'failed' : 'refused', elapsed() - begun);
      if (code !== null && !tellsOfState(code)) metrics.scriptError(CODES.has(code) ? code : 'other');
      throw error;
    }
  };
  return {
    isSpread: link.isSpread,
    run: (key, send) => measured(link.run(key, send)),
    read: (key, send) => measured(link.read(key, send)),
    readEverywhere: (send) => measured(link.readEverywhere(send)),
    isReady: (key) => link.isReady(key),
    close: () => link.close(),
  };
}
