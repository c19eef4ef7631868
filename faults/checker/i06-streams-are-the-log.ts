import type { EventOf } from '../history/event.ts';
import type { FinalLog } from '../history/final-log.ts';
import type { Stream } from '../history/stream.ts';
import type { Invariant, Judged } from './judged.ts';

export const streamsAreTheLog: Invariant = {
  name: 'I6',
  says: 'what a subscriber meets, joined over its reconnects, is the log from its cursor on; a loss is announced first',
  breaches: (history) =>
    history.streams.flatMap((stream) =>
      wayOf(history, stream).breaches.map((breach) => `${stream.subscriber} ${breach}`),
    ),
};

/** What a stream came to: how many entries it missed and met again, and what is wrong with it. */
export function wayOf(
  history: Judged,
  stream: Stream,
): { readonly gaps: number; readonly repeats: number; readonly breaches: readonly string[] } {
  const log = history.logs.get(stream.session);
  if (log === undefined) return { gaps: 0, repeats: 0, breaches: [] };
  const way = new Way(log, (at) => isUnsettled(history, at));
  for (const event of stream.events) {
    if (event.kind === 'subscribe') way.begin(event);
    else if (event.kind === 'delivered') way.meet(event);
  }
  return way;
}

/** While a failover goes on, two masters may be asked, and the one does not know what the other has. */
function isUnsettled({ losses, promises: { failoverNoticeMs } }: Judged, at: number): boolean {
  return losses.some(({ from, to }) => from - failoverNoticeMs <= at && at <= to + failoverNoticeMs);
}

/** A subscriber's way through the final log. */
class Way {
  readonly breaches: string[] = [];
  gaps = 0;
  repeats = 0;
  readonly #log: FinalLog;
  readonly #isUnsettled: (at: number) => boolean;
  /** Where the last entry stands that it met; null: not known yet. */
  #place: number | null = null;
  /** Something that it holds is not in the log, and it was not told yet. */
  #holdsLost = false;
  #begun = false;

  constructor(log: FinalLog, isUnsettled: (at: number) => boolean) {
    this.#log = log;
    this.#isUnsettled = isUnsettled;
  }

  begin({ after }: EventOf<'subscribe'>): void {
    if (this.#begun) return;
    this.#begun = true;
    if (after === '0') this.#place = -1;
    else if (after !== null) {
      this.#place = this.#log.placeOf.get(after) ?? null;
      this.#holdsLost = this.#place === null;
    }
  }

  meet({ type, cursor, value, at }: EventOf<'delivered'>): void {
    if (cursor === null) return;
    const place = this.#log.placeOf.get(cursor);
    if (type === 'ResyncRequired') this.#resync(place, at);
    else if (type === 'CaughtUp') this.#caughtUp(place, cursor);
    else if (type === 'ItemAdded') this.#item(place, value ?? '');
  }

  #resync(place: number | undefined, at: number): void {
    if (!this.#holdsLost && this.#place !== null && !this.#isUnsettled(at)) {
      this.breaches.push('was told of a loss though the log has all that it met');
    }
    this.#holdsLost = false;
    this.#place = place ?? null;
  }

  #caughtUp(place: number | undefined, cursor: string): void {
    if (place === undefined) {
      this.#holdsLost = true;
      return;
    }
    if (this.#holdsLost) this.breaches.push(`was told of ${cursor} before it was told of a loss`);
    else if (this.#place !== null && place > this.#place) {
      this.gaps += place - this.#place;
      this.breaches.push(
        `missed ${this.#log.entries[this.#place + 1]?.value} and was told that it has caught up`,
      );
    }
    this.#holdsLost = false;
    this.#place = Math.max(place, this.#place ?? place);
  }

  #item(place: number | undefined, value: string): void {
    if (place === undefined) {
      this.#holdsLost = true;
      return;
    }
    if (this.#log.entries[place]?.value !== value) {
      this.breaches.push(`met ${value} where the log has ${this.#log.entries[place]?.value}`);
    }
    if (this.#holdsLost) {
      this.breaches.push(`met ${value} before it was told of a loss`);
      this.#holdsLost = false;
    } else if (this.#place !== null && place <= this.#place) {
      this.repeats++;
      this.breaches.push(`met ${value} again`);
      return;
    } else if (this.#place !== null && place > this.#place + 1) {
      this.gaps += place - this.#place - 1;
      this.breaches.push(`missed ${this.#log.entries[this.#place + 1]?.value} before ${value}`);
    }
    this.#place = place;
  }
}
