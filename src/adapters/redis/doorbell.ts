import type { EntryId } from '../../core/cursor.ts';
import type { Doorbell } from '../../core/live.ts';
import type { LogEntry } from '../../core/log.ts';
import { decodeLine, entryIdOf } from './codec.ts';

/**
 * Reads what the scripts publish: `look`, or the entry before, and below it a line per entry.
 * @throws TypeError for what no script of this version publishes.
 */
export function decodeDoorbell(payload: string): Doorbell {
  if (payload === 'look') return 'look';
  const [first, ...lines] = payload.split('\n');
  const prev = entryIdOf(first);
  const entries: LogEntry[] = [];
  let before: EntryId = prev;
  for (const line of lines) {
    const entry = decodeLine(line, before);
    entries.push(entry);
    before = entry.id;
  }
  return { prev, entries };
}
