import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../src/adapters/prometheus/metrics.ts';

const document = readFileSync('docs/operations.md', 'utf8');

/** The rows of the table of metrics: names of metrics, and of their labels. */
const documented = new Map(
  [...document.matchAll(/^\| `(agent_sessions_\w+)` *\|([^|]*)\|/gm)].map(([, name = '', labels = '']) => [
    name,
    [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
  ]),
);

/** Names of all metrics in a text: a query, or a sentence; those of histograms without what Prometheus adds. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/\b(?:agent_sessions|process|nodejs)_\w+/g)].map(([name]) =>
    name.replace(/_bucket$/, ''),
  );
}

/** Every metric once, with the names of its labels, when everything has happened that can be measured. */
async function measured(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { requests, store, redis, feeds, watch, expose } = createMetrics({ now: () => 0 });
  requests.request({ transport: 'http', kind: 'query', outcome: 'OK', durationMs: 1, bytes: 1 });
  requests.delivered('http', 1);
  requests.watched('http', 1);
  requests.connected(1);
  requests.cut();
  requests.fault();
  store.call('startDraft', 'OK', 1);
  store.appended(1);
  redis.roundTrip('ok', 1);
  redis.scriptError('other');
  feeds.caughtUp('replay');
  feeds.told(0);
  feeds.missed('list');
  feeds.lost('DIVERGED');
  watch({ sessions: () => 1, lists: () => 1 });
  const { text } = await expose();
  const types = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
  return new Map(
    types.map((name) => {
      const series = new RegExp(`^${name}(?:_count)?(?:\\{([^}]*)\\})? `, 'm').exec(text);
      return [name, [...(series?.[1] ?? '').matchAll(/(\w+)="/g)].map(([, label = '']) => label)];
    }),
  );
}

describe('what is measured', () => {
  let all: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    all = await measured();
  });
  const own = (): [string, readonly string[]][] =>
    [...all].filter(([name]) => name.startsWith('agent_sessions_'));

  it('is in the table of docs/operations.md, each metric with its labels', () => {
    expect(own().length).toBeGreaterThan(20);
    expect(documented).toEqual(new Map(own()));
  });

  it('is named as Prometheus names: units in full, totals as such', async () => {
    for (const [name] of own()) expect(name).toMatch(/^agent_sessions_[a-z_]+$/);
    const text = (await createMetrics({ now: () => 0 }).expose()).text;
    for (const [, name = '', type] of text.matchAll(/^# TYPE (agent_sessions_\w+) (\w+)$/gm)) {
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });

  it('is all that alerts and the dashboard ask for', () => {
    const dashboard = readFileSync('docs/grafana.json', 'utf8');
    const { panels, templating } = JSON.parse(dashboard);
    const queries = panels.flatMap(({ targets = [] }: any) => targets.map(({ expr }: any) => expr));
    expect(queries.length).toBeGreaterThan(20);
    const asked = namesIn([...queries, templating.list[1].query.query, document].join('\n'));
    expect(asked.filter((name) => !all.has(name) && !name.endsWith('_'))).toEqual([]);
    // And nothing that is measured is shown nowhere.
    const shown = new Set(namesIn(queries.join('\n')));
    expect(own().flatMap(([name]) => (shown.has(name) ? [] : name))).toEqual([]);
  });
});
