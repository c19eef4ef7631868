import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sessionCursor } from '../../src/core/session-place.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { append } from '../contract/store-under-test.ts';
import { newSession, says } from '../support/samples.ts';
import { unreliableLive, type Fate } from '../support/unreliable-live.ts';
import { until } from '../support/until.ts';
import { openList, type ListUnderTest, type ListWatch } from './watched-list.ts';

const step = fc.record({
  do: fc.constantFrom(
    ...(['make', 'make', 'say', 'say', 'rename', 'clear', 'delete', 'remake', 'foreign'] as const),
    ...(['join', 'join since', 'leave', 'elapse', 'breathe', 'breathe'] as const),
  ),
  n: fc.nat(1_000),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const fates = fc.array(fc.constantFrom<Fate>('pass', 'pass', 'lose', 'repeat', 'hold', 'look'), {
  minLength: 1,
  maxLength: 20,
});

/** A watcher is told all that there is, or what was there when it came is known to it. */
interface Watched {
  readonly watch: ListWatch;
  readonly before: ReadonlyMap<string, string>;
}

const ends = async (store: SessionStore): Promise<Map<string, string>> =>
  new Map(
    (await store.list('ada', { count: 1_000, from: 'start' })).sessions.map(({ id, end }) => [id, end]),
  );

/** The list as one has it who does what the events tell. */
function held({ watch, before }: Watched): Map<string, string> {
  const list = new Map(before);
  for (const { sessionId, session } of watch.changes) {
    if (session === null) list.delete(sessionId);
    else list.set(sessionId, session.end);
  }
  return list;
}

const sorted = (list: ReadonlyMap<string, string>): string =>
  JSON.stringify([...list].toSorted(([one], [other]) => (one < other ? -1 : 1)));

async function perform(
  { do: what, n }: Step,
  list: ListUnderTest,
  watchers: Watched[],
  losing: boolean,
): Promise<void> {
  const { store, watch, elapse } = list;
  const { sessions } = await store.list('ada', { count: 1_000, from: 'start' });
  const chosen = sessions[n % Math.max(1, sessions.length)];
  const sessionId = chosen?.id ?? '';
  switch (what) {
    case 'make':
      // One that was remade may be somebody else's by now.
      if ((await store.get(`n${n}`)) !== null) return;
      await store.create(newSession({ id: `n${n}`, expiresAfter: n % 5 === 0 ? 7 : null }));
      return;
    case 'foreign':
      if ((await store.get(`b${n}`)) !== null) return;
      await store.create(newSession({ id: `b${n}`, userId: 'bob' }));
      return;
    case 'join':
      watchers.push({ before: new Map(), watch: await watch('0~0') });
      return;
    case 'join since': {
      // That a session is gone is told to who knows it from elsewhere, if nothing was lost of its coming and going.
      if (losing) return;
      const [newest] = sessions;
      const before = await ends(store);
      watchers.push({ before, watch: await watch(newest === undefined ? null : sessionCursor(newest)) });
      return;
    }
    case 'leave':
      await watchers.splice(0, 1)[0]?.watch.stop();
      return;
    case 'elapse':
      elapse(n * 4);
      return;
    case 'breathe':
      await new Promise((resolve) => setImmediate(resolve));
      return;
    default:
  }
  if (chosen === undefined) return;
  if (what === 'say') await append(store, sessionId, says(String(n)));
  else if (what === 'rename') await store.update({ sessionId, title: String(n) });
  else if (what === 'clear') await store.clear({ sessionId });
  else {
    await store.delete({ sessionId });
    if (what === 'remake')
      await store.create(newSession({ id: sessionId, userId: n % 2 === 0 ? 'bob' : 'ada' }));
  }
}

it('leaves every watcher of a list with what the list holds, whatever becomes of the doorbells', async () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, fates, async (todo, turns) => {
      let turn = 0;
      const holder: { release(): void } = { release() {} };
      const list = await openList({
        live(live) {
          const unreliable = unreliableLive(live, () => turns[turn++ % turns.length] ?? 'pass');
          holder.release = unreliable.release;
          return unreliable;
        },
      });
      try {
        const watchers: Watched[] = [{ before: new Map(), watch: await list.watch('0~0') }];
        const losing = turns.includes('lose') || turns.includes('hold');
        for (const next of todo) await perform(next, list, watchers, losing);
        holder.release();
        await until(
          'all have what there is',
          async () => {
            list.elapse(500);
            const now = sorted(await ends(list.store));
            return watchers.every((watched) => sorted(held(watched)) === now);
          },
          3_000,
        );
        for (const { watch } of watchers) {
          for (const { session } of watch.changes) expect(session?.userId ?? 'ada').toBe('ada');
          await watch.stop();
        }
        expect([list.lists.size, list.clock.listeners]).toEqual([0, 0]);
      } finally {
        await list.close();
      }
    }),
    { numRuns: 150, endOnFailure: true },
  );
});
