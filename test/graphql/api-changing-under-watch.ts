import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf, follow } from '../support/follow.ts';
import { until } from '../support/until.ts';
import { Watcher, type Beginning } from '../support/watcher.ts';
import { WATCH } from '../support/watched-session.ts';
import { shownBy } from './shown-session.ts';
import type { Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const says = (content: string) => ({ type: 'message', role: 'user', content });

export function changingUnderWatch(api: Api): void {
  const calls = new DraftCalls(api);

  const join = (sessionId: string, count: number, beginning?: Beginning): Promise<Watcher[]> =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        Watcher.join(index % 2 === 0 ? 'WebSocket' : 'SSE', () => api.endpoint, sessionId, beginning),
      ),
    );
  /** Resolves when each watcher holds what a query shows. */
  const alike = async (sessionId: string, watchers: readonly Watcher[]): Promise<any> => {
    const now = await shownBy(api, sessionId);
    await eventually(() => {
      for (const { session, faults } of watchers) {
        expect(faults).toEqual([]);
        expect(session.shown).toEqual(now);
      }
    });
    return now;
  };
  const leave = async (watchers: readonly Watcher[]) => {
    for (const watcher of watchers) await watcher.stop();
  };
  const fill = (sessionId: string, count: number, text = 'x') =>
    api.write('addItems', {
      sessionId,
      items: Array.from({ length: count }, (_, n) => says(`${text} ${n}`)),
    });

  it('ends for fifty when the session is deleted while messages are written to it', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x');
    const watchers = await join(sessionId, 50, 'the log');
    await until('all have caught up', () => watchers.every(({ caughtUp }) => caughtUp));
    const append = (offset: number) =>
      api.answer('mutation ($i: AppendToMessageInput!) { appendToMessage(input: $i) { draft { id } } }', {
        i: { ...draft, text: 'x', offset },
      });
    const inFlight = [append(1), append(1)];
    const deletion = api.write('deleteSession', { id: sessionId }, 'deleted');
    inFlight.push(append(1));
    expect(await deletion).toEqual({ deleted: true });
    expect((await append(1)).errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
    for (const { errors } of await Promise.all(inFlight)) {
      if (errors !== undefined) expect(errors[0]?.extensions['code']).toBe('NOT_FOUND');
    }
    await eventually(() => expect(watchers.filter(({ over }) => !over)).toEqual([]));
    for (const { faults } of watchers) expect(faults).toEqual([]);
    await leave(watchers);
  });

  it('leaves nothing of a history that is cleared while it is replayed', async () => {
    const sessionId = await api.create();
    for (let batch = 0; batch < 3; batch++) await fill(sessionId, 900, `batch ${batch}`);
    const joining = join(sessionId, 6, 'the log');
    const before = await api.session(sessionId, 'cursor');
    const begun = follow('WebSocket', api.endpoint, WATCH, { sessionId, after: '0' });
    await until('it has begun', () => begun.results.length > 0);
    await api.write('clearSession', { id: sessionId });
    await api.say(sessionId, 'after');
    const watchers = await joining;
    expect((await alike(sessionId, watchers)).items).toHaveLength(1);
    // It may be told that it is at the end before that, or after.
    await eventually(() =>
      expect(eventsOf(begun)).toContainEqual(
        expect.objectContaining({ item: expect.objectContaining({ text: 'after' }) }),
      ),
    );
    // Each entry once: what had been replayed, then the clear, then what came.
    const cursors = eventsOf(begun).flatMap(({ __typename, cursor }) =>
      __typename === 'CaughtUp' ? [] : [cursor],
    );
    expect(new Set(cursors).size).toBe(cursors.length);
    expect(eventsOf(begun).filter(({ __typename }) => __typename === 'SessionCleared')).toHaveLength(1);
    await begun.stop();
    const late = follow('SSE', api.endpoint, WATCH, { sessionId, after: before.cursor });
    await eventually(() =>
      expect(eventsOf(late).map(({ __typename }) => __typename)).toEqual([
        'SessionCleared',
        'ItemAdded',
        'CaughtUp',
      ]),
    );
    await late.stop();
    await leave(watchers);
  });

  it('takes away what was popped behind the place of a watcher, once it is back', async () => {
    const sessionId = await api.create();
    await fill(sessionId, 3);
    await api.write('trackAgent', { sessionId, agentName: 'a' });
    await api.write('addMessage', { sessionId, role: 'ASSISTANT', text: 'from b', agent: 'b' });
    const watchers = await join(sessionId, 4, 'the log');
    await alike(sessionId, watchers);
    await leave(watchers);
    for (let pop = 0; pop < 3; pop++) await api.write('popItem', { id: sessionId });
    await api.say(sessionId, 'instead');
    await api.write('popItem', { id: sessionId });
    await api.say(sessionId, 'in the end');
    for (const watcher of watchers) await watcher.reconnect();
    const { items } = await alike(sessionId, watchers);
    expect(items.map(({ text }: any) => text)).toEqual(['x 0', 'in the end']);
    await leave(watchers);
  });

  it('ends with a session, and begins anew for who comes back to one that was made again', async () => {
    const id = await api.create({ title: 'first', metadata: { first: true } });
    await fill(id, 3);
    await calls.begun(id, 'so far');
    const [watching, away] = [await join(id, 2), await join(id, 2, 'the log')];
    await alike(id, [...watching, ...away]);
    await leave(away);
    await api.write('deleteSession', { id });
    await api.create({ id, title: 'second' });
    await fill(id, 2, 'second');
    const draft = await calls.begun(id, 'second');
    await eventually(() => expect(watching.map(({ over }) => over)).toEqual([true, true]));
    for (const watcher of away) await watcher.reconnect();
    const now = await alike(id, away);
    expect(now).toMatchObject({ title: 'second', metadata: {}, drafts: [{ id: draft.draftId }] });
    for (const { faults } of watching) expect(faults).toEqual([]);
    await leave([...watching, ...away]);
  });

  it('shows a new title and new metadata in the middle of a message', async () => {
    const sessionId = await api.create({ title: 'old', metadata: { a: 1, b: { c: 2 } } });
    const watchers = await join(sessionId, 4, 'the log');
    const draft = await calls.begin(sessionId);
    for (let length = 0; length < 20; length++) {
      await calls.append(draft, '.', length);
      if (length % 5 !== 0) continue;
      const metadata = { a: length, b: { c: null, [`d${length}`]: true } };
      await api.write('updateSession', { id: sessionId, title: `at ${length}`, metadata });
      await watchers[length % 4]?.reconnect();
    }
    const now = await alike(sessionId, watchers);
    expect(now).toMatchObject({ title: 'at 15', metadata: { a: 15 }, drafts: [{ text: '.'.repeat(20) }] });
    await api.write('updateSession', { id: sessionId, title: null });
    await api.write('finishMessage', { ...draft });
    expect(await alike(sessionId, watchers)).toMatchObject({ title: null, drafts: [] });
    await leave(watchers);
  });

  it('knows what was renamed before a clear, though it was away (PROTOCOL 5.8)', async () => {
    const sessionId = await api.create({ title: 'old', metadata: { old: true } });
    await api.say(sessionId, 'x');
    const watchers = await join(sessionId, 4, 'the log');
    await alike(sessionId, watchers);
    await leave(watchers);
    await api.write('updateSession', { id: sessionId, title: 'new', metadata: { old: null, new: true } });
    await api.write('clearSession', { id: sessionId });
    await api.say(sessionId, 'y');
    for (const watcher of watchers) await watcher.reconnect();
    expect(await alike(sessionId, watchers)).toMatchObject({ title: 'new', metadata: { new: true } });
    await leave(watchers);
  });

  it('follows a suffix that is replaced again and again, hand-offs and all', async () => {
    const sessionId = await api.create();
    await api.write('trackAgent', { sessionId, agentName: 'a' });
    await api.say(sessionId, 'first');
    const watchers = await join(sessionId, 4, 'the log');
    let suffix = [says('first')];
    for (let round = 0; round < 12; round++) {
      const replacement = Array.from({ length: (round % 3) + 1 }, (_, n) => says(`${round} ${n}`));
      if (round % 4 === 1) await api.write('trackAgent', { sessionId, agentName: `agent ${round}` });
      await api.write('replaceSuffix', { sessionId, expectedSuffix: suffix, replacement });
      suffix = replacement;
      await watchers[round % 4]?.reconnect();
    }
    const now = await alike(sessionId, watchers);
    expect(now.currentAgent).toBe('agent 9');
    await leave(watchers);
  });
}
