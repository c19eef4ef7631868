import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Watcher } from '../support/watcher.ts';
import { shownBy } from './shown-session.ts';
import type { Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

/** What is done to a session; `n` chooses among what there is. */
const WRITES = {
  say: (api, id, n) => api.say(id, `said ${n}`),
  answer: (api, sessionId, n) =>
    api.write('addMessage', { sessionId, role: 'ASSISTANT', text: `answer ${n}`, agent: `agent ${n % 3}` }),
  exchange: (api, sessionId, n) =>
    api.write('storeExchange', {
      sessionId,
      userMessage: 'q',
      assistantResponse: 'a',
      agentName: `agent ${n % 3}`,
    }),
  add: (api, sessionId, n) =>
    api.write('addItems', { sessionId, items: Array.from({ length: (n % 7) + 1 }, () => ({ type: 'x' })) }),
  track: (api, sessionId, n) => api.write('trackAgent', { sessionId, agentName: `agent ${n % 4}` }),
  pop: (api, id) => api.write('popItem', { id }),
  clear: (api, id) => api.write('clearSession', { id }),
  rename: (api, id, n) =>
    api.write('updateSession', { id, title: `title ${n}`, metadata: { [`key${n % 3}`]: n } }),
  async replace(api, sessionId, n) {
    const session = await api.session(sessionId, 'items { nodes { __typename raw } }');
    const items = (session?.items.nodes ?? []).filter(({ __typename }: any) => __typename !== 'Handoff');
    const expectedSuffix = items.slice(-(n % 3)).map(({ raw }: any) => raw);
    const replacement = [{ type: 'y', n }];
    await api.write('replaceSuffix', {
      sessionId,
      expectedSuffix: n % 3 === 0 ? [] : expectedSuffix,
      replacement,
    });
  },
  begin: (api, sessionId, n) =>
    api.write('startMessage', {
      sessionId,
      role: n % 4 === 0 ? 'USER' : 'ASSISTANT',
      agent: n % 3 === 0 ? null : `agent ${n % 3}`,
    }),
  async append(api, id, n) {
    const draft = await chosen(api, id, n);
    if (draft === null) return;
    const channel = n % 3 === 0 ? 'REASONING' : 'TEXT';
    const offset = (channel === 'TEXT' ? draft.text : draft.reasoning).length;
    await new DraftCalls(api).append(draft.ref, `😀${n} `, offset, channel);
  },
  async finish(api, id, n) {
    const draft = await chosen(api, id, n);
    if (draft === null) return;
    await api.write('finishMessage', {
      ...draft.ref,
      text: n % 2 === 0 && draft.text !== '' ? null : `given ${n}`,
    });
  },
  async cancel(api, id, n) {
    const draft = await chosen(api, id, n);
    if (draft !== null) await api.write('cancelMessage', { ...draft.ref, keep: n % 2 === 0 });
  },
  async end(api, sessionId, n) {
    const draft = await chosen(api, sessionId, n);
    if (draft === null) return;
    const items = [{ type: 'x' }, ...(n % 3 === 0 ? [] : [{ role: 'assistant', content: `whole ${n}` }])];
    await api.write('addItems', { sessionId, items, finishesDraft: draft.ref.draftId });
  },
  async remake(api, id) {
    await api.write('deleteSession', { id });
    await api.create({ id, title: 'made again' });
  },
} satisfies Record<string, (api: Api, id: string, n: number) => Promise<unknown>>;

async function chosen(api: Api, sessionId: string, n: number) {
  const session = await api.session(sessionId, 'drafts { id text reasoning }');
  const open = session?.drafts ?? [];
  const draft = open[n % Math.max(1, open.length)];
  return draft === undefined
    ? null
    : { ref: { sessionId, draftId: draft.id }, text: draft.text, reasoning: draft.reasoning };
}

type Write = keyof typeof WRITES;
type Step =
  | { readonly do: 'write' | 'burst'; readonly what: readonly Write[]; readonly n: number }
  | { readonly do: 'join' | 'reconnect' | 'leave'; readonly n: number };

const names = Object.keys(WRITES) as Write[];
/** Drafts more often than what ends all of them. */
const write = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...names.filter((name) => !['clear', 'remake'].includes(name))) },
  { weight: 8, arbitrary: fc.constantFrom<Write>('begin', 'append', 'append', 'append') },
  { weight: 1, arbitrary: fc.constantFrom<Write>('clear', 'remake') },
);
const n = fc.nat(1000);
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ do: fc.constant('write' as const), what: fc.tuple(write), n }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('burst' as const),
        what: fc.array(write, { minLength: 2, maxLength: 6 }),
        n,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom('join' as const, 'reconnect' as const, 'reconnect' as const, 'leave' as const),
        n,
      }),
    },
  ),
  { minLength: 10, maxLength: 50 },
);

export function anyChangeUnderWatch(api: Api): void {
  const join = (id: string, n: number): Promise<Watcher> =>
    Watcher.join(
      n % 2 === 0 ? 'WebSocket' : 'SSE',
      () => api.endpoint,
      id,
      n % 3 === 0 ? 'the log' : 'a query',
    );

  const run = async (todo: readonly Step[]): Promise<void> => {
    const id = await api.create({ title: 'made' });
    const watchers = [await join(id, 0), await join(id, 1)];
    const away: Watcher[] = [];
    for (const step of todo) {
      if (step.do === 'write' || step.do === 'burst') {
        const writes = step.what.map((what, index) => WRITES[what](api, id, step.n + index));
        // Of those that happen at once some find what they expected changed by the others.
        for (const outcome of await Promise.allSettled(writes)) {
          if (outcome.status === 'rejected') expect(String(outcome.reason)).toMatch(/CONFLICT|NOT_FOUND/);
        }
      } else if (step.do === 'join') watchers.push(await join(id, step.n));
      else if (step.do === 'reconnect') {
        const back = away.splice(0, 1)[0] ?? watchers[step.n % watchers.length];
        await back?.reconnect();
      } else {
        const gone = watchers[step.n % watchers.length];
        if (gone === undefined || away.includes(gone)) continue;
        await gone.stop();
        away.push(gone);
      }
    }
    for (const watcher of away) await watcher.reconnect();
    const now = await shownBy(api, id);
    await eventually(
      () => {
        for (const { session, faults, over } of watchers) {
          expect(faults).toEqual([]);
          if (!over) expect(session.shown).toEqual(now);
        }
      },
      { timeout: 6_000 },
    );
    // Over is what was watched when the session was deleted, and nothing else.
    const remade = todo.some((step) => 'what' in step && step.what.includes('remake'));
    if (!remade) expect(watchers.filter(({ over }) => over)).toEqual([]);
    for (const watcher of watchers) await watcher.stop();
  };

  it('leaves every watcher with what a query shows, whatever is done, and whenever it comes back', async () => {
    await fc.assert(fc.asyncProperty(steps, run), { numRuns: 25, endOnFailure: true });
  });
}
