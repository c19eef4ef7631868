import type { Clock } from '../../core/clock.ts';
import type { Credential } from './credential.ts';

interface Watched {
  readonly credential: Credential;
  readonly onEnd: () => void;
}

/** Milliseconds between looks: what a token's end costs at most. */
const LOOK_MS = 1_000;

/** Ends what goes on longer than the token that began it. */
export class CredentialWatch {
  readonly #clock: Clock;
  readonly #watched = new Set<Watched>();
  #stop: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `onEnd` once, within two seconds of the token's end, unless the returned function is called before. */
  watch(credential: Credential, onEnd: () => void): () => void {
    const watched = { credential, onEnd };
    this.#watched.add(watched);
    this.#stop ??= this.#clock.every(LOOK_MS, () => this.#look());
    return () => this.#forget(watched);
  }

  #look(): void {
    const now = this.#clock.now();
    for (const watched of this.#watched) {
      const { expiresAt, isRevoked } = watched.credential;
      if ((expiresAt === null || expiresAt > now) && !isRevoked()) continue;
      this.#forget(watched);
      watched.onEnd();
    }
  }

  #forget(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }
}
