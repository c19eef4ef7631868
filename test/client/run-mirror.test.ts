import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  connect,
  initialTranscript,
  reduceTranscript,
  type AgentSession,
  type ConnectOptions,
  type SessionEvent,
} from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { faultyFetch, serverFault, type Fault, type FaultyFetch } from './faulty-fetch.ts';
import { manualTimer, type ManualTimer } from './manual-timer.ts';
import { came, handedOver, isWith, says, ScriptedRun, started, thinks } from './scripted-run.ts';
import { assistant, call, result, user } from './sdk-items.ts';

const REFUSED: Fault = { kind: 'refused' };
const HELLO = assistant('Hello, Ada', 'msg_1');

describe('a run that is mirrored', () => {
  let app: RunningApp;
  let way: FaultyFetch;
  let time: ManualTimer;
  let session: AgentSession;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    way = faultyFetch(app.app.fetch);
    time = manualTimer();
    session = sessionOf();
  });

  const sessionOf = (options: ConnectOptions = {}, id?: string): AgentSession =>
    connect({
      fetch: way.fetch,
      timer: time.timer,
      retry: { wait: async () => undefined },
      ...options,
    }).session(id);
  /** The same session by a way that works. */
  const seen = async (): Promise<AgentSession> =>
    connect({ fetch: app.app.fetch }).session(await session.getSessionId());
  const drafts = async () => {
    await using transcript = await (await seen()).transcript();
    return transcript.state.drafts;
  };
  const isWritten = (text: string) => () =>
    eventually(async () => {
      time.pass(30);
      expect(await drafts()).toMatchObject([{ text }]);
    });
  /** The write of the items and the one that may be of spaces. */
  const isRefused = () =>
    eventually(() => {
      time.pass(30);
      expect(sent().slice(-2)).toEqual(['addItems', 'storeAgentResult']);
    });
  const contentOf = async (each: AgentSession) => {
    await using transcript = await each.transcript({ last: 1000 });
    const items = transcript.state.items.map(({ id: _id, cursor: _at, createdAt: _when, ...item }) => item);
    const info = await each.info();
    return { items, agents: info?.agentsUsed, agent: info?.currentAgent, count: info?.messageCount };
  };
  const sent = (): string[] =>
    way.sent.map(({ query }) => /^mutation[^{]*\{(\w+)/.exec(query)?.[1] ?? 'read');

  it('shows the question, then the answer while it is written, and its message in its place', async () => {
    await session.getSessionId();
    const events = (await seen()).events();
    const met: SessionEvent[] = [];
    const reading = (async () => {
      for await (const event of events) met.push(event);
    })();
    await eventually(() => expect(met).toHaveLength(1));
    await session.mirror(
      new ScriptedRun(
        [user('Hi')],
        [
          started(),
          thinks('A greeting'),
          says('Hello', 'msg_1'),
          isWritten('Hello'),
          says(', A'),
          isWritten('Hello, A'),
          says('da'),
          came(HELLO),
        ],
      ),
    );
    await eventually(() => expect(met.at(-1)?.__typename).toBe('ItemAdded'));
    await events.return();
    await reading;
    const draft = met.find(({ __typename }) => __typename === 'DraftStarted');
    expect(met.slice(1)).toMatchObject([
      { item: { __typename: 'Message', role: 'USER', text: 'Hi' } },
      { item: { __typename: 'Handoff', to: 'triage' } },
      { __typename: 'DraftStarted', draft: { agent: 'triage' } },
      { __typename: 'DraftAppended', channel: 'REASONING', text: 'A greeting' },
      { __typename: 'DraftAppended', channel: 'TEXT', text: 'Hello' },
      { __typename: 'DraftAppended', offset: 5, text: ', A' },
      {
        item: { text: 'Hello, Ada', agent: 'triage', raw: HELLO },
        finishesDraft: draft?.__typename === 'DraftStarted' ? draft.draft.id : '',
      },
    ]);
  });

  it('passes every event, and takes it from nobody', async () => {
    const steps = [started(), says('Hello'), { type: 'something_new' } as never, came(HELLO)];
    const passed: unknown[] = [];
    for await (const event of session.mirrored(new ScriptedRun([user('Hi')], steps))) passed.push(event);
    expect(passed).toEqual(steps);
  });

  it('leaves a draft out where the message comes at once', async () => {
    await session.mirror(new ScriptedRun([user('Hi')], [started(), says('Hello, Ada'), came(HELLO)]));
    expect(sent()).not.toContain('startMessage');
    expect(await session.getItems()).toEqual([user('Hi'), HELLO]);
  });

  it('leaves what storing its result leaves, over several turns, hand-offs and all', async () => {
    const stored = sessionOf();
    for (const each of [session, stored]) await each.trackAgent('triage');
    const turns = [
      [says('Sure?'), came(assistant('Sure?'))],
      [
        thinks('Hm'),
        came({ type: 'reasoning', id: 'rs_1', content: [] }),
        came(call('call_1')),
        came(call('call_2')),
        came(result('call_2')),
        came(result('call_1')),
        came(call('call_3', { name: 'transfer_to_billing' })),
        handedOver({ ...result('call_3'), output: '{"assistant":"Billing"}' }, 'triage', 'Billing'),
        isWith('Billing'),
        says('Sure?'),
        came(assistant('Sure?'), 'Billing'),
      ],
      [says('Sure?'), came(assistant('Sure?'), 'Billing')],
    ];
    for (const [turn, steps] of turns.entries()) {
      const agent = turn < 2 ? 'triage' : 'Billing';
      const run = new ScriptedRun([...(await session.toAgentInputs()), user('yes')], steps, { agent });
      await session.mirror(run);
      await stored.storeAgentResult(run);
      expect(await contentOf(session)).toEqual(await contentOf(stored));
    }
    expect(await session.messageCount()).toBe(6);
  });

  it('says whatever the model said, in whatever pieces it came', async () => {
    const unit = fc.constantFrom('a', ' ', 'é', '\u{1F600}', '\u{1F1E9}\u{1F1EA}');
    const cuts = fc.array(fc.nat(40), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, minLength: 1, maxLength: 20 }), cuts, async (text, places) => {
        session = sessionOf();
        const edges = [...new Set([0, ...places.filter((place) => place < text.length), text.length])];
        edges.sort((a, b) => a - b);
        const pieces = edges.slice(1).map((end, index) => text.slice(edges[index], end));
        const shown: string[] = [];
        const look = async (): Promise<void> => {
          time.pass(30);
          shown.push(...(await drafts()).map((draft) => draft.text));
        };
        const said = assistant(`${text}.`);
        const steps = pieces.flatMap((piece) => [says(piece), look]);
        const last = isWritten(`${text}.`);
        await session.mirror(new ScriptedRun([user('Hi')], [...steps, says('.'), last, came(said)]));
        for (const draft of shown) expect(text.startsWith(draft)).toBe(true);
        expect(shown.every((draft) => draft.isWellFormed())).toBe(true);
        expect(await session.getItems()).toEqual([user('Hi'), said]);
        expect(await drafts()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps what was said when the run fails, and fails with the same', async () => {
    const failure = new RangeError('of the model');
    const steps = [
      came(call('call_1')),
      came(result('call_1')),
      thinks('Hm'),
      says('Half a thou'),
      isWritten('Half a thou'),
    ];
    await expect(session.mirror(new ScriptedRun([user('Hi')], steps, { failure }))).rejects.toBe(failure);
    expect((await contentOf(session)).items.slice(1)).toMatchObject([
      { to: 'triage' },
      { callId: 'call_1' },
      { callId: 'call_1' },
      { __typename: 'Reasoning', summary: 'Hm' },
      { text: 'Half a thou', status: 'INTERRUPTED', agent: 'triage' },
    ]);
    expect(await drafts()).toEqual([]);
  });

  it('keeps what was said when the loop over its events is left', async () => {
    const run = new ScriptedRun([user('Hi')], [says('Half a thou'), says('ght')]);
    for await (const _event of session.mirrored(run)) break;
    expect(run.cancelled).toBe(true);
    expect((await contentOf(session)).items.at(-1)).toMatchObject({
      text: 'Half a thou',
      status: 'INTERRUPTED',
    });
  });

  it('ends as the run does when that is aborted, and stores what comes of it yet', async () => {
    const run = new ScriptedRun([user('Hi')], [came(call('call_1'))]);
    const late = { type: 'tool_call_output_item', rawItem: result('call_1'), agent: { name: 'triage' } };
    const completed = run.completed.then(() => void run.newItems.push(late));
    const aborted = Object.assign(Object.create(run) as ScriptedRun, { cancelled: true, completed });
    aborted[Symbol.asyncIterator] = () => run[Symbol.asyncIterator]();
    await session.mirror(aborted);
    expect(await session.getItems()).toEqual([user('Hi'), call('call_1'), result('call_1')]);
  });

  it('stores what no event told of: items of a run that failed, and input that was taken in', async () => {
    const taken = { type: 'input_item', rawItem: user('And now?'), agent: { name: 'triage' } };
    const run = new ScriptedRun(
      [user('Hi')],
      [came(HELLO), () => run.newItems.push(taken), started(), says('Now'), came(assistant('Now'))],
    );
    await session.mirror(run);
    expect(await session.getItems()).toEqual([user('Hi'), HELLO, user('And now?'), assistant('Now')]);

    const untold = { type: 'tool_call_output_item', rawItem: result('call_1'), agent: { name: 'triage' } };
    const failing = new ScriptedRun(
      await session.toAgentInputs(),
      [came(call('call_1')), () => failing.newItems.push(untold)],
      { failure: new Error('too many turns') },
    );
    await expect(session.mirror(failing)).rejects.toThrow('too many turns');
    expect((await session.getItems()).slice(-2)).toEqual([call('call_1'), result('call_1')]);
  });

  it('goes on with a run that was stored in part, and finds a call that waits for its approval', async () => {
    await session.addItems([user('Hi'), call('call_1'), result('call_1')]);
    const run = new ScriptedRun([user('Hi')], [came(result('call_2')), came(HELLO)]);
    const waiting = [call('call_1'), call('call_2'), result('call_1')];
    run.newItems.push(...waiting.map((rawItem) => ({ type: 'item', rawItem, agent: { name: 'triage' } })));
    run.newItems.push({ type: 'tool_approval_item', rawItem: call('call_2') });
    const all = [user('Hi'), call('call_1'), result('call_1'), call('call_2'), result('call_2'), HELLO];
    await session.mirror(run);
    expect(await session.getItems()).toEqual(all);
    expect(await session.storeAgentResult(run)).toMatchObject({ added: 0 });
  });

  it('leaves the input to who stores it by other means', async () => {
    await session.addMessage({ role: 'USER', text: 'Hi' });
    await session.mirror(new ScriptedRun([user('Hi')], [came(HELLO)]), { scope: 'NEW' });
    expect(await session.getItems()).toEqual([user('Hi'), HELLO]);
    expect(await session.currentAgent()).toBe('triage');
  });

  it('is refused for a run that writes to the session itself', async () => {
    const id = await session.getSessionId();
    const run = Object.assign(new ScriptedRun([user('Hi')], [came(HELLO)]), {
      state: { _currentTurnSessionHistoryTransactionSessionId: id },
    });
    await expect(session.mirror(run)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { path: ['run'] },
    });
    expect(await session.getItems()).toEqual([]);
  });

  it('gives its run a session that only reads', async () => {
    const memory = session.forMirror();
    expect(await memory.getSessionId()).toBe(await session.getSessionId());
    await session.addItems([user('Hi'), HELLO]);
    await memory.addItems([user('again')]);
    expect(await memory.popItem()).toBeUndefined();
    await memory.clearSession();
    expect(await memory.getItems()).toEqual([user('Hi'), HELLO]);
    expect(await memory.getItems(1)).toEqual([HELLO]);
  });

  it('does not hold up the run while the server does not answer', async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    session = sessionOf({
      fetch: async (url, init) => {
        await held;
        return way.fetch(url, init);
      },
    });
    const passed: unknown[] = [];
    const steps = [
      says('Hello, '),
      () => time.pass(30),
      says('Ada'),
      came(HELLO),
      came(call('call_1')),
      came(result('call_1')),
    ];
    const run = new ScriptedRun([user('Hi')], steps);
    const mirroring = (async () => {
      for await (const event of session.mirrored(run)) passed.push(event);
    })();
    await eventually(() => expect(passed).toHaveLength(5));
    answer();
    await mirroring;
    expect(await session.getItems()).toEqual([user('Hi'), HELLO, call('call_1'), result('call_1')]);
  });

  it('goes on when the server was away for longer than a write is retried, and writes all once', async () => {
    await session.getSessionId();
    const { length } = way.sent;
    way.next(...Array.from({ length: 14 }, () => REFUSED));
    const outage = () => eventually(() => expect(way.sent).toHaveLength(length + 7));
    const flush = (): void => time.pass(30);
    const steps = [outage, says('Hello, '), flush, came(HELLO), flush, came(call('call_1')), flush];
    await session.mirror(new ScriptedRun([user('Hi')], [...steps, came(result('call_1'))]));
    expect(way.sent.length).toBeGreaterThan(length + 14);
    expect(await session.getItems()).toEqual([user('Hi'), HELLO, call('call_1'), result('call_1')]);
    expect(await drafts()).toEqual([]);
  });

  it('lets the run go on to its end when nothing can be written any more, and fails then', async () => {
    await session.getSessionId();
    const away = Array.from({ length: 1000 }, () => REFUSED);
    const passed: unknown[] = [];
    const run = new ScriptedRun(
      [user('Hi')],
      [
        says('Hello'),
        isWritten('Hello'),
        () => way.next(...away),
        came(HELLO),
        () => time.pass(0),
        came(call('call_1')),
      ],
    );
    const mirroring = async (): Promise<void> => {
      for await (const event of session.mirrored(run)) passed.push(event);
    };
    await expect(mirroring()).rejects.toMatchObject({ code: 'NETWORK_ERROR', retryable: true });
    expect(passed).toHaveLength(3);
    // Its draft is left to the server.
    const { length } = way.sent;
    time.pass(60_000);
    expect(way.sent).toHaveLength(length);
    expect(await drafts()).toMatchObject([{ text: 'Hello' }]);
  });

  it('stops at what the server refuses, keeps what was said, and fails in the end', async () => {
    const bad = { ...call('call_1'), arguments: '\uD83D' };
    const steps = [says('Hello'), isWritten('Hello'), came(bad), isRefused, came(call('call_2'))];
    await expect(session.mirror(new ScriptedRun([user('Hi')], steps))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { index: 0 },
    });
    expect((await contentOf(session)).items.slice(2)).toMatchObject([
      { text: 'Hello', status: 'INTERRUPTED' },
    ]);
  });

  it('refuses what JSON has not without breaking the loop before its end', async () => {
    const passed: unknown[] = [];
    const mirroring = async (): Promise<void> => {
      const run = new ScriptedRun([user('Hi')], [came({ ...call('call_1'), big: 1n }), says('Hello')]);
      for await (const event of session.mirrored(run)) passed.push(event);
    };
    await expect(mirroring()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(passed).toHaveLength(2);
  });

  it('is written although no draft can be begun, and although its draft is gone', async () => {
    way.next();
    const id = await session.getSessionId();
    const others = await Promise.all(Array.from({ length: 32 }, () => session.startMessage()));
    await session.mirror(new ScriptedRun([user('Hi')], [says('Hello'), () => time.pass(30), came(HELLO)]));
    await Promise.all(others.map((draft) => draft.cancel()));
    const clear = async (): Promise<void> => connect({ fetch: app.app.fetch }).session(id).clear();
    await session.mirror(
      new ScriptedRun(await session.toAgentInputs(), [
        says('Again'),
        isWritten('Again'),
        clear,
        came(assistant('Again')),
      ]),
    );
    expect(await session.getItems()).toEqual([assistant('Again')]);
  });

  it('is NOT_FOUND in the end when the session is deleted meanwhile', async () => {
    const remove = async (): Promise<void> => void (await (await seen()).delete());
    const run = new ScriptedRun([user('Hi')], [says('Hello'), isWritten('Hello'), remove, came(HELLO)]);
    await expect(session.mirror(run)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps an answer that is only spaces', async () => {
    const blank = assistant('   ');
    await session.mirror(new ScriptedRun([user('Hi')], [says('   '), isWritten('   '), came(blank)]));
    expect(await session.getItems()).toEqual([user('Hi'), blank]);
    expect(await drafts()).toEqual([]);
  });

  it('splits what is too large for one write', async () => {
    const large = [1, 2, 3].map((n) => result(`call_${n}`, 'x'.repeat(3 * 1024 * 1024)));
    const calls = [1, 2, 3].map((n) => call(`call_${n}`));
    await session.mirror(
      new ScriptedRun(
        [user('Hi')],
        [...calls, ...large].map((item) => came(item)),
      ),
    );
    expect(await session.getItems()).toEqual([user('Hi'), ...calls, ...large]);
  });

  it('takes turns with the other writes of its object', async () => {
    const note = { role: 'system', content: 'A note' };
    const run = new ScriptedRun(
      [user('Hi')],
      [came(HELLO), () => time.pass(0), () => void session.addItems([note])],
    );
    await session.mirror(run);
    expect(await session.getItems()).toEqual([user('Hi'), HELLO, note]);
  });

  it('is written once, whatever answers are lost and requests refused', async () => {
    const fault = fc.constantFrom<Fault | null>(
      null,
      REFUSED,
      { kind: 'reply lost' },
      serverFault({ code: 'STORE_TIMEOUT', retryable: true }),
    );
    const passes = fc.array(fc.constantFrom(0, 30, 5_000));
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 30 }), passes, async (faults, lapses) => {
        const others = await connect({ fetch: app.app.fetch }).create();
        const struck = sessionOf(
          {
            fetch(url, init) {
              const next = faults.shift() ?? null;
              if (next !== null) way.next(next);
              return way.fetch(url, init);
            },
            retry: { retries: 2, wait: async () => undefined },
          },
          await others.getSessionId(),
        );
        const meanwhile = async (): Promise<void> => {
          time.pass(lapses.pop() ?? 0);
          // Lets what answers at once be answered.
          await new Promise((resolve) => void setImmediate(resolve));
        };
        const run = new ScriptedRun(
          [user('Hi')],
          [
            says('Hel', 'msg_1'),
            says('lo, ', 'msg_1'),
            says('Ada', 'msg_1'),
            came(HELLO),
            came(call('call_1')),
            came(result('call_1')),
            thinks('Hm'),
            says('Bye', 'msg_2'),
            came(assistant('Bye', 'msg_2')),
          ].flatMap((step) => [step, meanwhile]),
        );
        const events = others.events({ after: '0' });
        const failed = await struck.mirror(run).then(
          () => false,
          () => true,
        );
        const items = await others.getItems();
        expect(items).toEqual(failed ? run.history.slice(0, items.length) : run.history);
        // And a reader has met them so, once each.
        const { itemCount = 0 } = (await others.info()) ?? {};
        let shown = initialTranscript({ cursor: '0', items: [] });
        while (shown.items.length < itemCount || !shown.caughtUp) {
          const { value } = await events.next();
          if (value !== undefined) shown = reduceTranscript(shown, value);
        }
        await events.return();
        const spoken = shown.items.filter(({ __typename }) => __typename !== 'Handoff');
        expect(spoken.map(({ raw }) => raw)).toEqual(items);
      }),
      { numRuns: 50 },
    );
  });
});
