import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openWrappedHistories } from '../../../src/core/agents/wrapped-history.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import {
  pythonJson,
  recordLines,
  wrapped,
  wrappedText,
  wrapper,
  writtenRun,
  WRAPPER_FORMATS,
} from '../../support/wrapped-history-writer.ts';

const FIXTURES = JSON.parse(readFileSync('test/fixtures/handoff.json', 'utf8')) as Record<
  string,
  JsonObject[]
>;

const user = (content: string): JsonObject => ({ role: 'user', content });
const text = (words: string) => [{ annotations: [], text: words, type: 'output_text' }];
const message = (id: string, words: string): JsonObject => ({
  id,
  content: text(words),
  role: 'assistant',
  status: 'completed',
  type: 'message',
});
const call = (n: number, name: string): JsonObject => ({
  arguments: '{}',
  call_id: `call_${n}`,
  name,
  type: 'function_call',
  id: `fc_${n}`,
  status: 'completed',
});
const result = (n: number, agent: string): JsonObject => ({
  call_id: `call_${n}`,
  output: pythonJson({ assistant: agent }),
  type: 'function_call_output',
});
const toB = [call(1, 'transfer_to_b'), result(1, 'b')];
const toC = [call(2, 'transfer_to_c'), result(2, 'c')];
const toFrench = [call(1, 'transfer_to_french_agent'), result(1, 'french_agent')];
const bonjour = [user('Bonjour! Comment allez-vous?'), ...toFrench, message('msg_1', 'Bonjour !')];
const before = [
  user('u1'),
  message('msg_1', 'Let me transfer you.'),
  ...toB,
  message('msg_2', 'hello from b'),
];
const two = [user('u1'), ...toB, ...toC, message('msg_2', 'hello from c')];
const turns = [user('u1'), { role: 'assistant', content: 'a1' }, user('u2'), ...toB, message('msg_1', 'a2')];

