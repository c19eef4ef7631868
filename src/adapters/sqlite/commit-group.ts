import type { Context } from './change.ts';

/** Writes that come in one turn of the event loop become one transaction, and share one wait for the disk. */
export interface CommitGroup {
  /**
   * Runs the work, in a part of the transaction of its own: what it throws undoes it alone. Resolves after the commit,
   * and after what it announces.
   * @throws what the work throws; when the commit fails, what that threw, and then nothing of the group was written.
   */
  write<Result>(work: (context: Context) => Result): Promise<Result>;
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>;
}

/** The process stands still during a transaction: what comes beyond these waits for the next turn. */
const MOST = 64;

type Part = (context: Context) => void;

interface Group {
  readonly parts: Part[];
  readonly committed: Promise<void>;
}

export function createCommitGroup(context: Context): CommitGroup {
  let open: Group | null = null;
  let earlier = Promise.resolve();

  function begin(): Group {
    const parts: Part[] = [];
    const committed = earlier.then(nextTurn).then(() => {
      if (open?.parts === parts) open = null;
      commit(context, parts);
    });
    // Whoever waits for a part is told; the next group comes either way.
    earlier = committed.catch(() => {});
    return { parts, committed };
  }

  function join(part: Part): Promise<void> {
    const group = (open ??= begin());
    group.parts.push(part);
    if (group.parts.length === MOST) open = null;
    return group.committed;
  }

  return {
    async write<Result>(work: (context: Context) => Result): Promise<Result> {
      let outcome: () => Result = neverRun;
      await join((held) => {
        try {
          const result = work(held);
          outcome = () => result;
        } catch (error) {
          // The parts before it are gone too when the database has ended the transaction.
          if (!context.db.inTransaction()) throw error;
          outcome = () => {
            throw error;
          };
        }
      });
      return outcome();
    },
    settled: () => earlier,
  };
}

/** Runs the parts in one transaction; what they announce is told when it is committed. */
function commit(context: Context, parts: readonly Part[]): void {
  const news: (() => void)[] = [];
  const held: Context = {
    ...context,
    announce: (sessionId, doorbell) => void news.push(() => context.announce(sessionId, doorbell)),
    announceList: (userId, doorbell) => void news.push(() => context.announceList(userId, doorbell)),
  };
  context.db.write(() => {
    for (const part of parts) part(held);
  });
  for (const tell of news) tell();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function neverRun(): never {
  throw new Error('A group was committed without one of its parts.');
}
