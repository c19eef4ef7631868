import fc from 'fast-check';
import { expect } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { ItemEntry, LogEntry } from '../../src/core/log.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { agentStep, answers, idsOf, newSession, says } from '../support/samples.ts';
import { itemsOf, logAfter, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

const MAX = 4;

type Step =
  | { readonly kind: 'append' | 'replace'; readonly count: number }
  | { readonly kind: 'hand over'; readonly agent: string }
  | { readonly kind: 'pop' | 'rename' | 'clear' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 7 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('replace' as const), count: fc.integer({ min: 0, max: 5 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('hand over' as const),
        agent: fc.constantFrom('a', 'b', 'c'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pop' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('rename' as const, 'clear' as const) }) },
  ),
  { minLength: 10, maxLength: 30 },
);

async function take(store: SessionStore, step: Step, sessionId: string): Promise<void> {
  switch (step.kind) {
    case 'append':
      await store.append({ sessionId, steps: Array.from({ length: step.count }, (_, n) => says(`${n}`)) });
      return;
    case 'replace': {
      const { end } = await sessionNow(store, sessionId);
      const remove = idsOf((await itemsOf(store, sessionId)).toReversed()).slice(0, step.count);
      await store.append({ sessionId, ifEnd: end, remove, steps: [answers('new')] });
      return;
    }
    case 'hand over':
      await store.append({ sessionId, steps: [agentStep(step.agent)] });
      return;
    case 'pop':
      await store.pop({ sessionId });
      return;
    case 'rename':
      await store.update({ sessionId, title: 'Plans' });
      return;
    case 'clear':
      await store.clear({ sessionId });
  }
}

const isItem = (entry: LogEntry): entry is ItemEntry => entry.kind === 'item';
const rawOf = (entries: readonly LogEntry[]) => entries.filter(isItem).map(({ item }) => item.raw);

export function anyTrimming(it: StoreTest): void {
  it('is after any writes what a session that keeps all would be, but for its beginning', async ({
    store,
  }) => {
    let sessions = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const [bounded, whole] = [`bounded-${++sessions}`, `whole-${sessions}`];
        await store.create(newSession({ id: bounded, maxItems: MAX }));
        await store.create(newSession({ id: whole }));
        const known: EntryId[] = [(await sessionNow(store, bounded)).end];
        for (const step of taken) {
          const before = await sessionNow(store, bounded);
          // Of what was trimmed nothing can be popped: then the two have nothing more in common.
          const poppable = rawOf(await itemsOf(store, bounded)).some((raw) => !raw.includes('"handoff"'));
          if (step.kind === 'pop' && !poppable) continue;
          if (step.kind === 'replace' && step.count > before.itemCount) continue;
          for (const id of [bounded, whole]) await take(store, step, id);

          const [session, all] = [await sessionNow(store, bounded), await sessionNow(store, whole)];
          const [kept, items] = [await itemsOf(store, bounded), rawOf(await itemsOf(store, whole))];
          expect(rawOf(kept)).toEqual(items.slice(items.length - kept.length));
          expect(session).toMatchObject({
            itemCount: kept.length,
            messageCount: kept.filter(({ item }) => item.role !== null).length,
            currentAgent: all.currentAgent,
            agentsUsed: all.agentsUsed,
          });
          const log = await logOf(store, bounded);
          const added = (await logAfter(store, bounded, before.end)).filter(isItem).length;
          if (session.end !== before.end) expect(kept.length).toBeLessThanOrEqual(Math.max(MAX, added));
          known.push(...log.map(({ id }) => id));
          for (const place of new Set(known)) {
            const read = await store.read(bounded, place, 1000);
            const stands = log.findIndex(({ id }) => id === place);
            if (stands >= 0) expect(read).toMatchObject({ state: 'ok', entries: log.slice(stands + 1) });
            else expect(read?.state).toMatch(/^(ok|expired)$/);
          }
        }
      }),
      { numRuns: 12 },
    );
  });
}
