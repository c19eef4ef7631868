import type { Change } from '../live.ts';
import type { LogEntry } from '../log.ts';

/** Characters of what was written, its metadata with it. */
export function sizeOf(change: Change): number {
  if (change.kind === 'draftAppended') return change.text.length;
  return change.kind === 'entry' ? sizeOfEntry(change.entry) : 0;
}

export function sizeOfEntry(entry: LogEntry): number {
  return entry.kind === 'item' ? entry.item.raw.length + entry.item.metadata.length : 0;
}
