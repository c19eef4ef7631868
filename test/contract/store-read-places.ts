import { expect } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { agentStep, answers, newSession, says, textsOf, upTo } from '../support/samples.ts';
import { BEYOND_PLACES, FOREIGN_PLACES, withOtherMark } from './store-places.ts';
import { append, at, logAfter, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

async function stateAfter(store: SessionStore, place: EntryId): Promise<string | undefined> {
  const session = await sessionNow(store);
  const read = await store.read('s', place, 10);
  expect(read).toMatchObject({ born: session.born, end: session.end });
  return read?.state;
}

export function readingAfter(it: StoreTest): void {
  it('goes on after any entry that the log holds', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('a'), agentStep('guide'));
    await store.update({ sessionId: 's', title: 'Plans' });
    await append(store, 's', answers('b'));
    const log = await logOf(store);
    for (const [index, entry] of log.entries()) {
      expect(await logAfter(store, 's', entry.id)).toEqual(log.slice(index + 1));
    }
  });

  it('goes on after an entry that a later tombstone names', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('a'), says('b'), agentStep('x'), agentStep('y'));
    await store.update({ sessionId: 's', title: 'Plans' });
    await store.pop({ sessionId: 's' });
    await store.update({ sessionId: 's', title: 'Other' });
    await store.pop({ sessionId: 's' });
    await append(store, 's', says('c'));
    const rest = (await logOf(store)).slice(1);
    for (const entry of entries) expect(await logAfter(store, 's', entry.id)).toEqual(rest);
    expect(textsOf(rest)).toEqual(['c']);
  });

  it('goes on from the start after what lies before a clear', async ({ store }) => {
    const { born } = await store.create(newSession());
    const entries = await append(store, 's', says('a'), says('b'), says('c'));
    const popped = await store.pop({ sessionId: 's' });
    await store.clear({ sessionId: 's' });
    await append(store, 's', says('d'));
    await store.clear({ sessionId: 's' });
    await append(store, 's', says('e'));
    const log = await logOf(store);
    expect(log[0]?.kind).toBe('cleared');
    for (const place of [born, ...entries.map((entry) => entry.id), popped.session.end]) {
      expect(await logAfter(store, 's', place)).toEqual(log);
    }
  });

  it('says expired after a place of an earlier session under the same id', async ({ store }) => {
    const { born } = await store.create(newSession());
    const entry = at(await append(store, 's', says('a')), 0);
    await store.clear({ sessionId: 's' });
    await store.delete({ sessionId: 's' });
    await store.create(newSession());
    expect(await stateAfter(store, born)).toBe('expired');
    expect(await stateAfter(store, entry.id)).toBe('expired');
    await store.clear({ sessionId: 's' });
    expect(await stateAfter(store, born)).toBe('expired');
    expect(await stateAfter(store, entry.id)).toBe('expired');
  });

  it('says diverged when another entry stands in the place', async ({ store }) => {
    const { born } = await store.create(newSession());
    const entries = await append(store, 's', says('a'), says('b'));
    for (const id of [born, ...entries.map((entry) => entry.id)]) {
      expect(await stateAfter(store, withOtherMark(id))).toBe('diverged');
    }
  });

  it('says diverged when no tombstone names that entry', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', ...upTo(3).map((n) => says(`${n}`)));
    await store.pop({ sessionId: 's' });
    expect(await stateAfter(store, withOtherMark(at(entries, 2).id))).toBe('diverged');
    await append(store, 's', says('more'));
    expect(await stateAfter(store, withOtherMark(at(entries, 2).id))).toBe('diverged');
  });

  it('says diverged after a place beyond the end', async ({ store }) => {
    const { end } = await store.create(newSession());
    await append(store, 's', says('a'));
    await store.create(newSession({ id: 'later' }));
    expect(await store.read('s', end, 10)).toMatchObject({ state: 'ok' });
    const states = [];
    for (const place of BEYOND_PLACES) states.push(await stateAfter(store, place));
    expect(states).toEqual(['diverged', 'diverged']);
  });

  it('never goes on after a place of another session', async ({ store }) => {
    const before = await store.create(newSession({ id: 'before' }));
    await store.create(newSession());
    await append(store, 's', says('a'));
    const during = at(await append(store, 'before', says('x')), 0).id;
    await append(store, 's', says('b'));
    expect(await stateAfter(store, before.born)).not.toBe('ok');
    expect(await stateAfter(store, during)).not.toBe('ok');
  });

  for (const place of FOREIGN_PLACES) {
    it(`never goes on after ${place}, which it never gave`, async ({ store }) => {
      await store.create(newSession());
      await append(store, 's', says('a'));
      expect(await stateAfter(store, place)).toMatch(/^(expired|diverged)$/);
      await store.clear({ sessionId: 's' });
      expect(await stateAfter(store, place)).toMatch(/^(expired|diverged)$/);
    });
  }
}
