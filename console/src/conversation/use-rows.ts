import { useEffect, useMemo } from 'react';
import type { TranscriptState } from 'agent-sessions/client';
import { useObservable } from '../parts/observable.ts';
import type { Outbox } from './outbox.ts';
import { claims, itemRows, openRows, type Row } from './rows.ts';

const NOTHING: readonly Row[] = [];
/** Milliseconds that a message which was stored may take to come back as an item. */
const ARRIVAL_MS = 5_000;

/** What a conversation shows, with what this window is sending. A piece of a draft leaves the rows of items alone. */
export function useRows(transcript: TranscriptState | null, outbox: Outbox, isLive: boolean): readonly Row[] {
  const outgoing = useObservable(outbox);
  const items = transcript?.items;
  const claimed = useMemo(() => claims(items ?? [], outgoing), [items, outgoing]);
  const settled = useMemo(() => (items === undefined ? NOTHING : itemRows(items, claimed)), [items, claimed]);

  useEffect(() => {
    const present = new Map<string, string>();
    for (const { id } of items ?? []) {
      const key = claimed.get(id);
      if (key !== undefined) present.set(key, id);
    }
    for (const { key, state } of outgoing) {
      if (state === 'stored') continue;
      const itemId = present.get(key);
      if (itemId !== undefined) outbox.settle(key, itemId);
    }
  }, [items, claimed, outgoing, outbox]);

  // One that was cleared before it was ever told of never comes.
  useEffect(() => {
    const late = outgoing.filter(({ state }) => state === 'sent');
    if (!isLive || late.length === 0) return undefined;
    const timer = setTimeout(() => {
      for (const { key } of late) outbox.settle(key, null);
    }, ARRIVAL_MS);
    return () => clearTimeout(timer);
  }, [outgoing, isLive, outbox]);

  return useMemo(() => {
    if (transcript === null) return NOTHING;
    const { items: shown, drafts, currentAgent } = transcript;
    const claimedKeys = new Set(shown.flatMap(({ id }) => claimed.get(id) ?? []));
    const waiting = outgoing.filter(({ key }) => !claimedKeys.has(key));
    return [...settled, ...openRows(shown, drafts, waiting, currentAgent)];
  }, [transcript, settled, claimed, outgoing]);
}
