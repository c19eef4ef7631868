import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COPY_CALLS_SQL, COPY_ITEMS_SQL } from '../../src/adapters/sqlite/copy.ts';
import type { Database, Value } from '../../src/adapters/sqlite/database.ts';
import { SESSION_PAGE_SQL } from '../../src/adapters/sqlite/list.ts';
import { MOMENT_SQL } from '../../src/adapters/sqlite/current.ts';
import { LENGTH_SQL, PART_SQL, PIECES_SQL, TEXT_SQL } from '../../src/adapters/sqlite/draft-texts.ts';
import {
  FIND_DRAFT_SQL,
  IDLE_DRAFTS_SQL,
  OLDEST_WRITE_SQL,
  OPEN_DRAFTS_SQL,
} from '../../src/adapters/sqlite/drafts.ts';
import { openDatabase } from '../../src/adapters/sqlite/open.ts';
import { existsSql, pageSql } from '../../src/adapters/sqlite/page-sql.ts';
import { LOG_SQL } from '../../src/adapters/sqlite/read.ts';
import { STAYS_SQL, TRIMMED_AGENT_SQL, TRIMMED_MESSAGES_SQL } from '../../src/adapters/sqlite/trimming.ts';
import { MESSAGE_ROLES } from '../../src/core/log.ts';

let db: Database;
beforeAll(() => {
  db = openDatabase(':memory:');
});
afterAll(() => db.close());

function planOf(sql: string, ...values: readonly Value[]): readonly string[] {
  return db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) => row.detail);
}

/** Neither reads a table from end to end nor sorts: the cost is that of the page. */
function expectSearch(plan: readonly string[]): void {
  expect(plan.filter((step) => step.startsWith('SEARCH'))).not.toHaveLength(0);
  expect(plan.filter((step) => step.includes('SCAN') || step.includes('TEMP B-TREE'))).toEqual([]);
}

describe('the plans of the SQLite store', () => {
  const roleSets = [undefined, ['USER'], ['USER', 'ASSISTANT'], MESSAGE_ROLES] as const;
  for (const roles of roleSets) {
    const what = roles === undefined ? 'items' : roles.join(', ');
    for (const from of ['start', 'end'] as const) {
      it(`search for a page of ${what} from the ${from}`, () => {
        expectSearch(planOf(pageSql(roles, from), 1, 0, 9, 5));
      });
    }

    it(`search for more of ${what} beside a page`, () => {
      expectSearch(planOf(existsSql(roles), 1, 0, 9));
    });
  }

  it('read each role in order and merge, without sorting', () => {
    const plan = planOf(pageSql(['USER', 'ASSISTANT'], 'end'), 1, 0, 9, 5);
    expect(plan).toContain('MERGE (UNION ALL)');
  });

  it('read of a session that is copied nothing but that session', () => {
    const items = planOf(COPY_ITEMS_SQL, 1, 9, 10, 2, 'mmmmmmmm');
    const calls = planOf(COPY_CALLS_SQL, 1, 9, 10, 2);
    for (const plan of [items, calls]) {
      expect(plan.filter((step) => /SCAN (entries|calls)|TEMP B-TREE|AUTOMATIC/.test(step))).toEqual([]);
      // What was numbered is walked through once: everything else is looked up.
      expect(plan.filter((step) => step === 'SCAN copied')).toHaveLength(1);
      expect(plan.at(-1)).toMatch(/^SEARCH .*(rowid=|place=)/);
    }
  });

  it('search for the log after a place', () => {
    expectSearch(planOf(LOG_SQL, 1, 0, 100));
  });

  it('search for what is trimmed', () => {
    expectSearch(planOf(STAYS_SQL, 1, 5));
    expectSearch(planOf(TRIMMED_AGENT_SQL, 1, 5));
    const messages = planOf(TRIMMED_MESSAGES_SQL, 1, 5);
    expect(messages.filter((step) => step.startsWith('SEARCH entries'))).toHaveLength(2);
    expect(messages.filter((step) => step.startsWith('SCAN entries'))).toEqual([]);
  });

  it("search for a session's state", () => {
    expectSearch(planOf(MOMENT_SQL, 's', 0));
  });

  const drafts: readonly (readonly [string, string, ...Value[]])[] = [
    ['the open drafts of a session', OPEN_DRAFTS_SQL, 1],
    ['a draft by its id', FIND_DRAFT_SQL, 1, '"d"'],
    ['drafts that are idle', IDLE_DRAFTS_SQL, 1, 0],
    ['the oldest write to a draft', OLDEST_WRITE_SQL, 1],
    ['the text of a draft', TEXT_SQL, 1, 'TEXT'],
    ['the length of a text', LENGTH_SQL, 1, 'TEXT'],
    ['a part of a text', PART_SQL, 1, 'TEXT', 5, 9],
    ["the pieces of a session's drafts", PIECES_SQL, 1, 200],
  ];
  for (const [what, sql, ...values] of drafts) {
    it(`search for ${what}`, () => {
      expectSearch(planOf(sql, ...values));
    });
  }

  it('find a part of a text by where it lies, and not by reading from the start', () => {
    const plan = planOf(PART_SQL, 1, 'TEXT', 5, 9);
    expect(plan[0]).toMatch(/draft=\? AND channel=\? AND start>\? AND start<\?/);
  });

  for (const from of ['start', 'end'] as const) {
    it(`search for a user's sessions from the ${from}`, () => {
      expectSearch(planOf(SESSION_PAGE_SQL[from], '"ada"', 0, 9, 'z', 0, '', 5));
    });
  }
});
