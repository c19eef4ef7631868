import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRunResult, readRunResult, type RunResult } from '../../../src/core/agents/run-result.ts';
import { BadUserInputError, CodedError } from '../../../src/core/errors.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { handoffRaw, type StoredItem } from '../../../src/core/log.ts';
import { wrapped, wrapper, writtenRun, WRAPPER_FORMATS } from '../../support/wrapped-history-writer.ts';

const FIXTURES = JSON.parse(readFileSync('test/fixtures/handoff.json', 'utf8')) as Record<
  string,
  JsonObject[]
>;

const user = (content: string): JsonObject => ({ role: 'user', content });
const said = (id: string, text = 'ok'): JsonObject => ({
  id,
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const call = (id: string, name: string): JsonObject => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: '{}',
});
const result = (id: string, output: unknown) =>
  ({ type: 'function_call_output', call_id: id, output }) as JsonObject;
const transfer = (id: string, agent: string) => [
  call(id, `transfer_to_${agent}`),
  result(id, JSON.stringify({ assistant: agent })),
];

/** A session as a store keeps it: as much of it as the plan of a result depends on. */
class Session {
  stored: StoredItem[] = [];
  currentAgent: string | null = null;

  store(items: readonly unknown[], options: Partial<RunResult> = {}): number {
    const result: RunResult = {
      items,
      scope: 'WHOLE',
      dialect: 'RESPONSES',
      currentAgent: null,
      messagesOnly: false,
      metadata: '{}',
      ...options,
    };
    const plan = planRunResult(readRunResult(result, LIMITS), this.stored, LIMITS);
    for (const step of plan.steps) {
      if (step.kind === 'item') {
        const { call: _call, resultOf: _result, ...item } = step.item;
        this.stored.push({ ...item, agent: item.agent ?? this.currentAgent, toolName: null, handoff: false });
      } else if (step.name !== this.currentAgent) {
        this.stored.push(handoff(this.currentAgent, step.name));
        this.currentAgent = step.name;
      }
    }
    return plan.skipped;
  }

  get items(): JsonObject[] {
    return this.stored.filter((item) => !item.handoff).map(({ raw }) => JSON.parse(raw) as JsonObject);
  }

  /** Each entry in a word: who spoke as whom, or who handed over to whom. */
  get story(): string[] {
    return this.stored.map(({ raw, role, agent, handoff: isHandoff }) => {
      const { to, type } = JSON.parse(raw) as { to?: string; type?: string };
      return isHandoff ? `> ${to}` : `${role ?? type} ${agent ?? '-'}`;
    });
  }
}