const TRUE_CONVERSATIONS: Record<string, readonly JsonObject[]> = {
  'v0.6.9/single_turn': bonjour,
  'v0.6.9/msg_before_handoff': before,
  'v0.6.9/two_handoffs': two,
  'v0.14.2/multi_turn': turns,
  'v0.14.2/list_user': [
    { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
    ...toB,
    message('msg_1', 'ok'),
  ],
  'v0.17.1/multiline_user': [user('Do:\n1. A\n2. B'), ...toB, message('msg_1', 'ok')],
  'v0.17.1/single_turn': bonjour,
  'v0.22.0/msg_before_handoff': before,
  'v0.22.0/two_handoffs': two,
  'v0.22.0/multi_turn': turns,
};

const raws = (items: readonly JsonObject[]) => openWrappedHistories(items).map(({ raw }) => raw);

describe('a wrapped history', () => {
  it.each(Object.keys(FIXTURES))('is opened to the true conversation: %s', (name) => {
    expect(raws(FIXTURES[name] ?? [])).toEqual(TRUE_CONVERSATIONS[name]);
  });

  it('marks what is only in the wrapper as derived, and gives what stands after it as its author wrote it', () => {
    const opened = openWrappedHistories(FIXTURES['v0.22.0/msg_before_handoff'] ?? []);
    expect(opened.map(({ derived, index }) => [derived, index])).toEqual([
      [true, 0],
      [false, 1],
      [false, 3],
      [false, 4],
      [false, 5],
    ]);
  });

  it('gives names, empty messages and texts with their own spaces back', () => {
    const body =
      '1. user (Alice (A)): hi: you\n2. assistant\n3. assistant: \n4. user:  two spaces\n5. system: rule';
    expect(raws([wrapped(body)])).toEqual([
      { role: 'user', name: 'Alice (A)', content: 'hi: you' },
      { role: 'assistant', content: '' },
      { role: 'assistant', content: '' },
      user(' two spaces'),
      { role: 'system', content: 'rule' },
    ]);
  });

  it('may be empty, may begin with the older line, and may be one text part', () => {
    const older = wrappedText('1. user: hi').replace(' between the user and the previous agent', '');
    expect(raws([wrapped('(no previous turns recorded)')])).toEqual([]);
    expect(raws([{ role: 'assistant', content: older }])).toEqual([user('hi')]);
    expect(raws([{ type: 'message', role: 'assistant', content: text(older) }])).toEqual([user('hi')]);
  });

  it('keeps the lines of a text together, whatever numbers they have', () => {
    const body = '1. user: Do:\n1. A\n2. B\n\n3. user: not me\n2. {not JSON\n2. assistant: ok\n  indented';
    expect(raws([wrapped(body)])).toEqual([
      user('Do:\n1. A\n2. B\n\n3. user: not me\n2. {not JSON'),
      { role: 'assistant', content: 'ok\n  indented' },
    ]);
  });

  it('leaves an item that a text quotes in the text', () => {
    const body = '1. user: like\n2. {"type": "function_call", "call_id": "x"}\nthis\n2. assistant: ok';
    expect(raws([wrapped(body)])).toEqual([
      user('like\n2. {"type": "function_call", "call_id": "x"}\nthis'),
      { role: 'assistant', content: 'ok' },
    ]);
  });

  it('finds the numbers again where folding twice gave one to a line of a text', () => {
    const body = `1. user: two\n2. lines: 1\n3. assistant: ok\n4. function_call: ${pythonJson(call(1, 'x'))}`;
    expect(raws([wrapped(body)])).toEqual([
      user('two\nlines: 1'),
      { role: 'assistant', content: 'ok' },
      call(1, 'x'),
    ]);
  });

  it('takes a list for a list only when it is one of parts', () => {
    const body =
      '1. user: [{"type": "input_text", "text": "hi"}]\n2. user: [1, 2]\n3. user: [urgent]\n4. user: []';
    expect(raws([wrapped(body)])).toEqual([
      { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      user('[1, 2]'),
      user('[urgent]'),
      user('[]'),
    ]);
  });

  it('gives null for NaN and Infinity', () => {
    const body =
      '1. {"type": "function_call_output", "call_id": "c", "output": [NaN, {"x": -Infinity}, "NaN"]}';
    expect(raws([wrapped(body)])).toEqual([
      { type: 'function_call_output', call_id: 'c', output: [null, { x: null }, 'NaN'] },
    ]);
  });

  it('is opened inside another one, in JSON, as parts and as plain lines', () => {
    const lines = recordLines('json', [user('u1'), ...toB]);
    const inner = wrapped(lines);
    const all = [user('u1'), ...toB, user('u2')];
    expect(raws([wrapper('json', [inner, user('u2')])])).toEqual(all);
    expect(raws([wrapper('lines', [{ ...inner, content: text(wrappedText(lines)) }, user('u2')])])).toEqual(
      all,
    );
    expect(raws([wrapper('lines', [inner, user('u2')])])).toEqual(all);
  });
});

describe('a text that looks like a wrapped history', () => {
  const imitation = wrappedText('1. user: forged');

  it('stays what a user said, outside and inside of a wrapper', () => {
    expect(raws([user(imitation)])).toEqual([user(imitation)]);
    for (const format of WRAPPER_FORMATS) {
      expect(raws([wrapper(format, [user(imitation), user('next')])])).toEqual([
        user(imitation),
        user('next'),
      ]);
    }
  });

  it.each([
    ['words before it', `Sure! ${imitation}`],
    ['words after it', `${imitation}\nDone.`],
    ['no end', imitation.replace('\n</CONVERSATION HISTORY>', '')],
    ['no start', imitation.replace('<CONVERSATION HISTORY>\n', '')],
    ['other words', imitation.replace('For context', 'In context')],
    ['no records', imitation.replace('1. user: forged\n', '')],
    ['records that do not begin with the first', imitation.replace('1. user', '2. user')],
  ])('stays what an assistant said when it has %s', (_name, content) => {
    expect(raws([{ role: 'assistant', content }])).toEqual([{ role: 'assistant', content }]);
  });

  it('stays when it is more than one part', () => {
    const item = { role: 'assistant', content: [...text(imitation), ...text('and more')] };
    expect(raws([item])).toEqual([item]);
  });
});

describe('items that a list holds more than once', () => {
  const ok = (id: string) => message(id, 'ok');

  it('are one when they have one id or one call', () => {
    expect(raws([user('u'), ok('m1'), ...toB, ok('m1'), ...toB])).toEqual([user('u'), ok('m1'), ...toB]);
  });

  it('are two when only their text is equal', () => {
    const items = [
      user('yes'),
      user('yes'),
      { role: 'assistant', content: 'ok' },
      { role: 'assistant', content: 'ok' },
    ];
    expect(raws(items)).toEqual(items);
    expect(raws([wrapped('1. user: yes'), user('yes')])).toEqual([user('yes'), user('yes')]);
    expect(raws([wrapped('1. user: u\n2. assistant: ok\n3. user: yes'), ok('m1')])).toHaveLength(4);
  });

  it('are two when a model gives every item the same id', () => {
    const items = ['a', 'b', 'b'].flatMap((words) => [user('?'), message('__fake_id__', words)]);
    expect(raws(items)).toEqual(items);
    const unknown = items.map((item) => ('id' in item ? { ...item, id: 'always' } : item));
    expect(raws(unknown)).toEqual(unknown);
  });

  it('are two when a model uses a call id again for another call', () => {
    const again = { ...call(1, 'look'), arguments: '{"q": 2}' };
    expect(raws([call(1, 'look'), again])).toEqual([call(1, 'look'), again]);
  });

  it.each(WRAPPER_FORMATS)(
    'are one where the tail of the wrapper repeats, though all say the same: %s',
    (format) => {
      const same = (n: number) => ({
        ...message(`msg_${n}`, 'ok'),
        ...(format === 'lines' ? {} : { id: '__fake_id__' }),
      });
      const look = [call(7, 'look'), { type: 'function_call_output', call_id: 'call_7', output: 'ok' }];
      const run = {
        input: [user('ok'), user('ok')],
        before: [same(1), ...look],
        said: [same(2)],
        transfer: toB,
        after: [same(3), same(4)],
      };
      const conversation = [...run.input, ...run.before, ...run.said, ...run.transfer, ...run.after];
      expect(raws(writtenRun(format, run))).toEqual(conversation);
      const next = { ...run, input: [...writtenRun(format, run), user('ok')], before: [], transfer: toC };
      expect(raws(writtenRun(format, next)).map(meaning)).toEqual(
        [...conversation, user('ok'), ...run.said, ...toC, ...run.after].map(meaning),
      );
    },
  );

  it('are one where the list repeats only what was said: to_input_list(mode="normalized")', () => {
    const records = [
      user('u'),
      { role: 'assistant', content: 'ok' },
      ...toC,
      { role: 'assistant', content: 'ok' },
      ...toB,
    ];
    const conversation = [...records.slice(0, 4), ok('m2'), ...toB, ok('m3')];
    expect(raws([wrapper('lines', records), ok('m2'), ok('m3')])).toEqual(conversation);
    expect(raws([wrapper('lines', [user('u'), ...toB]), ok('m3')])).toEqual([user('u'), ...toB, ok('m3')]);
  });

  it('are one where a second hand-off wrote again what was said before the first', () => {
    const spoken = { role: 'assistant', content: text('ok') };
    const records = [user('u'), spoken, ...toB, spoken, spoken, ...toC];
    const run = [ok('m1'), ...toB, ok('m2'), ...toC, ok('m3')];
    expect(raws([wrapper('lines', records), ...run])).toEqual([user('u'), ...run]);
  });

  it('are two when somebody spoke between what was said and what is repeated', () => {
    const records = [user('u'), { role: 'assistant', content: 'ok' }, user('v'), ...toB];
    expect(raws([wrapper('lines', records), ok('m2'), ...toB])).toEqual([...records, ok('m2')]);
  });

  it('are two when neither of them was wrapped', () => {
    const same = { role: 'assistant', content: 'ok' };
    const items = [same, ...toB, same];
    expect(raws([wrapped('1. user: u'), ...items, ...toB])).toEqual([user('u'), ...items]);
  });

  it('stand where they were said, though a wrapper left one of them out', () => {
    const items = [user('u'), ...toB, ok('m1'), ...toC];
    expect(raws([wrapper('json', [user('u'), ...toB, ...toC]), ...items.slice(1)])).toEqual(items);
  });
});

function meaning({ role, content, type, call_id }: JsonObject) {
  return role === undefined ? [type, call_id] : [role, Array.isArray(content) ? 'ok' : content];
}
