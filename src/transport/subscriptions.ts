import { createHash } from 'node:crypto';
import { createSourceEventStream, type ExecutionResult } from 'graphql';
import type { Sink } from '../core/feed/audience.ts';
import { Audiences } from '../core/feed/audiences.ts';
import { Following } from '../core/feed/following.ts';
import { AT_ONCE, type Pace } from '../core/feed/pace.ts';
import type { ReportFault } from '../graphql/errors.ts';
import { checkAnswer } from './answer-size.ts';
import type { Operation } from './operations.ts';
import { Parcel } from './parcel.ts';
import { failure, payloadOf, type Payload } from './payload.ts';
import { sharedVariables } from './shared-variables.ts';

/** A subscription that was accepted. */
export interface Subscription {
  /** Hands over its payloads until the last one, or until `close`; never rejects. */
  deliver(sink: Sink<Parcel>): Promise<void>;
  /** Ends it at once, whatever it waits for; may be called at any time. */
  close(): Promise<void>;
}

/**
 * Runs subscriptions for all transports. Those that ask for the same are executed and written once for each event, and
 * the bytes go to all of them.
 */
export class Subscriptions {
  readonly #audiences: Audiences<Payload, Parcel>;
  readonly #answerCharacters: number;
  readonly #report: ReportFault;

  /**
   * @param answerCharacters What one event may have.
   * @param pace When those are told who follow the same.
   */
  constructor(answerCharacters: number, report: ReportFault, pace: Pace = AT_ONCE) {
    this.#audiences = new Audiences(pace);
    this.#answerCharacters = answerCharacters;
    this.#report = report;
  }

  /** How many groups of subscribers are given payloads of their own. */
  get audiences(): number {
    return this.#audiences.size;
  }

  /** A payload of errors when it is refused; never rejects. */
  async open(operation: Operation): Promise<Subscription | Payload> {
    try {
      const source: unknown = await createSourceEventStream(operation.args);
      if (source instanceof Following) return this.#shared(operation, source);
      if (isEventStream(source)) return this.#single(operation, source);
      const { errors = [] } = source as ExecutionResult;
      return failure(errors, this.#report);
    } catch (error) {
      return failure([error], this.#report);
    }
  }

  #shared(operation: Operation, source: Following<unknown>): Subscription {
    const key = keyOf(operation);
    return {
      deliver: async (sink) => {
        try {
          const render = (event: unknown) => this.#render(operation, event);
          await source.deliver({ audiences: this.#audiences, key, render, open: newParcel, sink });
        } catch (error) {
          sink.write(Parcel.of(failure([error], this.#report)));
        }
      },
      close: async () => void (await source.return()),
    };
  }

  /** One whose events are nobody else's. */
  #single(operation: Operation, source: AsyncIterableIterator<unknown>): Subscription {
    let closed = false;
    return {
      deliver: async (sink) => {
        try {
          for (;;) {
            const event = await source.next();
            if (event.done === true || closed) return;
            const payload = await this.#render(operation, event.value);
            // Its id may be another subscription's by now.
            if (closed) return;
            if (!sink.write(Parcel.of(payload))) await sink.ready();
          }
        } catch (error) {
          if (!closed) sink.write(Parcel.of(failure([error], this.#report)));
        } finally {
          await source.return?.();
        }
      },
      close: async () => {
        closed = true;
        await source.return?.();
      },
    };
  }

  #render(operation: Operation, event: unknown): Payload | Promise<Payload> {
    const result = operation.execute(event);
    const cursor = cursorOf(event);
    return result instanceof Promise
      ? result.then((settled) => this.#written(settled, cursor))
      : this.#written(result, cursor);
  }

  /** An event that is too large is told of in its place: what comes after it may be smaller. */
  #written(result: ExecutionResult, cursor: string | null): Payload {
    try {
      checkAnswer(result, this.#answerCharacters);
    } catch (error) {
      return failure([error], this.#report, cursor);
    }
    return payloadOf(result, this.#report, cursor);
  }
}

/** What subscribers have in common who are written the same bytes; short, however long that is. */
function keyOf({ source, args }: Operation): string {
  const common = JSON.stringify([source, args.operationName, sharedVariables(args)]);
  return createHash('sha256').update(common).digest('base64');
}

/** What the source of a subscription is when it was accepted. */
export function isEventStream(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}

/** Events of a session, and messages, say where they stand. */
function cursorOf(event: unknown): string | null {
  const has = typeof event === 'object' && event !== null && 'cursor' in event;
  return has && typeof event.cursor === 'string' ? event.cursor : null;
}

function newParcel(): Parcel {
  return new Parcel();
}