function handoff(from: string | null, to: string): StoredItem {
  const raw = handoffRaw(from, to);
  const rest = { role: null, metadata: '{}', derived: false, status: 'COMPLETED', toolName: null } as const;
  return { raw, dialect: 'AGENTS_JS', agent: to, handoff: true, ...rest };
}

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('storing what a run returned', () => {
  it.each(Object.keys(FIXTURES))('a second time adds nothing: %s', (name) => {
    const items = FIXTURES[name] ?? [];
    const session = new Session();
    expect(session.store(items)).toBe(0);
    const once = session.stored.length;
    expect(session.store(items)).toBe(session.items.length);
    expect(session.stored).toHaveLength(once);
  });

  it('leaves 2, 4, 6 … messages after ten turns of history, new input and run', () => {
    const session = new Session();
    for (let turn = 1; turn <= 10; turn++) {
      session.store([...session.items, user('yes'), said(`msg_${turn}`)]);
      expect(session.items).toHaveLength(2 * turn);
    }
  });

  it.each(WRAPPER_FORMATS)('leaves each item once after ten turns that hand over: %s', (format) => {
    const session = new Session();
    for (let turn = 1; turn <= 10; turn++) {
      const run = {
        input: [...session.items, user('yes')],
        before: [said(`a${turn}`), call(`l${turn}`, 'look'), result(`l${turn}`, 'found')],
        said: [said(`b${turn}`)],
        transfer: transfer(`t${turn}`, turn % 2 === 0 ? 'a' : 'b'),
        after: [said(`c${turn}`)],
      };
      expect(session.store(writtenRun(format, run))).toBe(8 * (turn - 1));
      expect(session.items).toHaveLength(8 * turn);
    }
    expect(session.story.slice(0, 9)).toEqual([
      'USER -',
      'ASSISTANT -',
      'function_call -',
      'function_call_output -',
      'ASSISTANT -',
      'function_call -',
      'function_call_output -',
      '> b',
      'ASSISTANT b',
    ]);
  });

  it('appends what follows a history of the other dialect', () => {
    const session = new Session();
    session.store(
      [
        { type: 'message', role: 'user', content: 'hi' },
        { type: 'function_call', callId: 'c', name: 'look', arguments: '{}' },
        { type: 'function_call_result', callId: 'c', name: 'look', output: { type: 'text', text: 'x' } },
        {
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'ho' }],
        },
      ],
      { dialect: 'AGENTS_JS' },
    );
    const incoming = [
      user('hi'),
      call('c', 'look'),
      result('c', 'x'),
      { role: 'assistant', content: 'ho' },
      user('yes'),
    ];
    expect(session.store(incoming)).toBe(4);
    expect(session.items).toHaveLength(5);
    expect(session.stored.map(({ dialect }) => dialect)).toEqual([
      ...Array<string>(4).fill('AGENTS_JS'),
      'RESPONSES',
    ]);
  });

  it('appends all of what is said to be new', () => {
    const session = new Session();
    for (let turn = 0; turn < 2; turn++)
      expect(session.store([user('yes'), said('')], { scope: 'NEW' })).toBe(0);
    expect(session.items).toHaveLength(4);
  });

  it('keeps unknown types, unknown fields and empty answers to the letter', () => {
    const items = [
      { type: 'weather_report', z: 1, a: [null] },
      { ...user('hi'), x: { y: 1 } },
      { role: 'assistant', content: ' ' },
      { role: 'assistant', content: [] },
      { role: 'developer', content: 'rule' },
    ];
    const session = new Session();
    session.store(items);
    expect(session.stored.map(({ raw }) => raw)).toEqual(items.map((item) => JSON.stringify(item)));
  });

  it('keeps only messages of users and assistants that have text when asked to, each time', () => {
    const session = new Session();
    const items = [
      { role: 'system', content: 'rule' },
      user('hi'),
      call('c', 'look'),
      result('c', 'x'),
      { role: 'user', content: [{ type: 'input_image', image_url: 'https://x/a.png' }] },
      said('msg_1'),
    ];
    session.store(items, { messagesOnly: true });
    expect(session.items).toEqual([user('hi'), said('msg_1')]);
    expect(session.store([...items, user('yes')], { messagesOnly: true })).toBe(2);
    expect(session.store([...items, user('yes'), said('msg_2')])).toBe(3);
    expect(session.items).toEqual([user('hi'), said('msg_1'), user('yes'), said('msg_2')]);
  });

  it('recognises wrappers that were stored as they are', () => {
    const items = FIXTURES['v0.6.9/msg_before_handoff'] ?? [];
    const session = new Session();
    for (const raw of items) {
      session.stored.push({
        ...handoff(null, ''),
        raw: JSON.stringify(raw),
        handoff: false,
        dialect: 'RESPONSES',
      });
    }
    expect(session.store([...items, user('next')])).toBe(5);
    expect(session.items).toEqual([...items, user('next')]);
  });

  it('says which items came out of a wrapper, and that they are written as Python does', () => {
    const session = new Session();
    session.store([wrapped('1. user: hi'), { type: 'message', ...user('ho') }], { dialect: 'AGENTS_JS' });
    expect(session.stored.map(({ derived, dialect }) => [derived, dialect])).toEqual([
      [true, 'RESPONSES'],
      [false, 'AGENTS_JS'],
    ]);
  });
});

describe('a hand-off', () => {
  it('stands after the result of each transfer, and the items after it carry the agent', () => {
    const session = new Session();
    session.currentAgent = 'a';
    session.store([user('hi'), ...transfer('1', 'b'), said('m1'), ...transfer('2', 'c'), said('m2')]);
    expect(session.story).toEqual([
      'USER a',
      'function_call a',
      'function_call_output a',
      '> b',
      'ASSISTANT b',
      'function_call b',
      'function_call_output b',
      '> c',
      'ASSISTANT c',
    ]);
  });

  it('goes to the agent that the result names, in either dialect, else to that of the tool', () => {
    const to = (output: unknown, currentAgent: string | null = null) => {
      const session = new Session();
      session.store([call('1', 'transfer_to_french_agent'), result('1', output)], { currentAgent });
      return session.story.slice(2);
    };
    expect(to('{"assistant": "French Agent"}')).toEqual(['> French Agent']);
    expect(to({ type: 'text', text: '{"assistant":"French Agent"}' })).toEqual(['> French Agent']);
    expect(to([{ type: 'input_text', text: '{"assistant":"French Agent"}' }])).toEqual(['> French Agent']);
    expect(to('Over to you!')).toEqual(['> french_agent']);
    expect(to('Over to you!', 'French Agent')).toEqual(['> French Agent']);
  });

  it('needs a result that does not refuse it, and a call that asks for it', () => {
    const session = new Session();
    const refused = result('2', 'Multiple handoffs detected, ignoring this one.');
    session.store([
      call('0', 'transfer_to_z'),
      call('1', 'transfer_to_b'),
      call('2', 'transfer_to_c'),
      call('3', 'look'),
      refused,
      result('3', '{"assistant": "d"}'),
      result('1', '{"assistant": "b"}'),
    ]);
    expect(session.story.filter((entry) => entry.startsWith('>'))).toEqual(['> b']);
    expect(session.story.at(-1)).toBe('> b');
  });

  it('follows a result whose call was stored before', () => {
    const session = new Session();
    const [asked, answered] = transfer('1', 'b');
    session.store([user('hi'), asked]);
    session.store([user('hi'), asked, answered, said('m1')]);
    expect(session.story.slice(2)).toEqual(['function_call_output -', '> b', 'ASSISTANT b']);
  });

  it('is recorded when only messages are kept', () => {
    const session = new Session();
    const items = [user('hi'), ...transfer('1', 'b'), said('m1')];
    session.store(items, { messagesOnly: true });
    session.store(items, { messagesOnly: true });
    expect(session.story).toEqual(['USER -', '> b', 'ASSISTANT b']);
  });

  it('is not made again by a result that adds nothing', () => {
    const session = new Session();
    const items = [user('hi'), ...transfer('1', 'b')];
    for (let time = 0; time < 2; time++) session.store(items, { messagesOnly: true, currentAgent: 'a' });
    expect(session.story).toEqual(['USER -', '> b', '> a']);
  });

  it('is made once by the current agent that the caller names, which has the last word', () => {
    const first = new Session();
    first.store([user('hi'), said('m1')], { currentAgent: 'a' });
    first.store([user('hi'), said('m1')], { currentAgent: 'a' });
    expect(first.story).toEqual(['USER -', '> a', 'ASSISTANT a']);
    const second = new Session();
    second.store([user('hi'), ...transfer('1', 'b'), said('m1')], { currentAgent: 'a' });
    expect(second.story.slice(3)).toEqual(['> b', 'ASSISTANT b', '> a']);
  });
});

