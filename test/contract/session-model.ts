import { expect } from 'vitest';
import type { Draft } from '../../src/core/draft.ts';
import type { Change, Doorbell, DraftChange, Moment } from '../../src/core/live.ts';
import type { LogEntry } from '../../src/core/log.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { draftsNow, logOf, momentNow } from './store-under-test.ts';

/** What a follower of a session's doorbells knows of it. */
export interface SessionModel {
  readonly log: readonly LogEntry[];
  readonly open: readonly Draft[];
}

/** The session as the store says that it is. */
export async function modelOf(store: SessionStore, sessionId = 's'): Promise<SessionModel> {
  return { log: await logOf(store, sessionId), open: (await draftsNow(store, sessionId)).open };
}

/** The changes of the bells in order; each bell must begin where the one before it ended. */
export function changesOf(bells: readonly Doorbell[], first: Moment): readonly Change[] {
  let moment = first;
  return bells.flatMap((bell) => {
    if (bell === 'look') throw new Error('A small write rings with its changes.');
    expect(bell.from).toEqual(moment);
    moment = bell.to;
    return bell.changes;
  });
}

/** Those that lead on to where the session is now. */
export async function changesUntilNow(
  store: SessionStore,
  bells: readonly Doorbell[],
  first: Moment,
): Promise<readonly Change[]> {
  const changes = changesOf(bells, first);
  const last = bells.at(-1);
  expect(last === undefined || last === 'look' ? first : last.to).toEqual(await momentNow(store));
  return changes;
}

export function entriesOf(changes: readonly Change[]): readonly LogEntry[] {
  return changes.flatMap((change) => (change.kind === 'entry' ? [change.entry] : []));
}

/** The entries of all bells, however they hang together. */
export function entriesHeard(bells: readonly Doorbell[]): readonly LogEntry[] {
  return entriesOf(bells.flatMap((bell) => (bell === 'look' ? [] : bell.changes)));
}

/** What follows when the changes are made; they must be possible. */
export function changed(model: SessionModel, changes: readonly Change[]): SessionModel {
  return changes.reduce(
    (now, change) =>
      change.kind === 'entry' ? withEntry(now, change.entry) : { ...now, open: withChange(now.open, change) },
    model,
  );
}

function withEntry({ log, open }: SessionModel, entry: LogEntry): SessionModel {
  expect(entry.prev).toBe(log.at(-1)?.id);
  const finished = entry.kind === 'item' ? entry.finishesDraft : undefined;
  const left = finished === undefined ? open : without(open, finished);
  if (entry.kind === 'cleared') return { log: [entry], open: left };
  const kept = entry.kind === 'removed' ? log.filter(({ id }) => id !== entry.removed) : log;
  return { log: [...kept, entry], open: left };
}

function withChange(open: readonly Draft[], change: DraftChange): readonly Draft[] {
  switch (change.kind) {
    case 'draftStarted':
      return [...open, { ...change.draft, text: '', reasoning: '' }];
    case 'draftEnded':
      return without(open, change.draftId);
    case 'draftAppended': {
      const { draftId, channel, offset, text } = change;
      const key = channel === 'TEXT' ? 'text' : 'reasoning';
      const written = open.map((draft) => {
        if (draft.id !== draftId) return draft;
        expect(offset).toBe(draft[key].length);
        return { ...draft, [key]: draft[key] + text };
      });
      expect(open.map(({ id }) => id)).toContain(draftId);
      return written;
    }
  }
}

function without(open: readonly Draft[], draftId: string): readonly Draft[] {
  const left = open.filter(({ id }) => id !== draftId);
  expect(left).toHaveLength(open.length - 1);
  return left;
}
