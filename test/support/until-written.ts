import type { Append, SessionStore, Written } from '../../src/core/store.ts';

export interface UntilWritten {
  readonly written: Written;
  /** How long it took. */
  readonly ms: number;
  /** The longest that a try took which failed. */
  readonly longest: number;
  /** The codes of the tries that failed. */
  readonly refused: readonly string[];
}

/** Repeats a write, as clients do, until it is acknowledged; fails with what is not to be retried. */
export async function untilWritten(
  store: SessionStore,
  write: Append & Required<Pick<Append, 'once'>>,
  limit = 15_000,
): Promise<UntilWritten> {
  const start = performance.now();
  const refused: string[] = [];
  let longest = 0;
  for (;;) {
    const begun = performance.now();
    try {
      const written = await store.append(write);
      return { written, ms: performance.now() - start, longest, refused };
    } catch (error) {
      longest = Math.max(longest, performance.now() - begun);
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!code.startsWith('STORE_') || performance.now() - start > limit) throw error;
      refused.push(code);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
