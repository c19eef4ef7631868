import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { until } from '../support/until.ts';
import { Watcher } from '../support/watcher.ts';
import { byId, SHOWN } from '../support/watched-session.ts';
import type { Api } from './api-under-test.ts';
import { DraftCalls, type DraftId } from './draft-calls.ts';

const LETTERS = ['a', 'é', '😀', ' ', '\n', '한', '"', '\u2028'];

/** A text of so many pieces, another one for each writer. */
function piecesOf(writer: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${writer}.${n}${LETTERS[(writer + n) % LETTERS.length]}`);
}

export function draftWatchers(api: Api): void {
  const calls = new DraftCalls(api);

  const write = async (draft: DraftId, pieces: readonly string[]): Promise<void> => {
    let text = '';
    for (const piece of pieces) {
      await calls.append(draft, piece, text.length, 'REASONING');
      await calls.append(draft, piece, text.length);
      text += piece;
    }
  };
  const join = (sessionId: string, index: number): Promise<Watcher> => {
    const transport = index % 2 === 0 ? 'WebSocket' : 'SSE';
    return Watcher.join(transport, () => api.endpoint, sessionId, index % 3 === 0 ? 'the log' : 'a query');
  };
  const shown = async (id: string) => {
    const session = await api.session(id, SHOWN);
    return { ...session, items: session.items.nodes, drafts: byId(session.drafts) };
  };

  it('have every character once, whenever they come, while several messages are written at once', async () => {
    const sessionId = await api.create();
    const watchers = [await join(sessionId, 0), await join(sessionId, 1)];
    let writing = true;
    const writers = Promise.all(
      [0, 1, 2, 3].map(async (writer) => {
        const draft = await calls.begin(sessionId);
        await write(draft, piecesOf(writer, 25));
        return draft;
      }),
    ).finally(() => (writing = false));
    for (let index = 2; writing && index < 20; index++) watchers.push(await join(sessionId, index));
    const drafts = await writers;
    const alike = async () => {
      const now = await shown(sessionId);
      await eventually(() => {
        for (const { session, faults } of watchers) {
          expect(faults).toEqual([]);
          expect(session.shown).toEqual(now);
        }
      });
      return now;
    };
    const written = await alike();
    expect(written.drafts.map(({ text }: any) => text).toSorted()).toEqual(
      [0, 1, 2, 3].map((writer) => piecesOf(writer, 25).join('')),
    );
    await Promise.all(drafts.map((draft) => api.write('finishMessage', { ...draft })));
    expect((await alike()).items).toHaveLength(8);
    for (const { session } of watchers) {
      expect(session.finished.size).toBe(4);
      for (const { held, item } of session.finished.values()) expect(held.text).toBe(item.text);
    }
    for (const watcher of watchers) await watcher.stop();
  });

  it('have it also when they are cut off again and again', async () => {
    const sessionId = await api.create();
    const watchers = await Promise.all([0, 1, 3, 4].map((index) => join(sessionId, index)));
    await until('all have caught up', () => watchers.every(({ caughtUp }) => caughtUp));
    let writing = true;
    const writers = Promise.all(
      [0, 1, 2].map(async (writer) => {
        const draft = await calls.begin(sessionId);
        await write(draft, piecesOf(writer, 25));
        if (writer === 0) await api.write('finishMessage', { ...draft });
        if (writer === 1) await api.write('cancelMessage', { ...draft });
      }),
    ).finally(() => (writing = false));
    for (let turn = 0; writing; turn++) await watchers[turn % watchers.length]?.reconnect();
    await writers;
    const now = await shown(sessionId);
    expect([now.items.length, now.drafts.length]).toEqual([4, 1]);
    await eventually(() => {
      for (const { session } of watchers) expect(session.shown).toEqual(now);
    });
    for (const watcher of watchers) {
      expect(watcher.faults).toEqual([]);
      await watcher.stop();
    }
  });

  it('see what was written, in place of it what it became, and what was dropped no more', async () => {
    const sessionId = await api.create();
    const watchers = await Promise.all([0, 1].map((index) => join(sessionId, index)));
    const drafts: DraftId[] = [];
    for (const text of ['finished', 'kept', 'dropped', 'given', 'left']) {
      drafts.push(await calls.begun(sessionId, text, { agent: `${text} agent` }));
    }
    const alike = async () => {
      const now = await shown(sessionId);
      await eventually(() => {
        for (const { session } of watchers) expect(session.shown).toEqual(now);
      });
      return now;
    };
    expect((await alike()).drafts).toHaveLength(5);
    const [finished, kept, dropped, given] = drafts;
    await api.write('finishMessage', { ...finished });
    expect((await alike()).currentAgent).toBe('finished agent');
    await api.write('cancelMessage', { ...kept });
    await alike();
    await api.write('cancelMessage', { ...dropped, keep: false });
    await alike();
    await api.write('finishMessage', { ...given, text: 'something else' });
    expect((await alike()).drafts).toMatchObject([{ text: 'left' }]);
    await api.write('popItem', { id: sessionId });
    await alike();
    await api.write('clearSession', { id: sessionId });
    expect(await alike()).toMatchObject({ items: [], drafts: [], currentAgent: null });
    for (const watcher of watchers) {
      expect(watcher.faults).toEqual([]);
      await watcher.stop();
    }
  });
}
