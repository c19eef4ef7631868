import { expect } from 'vitest';
import type { EntryId } from '../../src/core/cursor.ts';
import type { Append, SessionStore } from '../../src/core/store.ts';
import { agentStep, newSession, once, says, textsOf, upTo } from '../support/samples.ts';
import { withOtherMark } from './store-places.ts';
import { append, at, expectCode, itemsOf, sessionNow, type StoreTest } from './store-under-test.ts';

function sayIf(store: SessionStore, condition: Omit<Append, 'sessionId' | 'steps'>): Promise<unknown> {
  return store.append({ sessionId: 's', steps: [agentStep('late'), says('late')], ...condition });
}

async function refusedAt(store: SessionStore, ifEnd: EntryId): Promise<void> {
  const before = await sessionNow(store);
  await expect(sayIf(store, { ifEnd })).rejects.toMatchObject({
    code: 'CONFLICT',
    details: { current: before.end },
  });
  expect(await store.get('s')).toEqual(before);
}

export function appendingWhen(it: StoreTest): void {
  it('writes when the log still ends where the writer saw it', async ({ store }) => {
    const { end } = await store.create(newSession());
    await sayIf(store, { ifEnd: end });
    await sayIf(store, { ifEnd: (await sessionNow(store)).end });
    expect(textsOf(await itemsOf(store))).toEqual(['null > late', 'late', 'late']);
  });

  it('writes when only the title, metadata or expiry changed since', async ({ store }) => {
    await store.create(newSession());
    const first = at(await append(store, 's', says('one')), -1).id;
    const renamed = await store.update({ sessionId: 's', title: 'Plans' });
    await store.update({ sessionId: 's', expiresAfter: 60 });
    await sayIf(store, { ifEnd: first });
    await refusedAt(store, first);
    await refusedAt(store, renamed.end);
  });

  it('writes when the end that the writer saw was a change of the title', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'));
    const renamed = await store.update({ sessionId: 's', title: 'Plans' });
    await store.update({ sessionId: 's', title: 'Other plans' });
    await sayIf(store, { ifEnd: renamed.end });
    expect(textsOf(await itemsOf(store))).toEqual(['one', 'null > late', 'late']);
  });

  it('refuses, writes nothing and names the end when items came since', async ({ store }) => {
    const { end } = await store.create(newSession());
    const entries = await append(store, 's', says('one'), says('two'));
    await refusedAt(store, end);
    await refusedAt(store, at(entries, 0).id);
  });

  it('refuses when an item was removed since', async ({ store }) => {
    await store.create(newSession());
    const entries = await append(store, 's', says('one'), says('two'));
    await store.pop({ sessionId: 's' });
    await refusedAt(store, at(entries, 0).id);
    await refusedAt(store, at(entries, 1).id);
  });

  it('refuses when the session was cleared since', async ({ store }) => {
    const { end } = await store.create(newSession());
    const entries = await append(store, 's', says('one'));
    await store.clear({ sessionId: 's' });
    await refusedAt(store, end);
    await refusedAt(store, at(entries, 0).id);
  });

  it('refuses an end of an earlier session under the same id, and of another session', async ({ store }) => {
    const earlier = await store.create(newSession());
    await store.delete({ sessionId: 's' });
    const other = await store.create(newSession({ id: 'other' }));
    await store.create(newSession());
    await refusedAt(store, earlier.end);
    await refusedAt(store, other.end);
  });

  it('refuses another entry in the same place', async ({ store }) => {
    const { end } = await store.create(newSession());
    await refusedAt(store, withOtherMark(end));
    const renamed = await store.update({ sessionId: 's', title: 'Plans' });
    await refusedAt(store, withOtherMark(renamed.end));
  });

  it('names the end of the log also when that is a change of the title', async ({ store }) => {
    const { end } = await store.create(newSession());
    await append(store, 's', says('one'));
    await store.update({ sessionId: 's', title: 'Plans' });
    await refusedAt(store, end);
  });

  it('lets one of many writers that saw the same end win', async ({ store }) => {
    const { end } = await store.create(newSession());
    const results = await Promise.allSettled(
      upTo(20).map((n) => store.append({ sessionId: 's', steps: [says(`${n}`)], ifEnd: end })),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await itemsOf(store)).toHaveLength(1);
  });

  it('writes when the current agent is the expected one', async ({ store }) => {
    await store.create(newSession());
    await store.append({ sessionId: 's', steps: [agentStep('guide')], ifAgent: null });
    await store.append({ sessionId: 's', steps: [agentStep('scribe')], ifAgent: 'guide' });
    expect(await sessionNow(store)).toMatchObject({ currentAgent: 'scribe' });
  });

  it('refuses, writes nothing and names the agent when another one is current', async ({ store }) => {
    await store.create(newSession());
    const none = { code: 'CONFLICT', details: { current: null } };
    await expect(sayIf(store, { ifAgent: 'guide' })).rejects.toMatchObject(none);
    await append(store, 's', agentStep('guide'));
    const before = await sessionNow(store);
    const guide = { code: 'CONFLICT', details: { current: 'guide' } };
    await expect(sayIf(store, { ifAgent: null })).rejects.toMatchObject(guide);
    await expect(sayIf(store, { ifAgent: 'scribe' })).rejects.toMatchObject(guide);
    expect(await store.get('s')).toEqual(before);
  });

  it('holds a condition against the state before the write, not after its own steps', async ({ store }) => {
    await store.create(newSession());
    await expectCode(
      store.append({ sessionId: 's', steps: [agentStep('guide')], ifAgent: 'guide' }),
      'CONFLICT',
    );
  });

  it('answers a repeat though its condition no longer holds', async ({ store }) => {
    const { end } = await store.create(newSession());
    const write: Append = {
      sessionId: 's',
      steps: [says('one')],
      ifEnd: end,
      ifAgent: null,
      once: once('k'),
    };
    const first = await store.append(write);
    await append(store, 's', agentStep('guide'), says('two'));
    expect((await store.append(write)).entries).toEqual(first.entries);
  });

  it('leaves the key free when a condition refused the write', async ({ store }) => {
    const { end } = await store.create(newSession());
    await append(store, 's', says('one'));
    await expectCode(sayIf(store, { ifEnd: end, once: once('k', 'a') }), 'CONFLICT');
    await store.append({ sessionId: 's', steps: [says('two')], once: once('k', 'b') });
    expect(textsOf(await itemsOf(store))).toEqual(['one', 'two']);
  });
}
