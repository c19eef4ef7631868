import type { Happening, HistoryEvent } from '../../faults/history/event.ts';

/** A history by hand: one session `s` of `alice`, whose log holds the given values at cursors that are called `@value`. */
export function handmade(values: readonly string[], happenings: readonly Happening[]): HistoryEvent[] {
  const all: Happening[] = [
    { kind: 'session', session: 's', owner: 'alice', born: '@' },
    ...happenings,
    reading(values),
  ];
  return all.map((happening, n) => ({ ...happening, at: n * 10 }));
}

export function reading(values: readonly string[], server = 0): Happening {
  const entries = values.map((value) => ({ cursor: `@${value}`, value }));
  return { kind: 'reading', session: 's', server, entries };
}

let writes = 0;

/** A write of a value, and what became of it: `ok` at the value's cursor, or at another; `fail`; `info`. */
export function wrote(value: string, outcome: 'ok' | 'fail' | 'info' | `@${string}` = 'ok'): Happening[] {
  const { invoke, end } = write(value, outcome);
  return [invoke, end];
}

/** The two parts of a write apart. */
export function write(value: string, outcome: 'ok' | 'fail' | 'info' | `@${string}` = 'ok', id = ++writes) {
  const invoke: Happening = {
    kind: 'invoke',
    write: id,
    session: 's',
    value,
    key: `key of ${value}`,
    via: 'HTTP',
    server: 0,
  };
  return { id, invoke, end: endOf(id, value, outcome) };
}

function endOf(id: number, value: string, outcome: string): Happening {
  switch (outcome) {
    case 'fail':
      return { kind: 'fail', write: id, code: 'CONFLICT', retryable: false };
    case 'info':
      return { kind: 'info', write: id, reason: 'cut', code: null };
    default:
      return { kind: 'ok', write: id, cursor: outcome === 'ok' ? `@${value}` : outcome };
  }
}

export function subscribed(after: string | null = '0', subscriber = 'reader', user = 'alice'): Happening {
  return { kind: 'subscribe', subscriber, session: 's', user, after, via: 'WebSocket', server: 0 };
}

export function met(...values: readonly string[]): Happening[] {
  return values.map((value) => ({
    kind: 'delivered',
    subscriber: 'reader',
    type: 'ItemAdded',
    cursor: `@${value}`,
    value,
  }));
}

export function told(type: 'CaughtUp' | 'ResyncRequired', cursor: string): Happening {
  return { kind: 'delivered', subscriber: 'reader', type, cursor, value: null };
}

export function lost(phase: 'injected' | 'healed' = 'healed'): Happening {
  return { kind: 'fault', name: 'lost tail', phase, lossy: true, outage: false };
}
