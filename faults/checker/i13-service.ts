import type { Invariant, Judged } from './judged.ts';

export const service: Invariant = {
  name: 'I13',
  says: 'the longest time without an acknowledged write stays below the target, beyond what the faults last',
  breaches: (history) => {
    const longest = longestNoService(history);
    return longest > history.promises.noServiceMs
      ? [`no write was acknowledged for ${Math.round(longest)} ms beyond the faults`]
      : [];
  },
};

/** Milliseconds; time during which nobody can write does not count. */
export function longestNoService({ events, writes }: Judged): number {
  const begin = writes[0]?.firstInvokedAt ?? 0;
  const end = writes.at(-1)?.firstInvokedAt ?? 0;
  const served = events
    .flatMap((event) => (event.kind === 'ok' ? event.at : []))
    .filter((at) => at >= begin && at <= end);
  const times = [begin, ...served, end];
  const faults = outages(events);
  let longest = 0;
  let from = 0;
  for (const [n, until] of times.entries()) {
    const since = times[n - 1];
    if (since === undefined) continue;
    while ((faults[from]?.until ?? Infinity) < since) from++;
    let free = until - since;
    for (let f = from; f < faults.length; f++) {
      const fault = faults[f];
      if (fault === undefined || fault.since > until) break;
      free -= Math.max(0, Math.min(until, fault.until) - Math.max(since, fault.since));
    }
    longest = Math.max(longest, free);
  }
  return longest;
}

/** When nobody could write, without overlap, in order. */
function outages(events: Judged['events']): { readonly since: number; readonly until: number }[] {
  const times: { since: number; until: number }[] = [];
  let open = 0;
  let since = 0;
  for (const event of events) {
    if (event.kind !== 'fault' || !event.outage) continue;
    if (event.phase === 'injected') {
      if (open++ === 0) since = event.at;
    } else if (--open === 0) times.push({ since, until: event.at });
  }
  if (open > 0) times.push({ since, until: Infinity });
  return times;
}
