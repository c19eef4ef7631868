import { describe, expect, test as base, vi } from 'vitest';
import type { ListDoorbell, LiveFeed } from '../../src/core/live.ts';

export interface LiveUnderTest {
  readonly live: LiveFeed;
  /** Wakes the session's listeners as a write does. */
  ring(sessionId: string): Promise<void>;
  /** Wakes who listens to the user's list, as a write to that session of the user does. */
  ringList(userId: string, sessionId: string): Promise<void>;
  close(): Promise<void>;
}

/** What can be listened to by name. */
interface Kind {
  listen(live: LiveFeed, name: string, ring: (doorbell: unknown) => void): Promise<() => Promise<void>>;
  ring(subject: LiveUnderTest, name: string): Promise<void>;
}

const SESSIONS: Kind = {
  listen: (live, sessionId, ring) => live.listen(sessionId, ring),
  ring: (subject, sessionId) => subject.ring(sessionId),
};

const LISTS: Kind = {
  listen: (live, userId, ring) => live.listenToList(userId, ring),
  ring: (subject, userId) => subject.ringList(userId, 's'),
};

interface Listener {
  readonly bells: unknown[];
  readonly end: () => Promise<void>;
}

async function listener(live: LiveFeed, kind: Kind, name: string): Promise<Listener> {
  const bells: unknown[] = [];
  const end = await kind.listen(live, name, (doorbell) => void bells.push(doorbell));
  return { bells, end };
}

function liveTest(open: () => Promise<LiveUnderTest>) {
  return base.extend<{ subject: LiveUnderTest; live: LiveFeed }>({
    subject: async ({ task: _task }, use) => {
      const subject = await open();
      await use(subject);
      await subject.close();
    },
    live: async ({ subject }, use) => use(subject.live),
  });
}

/** `LiveFeed`'s doc comments as tests; `open` gives a feed without listeners each time. */
export function liveContract(name: string, open: () => Promise<LiveUnderTest>): void {
  const it = liveTest(open);
  describe(name, () => {
    describe('listening to sessions', () => listening(it, SESSIONS));
    describe('listening to lists', () => listening(it, LISTS));
    describe('listening to both', () => listeningToBoth(it));
  });
}

type LiveTest = ReturnType<typeof liveTest>;

function listening(it: LiveTest, kind: Kind): void {
  it('rings for each write once listening', async ({ live, subject }) => {
    const { bells } = await listener(live, kind, 's');
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(bells).toHaveLength(1));
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(bells).toHaveLength(2));
  });

  it('rings every listener', async ({ live, subject }) => {
    const listeners = await Promise.all([
      listener(live, kind, 's'),
      listener(live, kind, 's'),
      listener(live, kind, 's'),
    ]);
    await kind.ring(subject, 's');
    for (const { bells } of listeners) await vi.waitFor(() => expect(bells).toHaveLength(1));
  });

  it('counts a function that listens twice as two listeners', async ({ live, subject }) => {
    const bells: unknown[] = [];
    const ring = (doorbell: unknown) => void bells.push(doorbell);
    const end = await kind.listen(live, 's', ring);
    await kind.listen(live, 's', ring);
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(bells).toHaveLength(2));
    await end();
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(bells).toHaveLength(3));
  });

  it('rings no listener to another one', async ({ live, subject }) => {
    const others = await Promise.all(['S', 's1', 's_', 's-'].map((name) => listener(live, kind, name)));
    const { bells } = await listener(live, kind, 's');
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(bells).toHaveLength(1));
    for (const other of others) expect(other.bells).toEqual([]);
  });

  it('rings the others though one throws, each time', async ({ live, subject }) => {
    const before = await listener(live, kind, 's');
    await kind.listen(live, 's', () => {
      throw new Error('A listener that fails.');
    });
    const after = await listener(live, kind, 's');
    for (const count of [1, 2]) {
      await kind.ring(subject, 's');
      for (const { bells } of [before, after]) await vi.waitFor(() => expect(bells).toHaveLength(count));
    }
  });

  it('rings no longer once the listener has ended, and goes on ringing the others', async ({
    live,
    subject,
  }) => {
    const ended = await listener(live, kind, 's');
    const staying = await listener(live, kind, 's');
    await ended.end();
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(staying.bells).toHaveLength(1));
    expect(ended.bells).toEqual([]);
  });

  it('lets a listener end itself while it rings', async ({ live, subject }) => {
    const heard: string[] = [];
    const ends = new Map<string, () => Promise<void>>();
    for (const name of ['first', 'second', 'third']) {
      const end = await kind.listen(live, 's', () => {
        heard.push(name);
        if (name === 'second') void ends.get(name)?.();
      });
      ends.set(name, end);
    }
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(heard).toHaveLength(5));
    expect(heard.toSorted()).toEqual(['first', 'first', 'second', 'third', 'third']);
  });

  it('takes ending a listener twice for once', async ({ live, subject }) => {
    const ended = await listener(live, kind, 's');
    const staying = await listener(live, kind, 's');
    await ended.end();
    await ended.end();
    await kind.ring(subject, 's');
    await vi.waitFor(() => expect(staying.bells).toHaveLength(1));
  });

  it('hears again after listeners have come and gone', async ({ live, subject }) => {
    for (let round = 0; round < 20; round++) {
      const passing = await listener(live, kind, 's');
      const ending = passing.end();
      const { bells, end } = await listener(live, kind, 's');
      await ending;
      await kind.ring(subject, 's');
      await vi.waitFor(() => expect(bells).toHaveLength(1));
      await end();
    }
  });

  it('hears when many listen and leave at once', async ({ live, subject }) => {
    const rounds = Array.from({ length: 30 }, async (_, n) => {
      const { bells, end } = await listener(live, kind, 's');
      if (n % 2 === 1) await end();
      return n % 2 === 0 ? [bells] : [];
    });
    const staying = (await Promise.all(rounds)).flat();
    await kind.ring(subject, 's');
    for (const bells of staying) await vi.waitFor(() => expect(bells).toHaveLength(1));
  });

  it('lets listeners end after it has been closed', async ({ live }) => {
    const { end } = await listener(live, kind, 's');
    await live.close();
    await expect(end()).resolves.toBeUndefined();
  });
}

function listeningToBoth(it: LiveTest): void {
  it('tells who listens to a list which session it is about', async ({ live, subject }) => {
    const bells: ListDoorbell[] = [];
    await live.listenToList('ada', (doorbell) => void bells.push(doorbell));
    for (const sessionId of ['s', 'S-1_', 's']) await subject.ringList('ada', sessionId);
    await vi.waitFor(() => expect(bells).toHaveLength(3));
    expect(bells).toEqual([{ sessionId: 's' }, { sessionId: 'S-1_' }, { sessionId: 's' }]);
  });

  it('keeps sessions and lists of one name apart', async ({ live, subject }) => {
    const sessions = await listener(live, SESSIONS, 's');
    const lists = await listener(live, LISTS, 's');
    await subject.ringList('s', 's');
    await vi.waitFor(() => expect(lists.bells).toEqual([{ sessionId: 's' }]));
    await subject.ring('s');
    await vi.waitFor(() => expect(sessions.bells).toHaveLength(1));
    await lists.end();
    await subject.ring('s');
    await vi.waitFor(() => expect(sessions.bells).toHaveLength(2));
    expect(lists.bells).toHaveLength(1);
  });
}
