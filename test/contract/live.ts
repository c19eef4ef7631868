import { describe, expect, test as base, vi } from 'vitest';
import type { Doorbell, LiveFeed } from '../../src/core/live.ts';

export interface LiveUnderTest {
  readonly live: LiveFeed;
  /** Wakes the session's listeners as a write does. */
  ring(sessionId: string): Promise<void>;
  close(): Promise<void>;
}

/** `LiveFeed`'s doc comments as tests; `open` gives a feed without listeners each time. */
export function liveContract(name: string, open: () => Promise<LiveUnderTest>): void {
  const it = base.extend<{ subject: LiveUnderTest; live: LiveFeed }>({
    subject: async ({ task: _task }, use) => {
      const subject = await open();
      await use(subject);
      await subject.close();
    },
    live: async ({ subject }, use) => use(subject.live),
  });

  async function listener(
    live: LiveFeed,
    sessionId: string,
  ): Promise<{ bells: Doorbell[]; end: () => Promise<void> }> {
    const bells: Doorbell[] = [];
    const end = await live.listen(sessionId, (doorbell) => void bells.push(doorbell));
    return { bells, end };
  }

  describe(name, () => {
    it('rings for each write once listening', async ({ live, subject }) => {
      const { bells } = await listener(live, 's');
      await subject.ring('s');
      await vi.waitFor(() => expect(bells).toHaveLength(1));
      await subject.ring('s');
      await vi.waitFor(() => expect(bells).toHaveLength(2));
    });

    it('rings every listener of a session', async ({ live, subject }) => {
      const listeners = await Promise.all([listener(live, 's'), listener(live, 's'), listener(live, 's')]);
      await subject.ring('s');
      for (const { bells } of listeners) await vi.waitFor(() => expect(bells).toHaveLength(1));
    });

    it('counts a function that listens twice as two listeners', async ({ live, subject }) => {
      const bells: Doorbell[] = [];
      const ring = (doorbell: Doorbell) => void bells.push(doorbell);
      const end = await live.listen('s', ring);
      await live.listen('s', ring);
      await subject.ring('s');
      await vi.waitFor(() => expect(bells).toHaveLength(2));
      await end();
      await subject.ring('s');
      await vi.waitFor(() => expect(bells).toHaveLength(3));
    });

    it('rings no listener of another session', async ({ live, subject }) => {
      const others = await Promise.all(['S', 's1', 's_', 's-'].map((id) => listener(live, id)));
      const { bells } = await listener(live, 's');
      await subject.ring('s');
      await vi.waitFor(() => expect(bells).toHaveLength(1));
      for (const other of others) expect(other.bells).toEqual([]);
    });

    it('rings the others though one throws, each time', async ({ live, subject }) => {
      const before = await listener(live, 's');
      await live.listen('s', () => {
        throw new Error('A listener that fails.');
      });
      const after = await listener(live, 's');
      for (const count of [1, 2]) {
        await subject.ring('s');
        for (const { bells } of [before, after]) await vi.waitFor(() => expect(bells).toHaveLength(count));
      }
    });

    it('rings no longer once the listener has ended, and goes on ringing the others', async ({
      live,
      subject,
    }) => {
      const ended = await listener(live, 's');
      const staying = await listener(live, 's');
      await ended.end();
      await subject.ring('s');
      await vi.waitFor(() => expect(staying.bells).toHaveLength(1));
      expect(ended.bells).toEqual([]);
    });

    it('lets a listener end itself while it rings', async ({ live, subject }) => {
      const heard: string[] = [];
      const ends = new Map<string, () => Promise<void>>();
      for (const name of ['first', 'second', 'third']) {
        const end = await live.listen('s', () => {
          heard.push(name);
          if (name === 'second') void ends.get(name)?.();
        });
        ends.set(name, end);
      }
      await subject.ring('s');
      await vi.waitFor(() => expect(heard).toHaveLength(3));
      await subject.ring('s');
      await vi.waitFor(() => expect(heard).toHaveLength(5));
      expect(heard.toSorted()).toEqual(['first', 'first', 'second', 'third', 'third']);
    });

    it('takes ending a listener twice for once', async ({ live, subject }) => {
      const ended = await listener(live, 's');
      const staying = await listener(live, 's');
      await ended.end();
      await ended.end();
      await subject.ring('s');
      await vi.waitFor(() => expect(staying.bells).toHaveLength(1));
    });

    it('hears again after listeners have come and gone', async ({ live, subject }) => {
      for (let round = 0; round < 20; round++) {
        const passing = await listener(live, 's');
        const ending = passing.end();
        const { bells, end } = await listener(live, 's');
        await ending;
        await subject.ring('s');
        await vi.waitFor(() => expect(bells).toHaveLength(1));
        await end();
      }
    });

    it('hears when many listen and leave at once', async ({ live, subject }) => {
      const rounds = Array.from({ length: 30 }, async (_, n) => {
        const { bells, end } = await listener(live, 's');
        if (n % 2 === 1) await end();
        return n % 2 === 0 ? [bells] : [];
      });
      const staying = (await Promise.all(rounds)).flat();
      await subject.ring('s');
      for (const bells of staying) await vi.waitFor(() => expect(bells).toHaveLength(1));
    });

    it('lets listeners end after it has been closed', async ({ live }) => {
      const { end } = await listener(live, 's');
      await live.close();
      await expect(end()).resolves.toBeUndefined();
    });
  });
}