describe('a result that cannot be stored', () => {
  it.each<[string, unknown]>([
    ['no object', 'hi'],
    ['a list', []],
    ['neither type nor role', { content: 'hi' }],
    ['an unknown role', { role: 'tool', content: 'hi' }],
    ['no content', { role: 'user' }],
    ['a content that is a number', { role: 'user', content: 1 }],
    ['parts without a type', { role: 'user', content: [{ text: 'hi' }] }],
    ['a lone surrogate', user('\ud800')],
    ['a reserved key', JSON.parse('{"type":"x","__proto__":1}')],
    ['an item in a wrapper that is none', wrapper('json', [{ role: 'user', content: [{ text: 'hi' }] }])],
  ])('is refused as a whole, with the index: %s', (_name, item) => {
    const session = new Session();
    const error = thrown(() => session.store([user('a'), wrapped('1. user: b\n2. user: c'), item]));
    expect(error).toBeInstanceOf(BadUserInputError);
    expect(error).toMatchObject({ details: { index: 2, path: ['items', 2] } });
    expect(session.stored).toEqual([]);
  });

  it('is one of more items, or more new ones, than are taken at once', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => user(`${index}`));
    const session = new Session();
    expect(thrown(() => session.store(many(10_001)))).toMatchObject({
      details: { limit: 10_000, actual: 10_001 },
    });
    const lines = Array.from({ length: 10_001 }, (_, index) => `${index + 1}. user: hi`).join('\n');
    expect(thrown(() => session.store([wrapped(lines)]))).toMatchObject({ details: { limit: 10_000 } });
    expect(thrown(() => session.store(many(1_001)))).toMatchObject({
      details: { limit: 1_000, actual: 1_001 },
    });
    session.store(many(1_000));
    expect(session.store(many(2_000))).toBe(1_000);
  });

  it('never fails in another way, whatever it holds', () => {
    const record = fc.oneof(
      fc.json().map((text) => `{"type": "x", "y": ${text}}`),
      fc.json(),
      fc.constantFrom('user: ', 'assistant', 'user (A): [', 'function_call: {"call_id": "c"}', 'x\n1. '),
      fc.string(),
    );
    const folded = fc
      .array(record)
      .map((records) => wrapped(records.map((text, index) => `${index + 1}. ${text}`).join('\n')));
    const item = fc.oneof(
      fc.jsonValue(),
      folded,
      fc.record(
        {
          type: fc.constantFrom(
            'message',
            'function_call',
            'function_call_output',
            'reasoning',
            'unknown',
            'x_call',
          ),
          role: fc.constantFrom('user', 'assistant', 'tool'),
          id: fc.constantFrom('1', '', 'FAKE_ID'),
          call_id: fc.constantFrom('1', '2'),
          name: fc.constantFrom('transfer_to_b', 'transfer_to_', 'look'),
          content: fc.oneof(fc.string(), fc.jsonValue()),
          output: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.array(item), fc.array(item), fc.boolean(), (first, second, messagesOnly) => {
        const session = new Session();
        for (const items of [first, second, [...first, ...second]]) {
          const error = thrown(() => session.store(items, { messagesOnly }));
          if (error !== undefined) expect(error).toBeInstanceOf(CodedError);
          else {
            const { length } = session.stored;
            session.store(items, { messagesOnly });
            expect(session.stored).toHaveLength(length);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
