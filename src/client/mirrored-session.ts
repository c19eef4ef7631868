import type { JsonObject } from './session-info.ts';

/** What of a session a run reads. */
interface History {
  getSessionId(): Promise<string>;
  getItems<Item extends object>(limit?: number): Promise<Item[]>;
}

/** A session as a run that is mirrored sees it: its history can be read, and what the run writes the mirror writes. */
export class MirroredSession {
  readonly #history: History;

  /** Use `AgentSession.forMirror`. */
  constructor(history: History) {
    this.#history = history;
  }

  getSessionId(): Promise<string> {
    return this.#history.getSessionId();
  }

  getItems<Item extends object = JsonObject>(limit?: number): Promise<Item[]> {
    return this.#history.getItems<Item>(limit);
  }

  async addItems(_items: readonly object[]): Promise<void> {}

  async popItem(): Promise<undefined> {}

  async clearSession(): Promise<void> {}
}
