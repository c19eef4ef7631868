import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COPY_CALLS_SQL, COPY_ITEMS_SQL } from '../../src/adapters/sqlite/copy.ts';
import type { Database, Value } from '../../src/adapters/sqlite/database.ts';
import { SESSION_PAGE_SQL } from '../../src/adapters/sqlite/list.ts';
import { openDatabase } from '../../src/adapters/sqlite/open.ts';
import { existsSql, pageSql } from '../../src/adapters/sqlite/page-sql.ts';
import { LOG_SQL } from '../../src/adapters/sqlite/read.ts';
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

  for (const from of ['start', 'end'] as const) {
    it(`search for a user's sessions from the ${from}`, () => {
      expectSearch(planOf(SESSION_PAGE_SQL[from], '"ada"', 0, 9, 'z', 0, '', 5));
    });
  }
});
