import type { Clock } from '../../core/clock.ts';
import type { Rate, RateStore, Wanted } from '../../core/rates.ts';

interface Bucket {
  filled: number;
  at: number;
}

/** Callers that are remembered: the bucket that was not asked for the longest time is forgotten first, and full again. */
const REMEMBERED = 10_000;

/** The rates of one process. */
export function createMemoryRates(clock: Clock): RateStore {
  const buckets = new Map<string, Bucket>();
  return {
    async lease(caller: string, { least, most }: Wanted, { perSecond, burst }: Rate) {
      const now = clock.now();
      const { filled, at } = buckets.get(caller) ?? { filled: burst, at: now };
      const present = Math.min(burst, filled + (Math.max(0, now - at) / 1_000) * perSecond);
      const granted = present < least ? 0 : Math.min(most, Math.floor(present));
      buckets.delete(caller);
      buckets.set(caller, { filled: present - granted, at: now });
      if (buckets.size > REMEMBERED) {
        const [oldest] = buckets.keys();
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return { granted, waitMs: granted > 0 ? 0 : Math.ceil(((least - present) / perSecond) * 1_000) };
    },
    async forget(caller) {
      buckets.delete(caller);
    },
  };
}
