import { useEffect } from 'react';
import { Observable, useObservable } from './observable.ts';

/** The minute that it is: what says how long ago something was is rendered again when it changes. */
const minute = new Observable(Math.floor(Date.now() / 60_000));

export function useMinute(): number {
  useEffect(() => {
    const timer = setInterval(() => minute.set(Math.floor(Date.now() / 60_000)), 5_000);
    return () => clearInterval(timer);
  }, []);
  return useObservable(minute);
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** As short as lists need it: `now`, `5m`, `3h`, `Tue`, `4 Nov`, `Nov 2024`. */
export function shortAgo(at: string, now: number = Date.now()): string {
  const then = new Date(at);
  const seconds = (now - then.getTime()) / 1_000;
  if (seconds < 60) return 'now';
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`;
  if (seconds < 6 * 86_400) return then.toLocaleDateString(undefined, { weekday: 'short' });
  const sameYear = then.getFullYear() === new Date(now).getFullYear();
  return then.toLocaleDateString(
    undefined,
    sameYear ? { day: 'numeric', month: 'short' } : { month: 'short', year: 'numeric' },
  );
}

/** For screen readers: `5 minutes ago`. */
export function longAgo(at: string, now: number = Date.now()): string {
  const seconds = (now - new Date(at).getTime()) / 1_000;
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return format.format(-Math.floor(seconds / size), unit);
  }
  return 'just now';
}

/** `14:05` */
export function clockTime(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

/** `Today`, `Yesterday`, `Tuesday, 25 November 2025` */
export function wholeDay(at: string, now: number = Date.now()): string {
  const days = Math.round((midnight(now) - midnight(new Date(at).getTime())) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return new Date(at).toLocaleDateString(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
