import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../faults/history/event.ts';
import { run } from '../../faults/run.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const SMALL = { durable: false, servers: 2, sessions: 2, writers: 6, crowd: 1, paceMs: 5, seed: 1 };

async function afflicted(only: string, seconds: number) {
  const { events, violations } = await run({ ...SMALL, topology: 'redis', seconds, only });
  return { events, violations, names: faultsIn(events) };
}

function faultsIn(events: readonly HistoryEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.kind === 'fault' ? event.name : [])));
}

/** What writers were told. */
function codesIn(events: readonly HistoryEvent[]): Set<string> {
  const told = events.filter((event) => event.kind === 'fail' || event.kind === 'info');
  return new Set(told.flatMap(({ code }) => code ?? []));
}

const disk = await mountSmallDisk();
await disk?.unmount();

/** Where a disk can be made full, which takes the rights of root. */
describe.skipIf(disk === null)('a full disk', () => {
  it('is told of as a store that does not write now, and nothing acknowledged is lost', async () => {
    const { events, violations, names } = await afflicted('disk full', 6);
    expect(violations).toEqual([]);
    expect(names).toEqual(new Set(['disk full', 'disk full, and Redis ended by it']));
    expect(codesIn(events)).toContain('STORE_UNAVAILABLE');
    expect(codesIn(events)).not.toContain('INTERNAL_SERVER_ERROR');
  }, 60_000);
});

describe('an append-only file', () => {
  it('that has lost its end is read up to there, and who had seen more is told', async () => {
    const { events, violations } = await afflicted('end of the file lost', 6);
    expect(violations).toEqual([]);
    const cursors = new Set(
      events.flatMap((event) => (event.kind === 'reading' ? event.entries.map(({ cursor }) => cursor) : [])),
    );
    const lost = events.filter((event) => event.kind === 'ok' && !cursors.has(event.cursor));
    expect(lost.length).toBeGreaterThan(0);
    const told = events.filter((event) => event.kind === 'delivered' && event.type === 'ResyncRequired');
    expect(told.length).toBeGreaterThan(0);
  }, 60_000);
});

describe('users of Redis', () => {
  it('who lose rights in the midst, or their password, make a store that is away, and no fault of the server', async () => {
    for (const only of ['user of Redis', 'password of Redis']) {
      const { events, violations } = await afflicted(only, only === 'user of Redis' ? 5 : 2);
      expect(violations).toEqual([]);
      expect(codesIn(events)).toContain('STORE_UNAVAILABLE');
      expect(codesIn(events)).not.toContain('INTERNAL_SERVER_ERROR');
    }
  }, 60_000);
});
