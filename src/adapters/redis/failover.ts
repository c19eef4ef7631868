/** Whether a master is being replaced, so that what it acknowledges may be lost. */
export interface Failover {
  isUnderWay(): boolean;
  begin(): void;
  end(): void;
  /** Resolves when it has ended; whether that was within so many milliseconds. */
  over(withinMs: number): Promise<boolean>;
}

/** @param longestMs It counts as ended after so many milliseconds: its end may never be heard. */
export function createFailover(longestMs: number): Failover {
  let expiry: NodeJS.Timeout | null = null;
  const waiting = new Set<() => void>();
  const end = (): void => {
    if (expiry === null) return;
    clearTimeout(expiry);
    expiry = null;
    for (const proceed of waiting) proceed();
  };
  return {
    isUnderWay: () => expiry !== null,
    begin() {
      expiry ??= setTimeout(end, longestMs).unref();
    },
    end,
    over(withinMs) {
      if (expiry === null) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (isOver: boolean): void => {
          clearTimeout(timer);
          waiting.delete(proceed);
          resolve(isOver);
        };
        const proceed = (): void => settle(true);
        const timer = setTimeout(() => settle(false), withinMs);
        waiting.add(proceed);
      });
    },
  };
}
