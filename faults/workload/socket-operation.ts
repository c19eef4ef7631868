import { answerOf, type Answer } from './answer.ts';
import type { Asked } from './http.ts';
import { LostAnswerError } from './lost-answer.ts';
import { Socket } from './socket.ts';

/** Asks one operation at a time over WebSockets, one connection for each server, made again when it breaks. */
export class SocketOperations {
  readonly #sockets = new Map<string, Promise<Socket>>();

  /** @throws LostAnswerError */
  async ask({ endpoint, query, variables, token, patienceMs }: Asked): Promise<Answer> {
    const socket = await this.#socketTo(endpoint, token, patienceMs);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new LostAnswerError('timeout')), patienceMs);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        act();
      };
      void socket.closed.then(() => settle(() => reject(new LostAnswerError('cut'))));
      socket.subscribe(query, variables, {
        next: (payload) => settle(() => resolve(answerOf(payload))),
        error: (errors) => settle(() => resolve(answerOf({ data: null, errors }))),
        complete: () => undefined,
      });
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.values()) (await socket.catch(() => null))?.terminate();
  }

  async #socketTo(endpoint: string, token: string | null, patienceMs: number): Promise<Socket> {
    const present = this.#sockets.get(endpoint);
    const opening = present ?? Socket.open(endpoint, token, patienceMs);
    if (present === undefined) this.#sockets.set(endpoint, opening);
    const forget = (): void => {
      if (this.#sockets.get(endpoint) === opening) this.#sockets.delete(endpoint);
    };
    try {
      const socket = await opening;
      if (present === undefined) void socket.closed.then(forget);
      return socket;
    } catch (cause) {
      forget();
      throw new LostAnswerError('cut', { cause });
    }
  }
}
