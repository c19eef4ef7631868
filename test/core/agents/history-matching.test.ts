import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparable } from '../../../src/core/agents/comparable.ts';
import { newPart } from '../../../src/core/agents/history-matching.ts';
import type { JsonObject } from '../../../src/core/json.ts';

const user = (content: string): JsonObject => ({ role: 'user', content });
const said = (content: string, id?: string): JsonObject => ({
  role: 'assistant',
  content: [{ type: 'output_text', text: content }],
  ...(id === undefined ? {} : { id }),
});
const call = (id: string): JsonObject => ({
  type: 'function_call',
  call_id: id,
  name: 'look',
  arguments: '{}',
});
const result = (id: string): JsonObject => ({ type: 'function_call_output', call_id: id, output: 'found' });

function match(stored: readonly JsonObject[], incoming: readonly JsonObject[]) {
  const list = (items: readonly JsonObject[]) => items.map((raw) => comparable(raw, false));
  return newPart(list(stored), list(incoming));
}

const all = (count: number) => ({ start: count, skipped: count });

describe('the end of the stored history that a list begins with', () => {
  it('is the longest one', () => {
    const yes = user('yes');
    expect(match([yes, yes, yes], [yes, yes, yes, yes])).toEqual(all(3));
    expect(match([yes], [yes, yes])).toEqual(all(1));
    expect(match([user('no'), yes, yes], [yes, yes, user('no')])).toEqual(all(2));
    expect(match([yes, user('no')], [yes, yes, user('no'), yes])).toEqual(all(0));
  });

  it('is nothing in an empty session, and for a list that begins elsewhere', () => {
    expect(match([], [user('a')])).toEqual(all(0));
    expect(match([user('a')], [])).toEqual(all(0));
    expect(match([user('a'), said('b')], [user('a'), said('c')])).toEqual(all(0));
  });

  it('begins in the middle when the agent saw the newest items only', () => {
    const stored = [user('1'), call('a'), result('a'), said('2'), user('3'), said('4')];
    for (let from = 0; from < stored.length; from++) {
      const view = stored.slice(from);
      expect(match(stored, [...view, user('new')])).toEqual(all(view.length));
    }
  });

  it('does without the results whose calls a page cut off', () => {
    const stored = [user('1'), call('a'), call('b'), result('a'), result('b'), said('2')];
    expect(match(stored, [call('b'), result('b'), said('2'), user('new')])).toEqual(all(3));
  });

  it('does without what a view of messages left out', () => {
    const stored = [user('1'), call('a'), result('a'), said('2'), user('3'), call('b'), result('b')];
    expect(match(stored, [user('1'), said('2'), user('3'), call('c'), said('new')])).toEqual(all(3));
  });

  it('does with less stored than told only where ids prove it', () => {
    const incoming = [user('1'), call('a'), result('a'), said('2', 'msg_2'), user('new')];
    expect(match([user('1'), said('2', 'msg_2')], incoming)).toEqual({ start: 4, skipped: 2 });
    expect(match([user('1'), said('2')], incoming)).toEqual(all(0));
    const rule = { role: 'system', content: 'written before each run' };
    expect(match([user('1'), said('2', 'msg_2')], [rule, ...incoming])).toEqual({ start: 5, skipped: 2 });
    expect(match([user('1'), said('2', 'msg_2'), user('3')], [rule, user('3')])).toEqual(all(0));
  });

  it('never skips a call that is not stored', () => {
    expect(match([user('1'), call('a'), said('2')], [user('1'), call('b'), said('2')])).toEqual(all(0));
  });

  it('takes a result that came after its call was stored for new', () => {
    expect(match([user('1'), call('a')], [user('1'), call('a'), result('a'), said('2')])).toEqual(all(2));
  });

  it('has the results that a pending call, which was left out then, now stands before', () => {
    const stored = [user('1'), call('a'), result('a')];
    const incoming = [user('1'), call('a'), call('b'), result('a'), result('b'), said('2')];
    expect(match(stored, incoming)).toEqual({ start: 2, skipped: 3, repeated: [3] });
    const both = [...stored, call('b'), result('b'), said('2')];
    expect(match(both, incoming)).toEqual(all(6));
    expect(match(both, [...incoming, user('new')])).toEqual(all(6));
  });

  it('begins at a compaction', () => {
    const compaction = { type: 'compaction', id: 'cmp_1', encrypted_content: 'x' };
    const stored = [user('1'), said('2'), compaction, user('3')];
    expect(match(stored, [compaction, user('3'), said('new')])).toEqual(all(2));
  });
});

describe('two items', () => {
  const same = (a: JsonObject, b: JsonObject) => match([a], [b]).skipped === 1;

  it('are the same by their ids where both have one', () => {
    expect(same(said('a', 'msg_1'), said('b', 'msg_1'))).toBe(true);
    expect(same(said('a', 'msg_1'), said('a', 'msg_2'))).toBe(false);
    expect(same(said('a', 'msg_1'), said('a'))).toBe(true);
    expect(same(said('a', '__fake_id__'), said('b', '__fake_id__'))).toBe(false);
    expect(same(call('a'), { ...call('a'), name: 'other', id: 'fc_1' })).toBe(true);
    expect(same(call('a'), result('a'))).toBe(false);
  });

  it('are the same in both dialects', () => {
    expect(
      same({ type: 'message', ...user('a') }, { role: 'user', content: [{ type: 'input_text', text: 'a' }] }),
    ).toBe(true);
    const annotated = [{ text: 'a', annotations: [], logprobs: [], type: 'output_text' }];
    expect(
      same(
        { role: 'assistant', content: 'a' },
        { role: 'assistant', status: 'completed', content: annotated },
      ),
    ).toBe(true);
    expect(same({ type: 'function_call', callId: 'a', name: 'look', arguments: '{}' }, call('a'))).toBe(true);
    expect(same({ type: 'function_call_result', callId: 'a', name: 'look', output: 'x' }, result('a'))).toBe(
      true,
    );
    expect(
      same(
        { type: 'reasoning', content: [{ type: 'input_text', text: 'hm' }] },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
      ),
    ).toBe(true);
    expect(same({ role: 'developer', content: 'a' }, { role: 'system', content: 'a' })).toBe(true);
    expect(
      same(
        { type: 'hosted_tool_call', id: 'ws_1', name: 'web_search_call', status: 'completed' },
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      ),
    ).toBe(true);
    const image = (part: JsonObject) => ({ role: 'user', content: [{ type: 'input_image', ...part }] });
    expect(
      same(image({ image: 'https://x/a.png' }), image({ image_url: 'https://x/a.png', detail: 'auto' })),
    ).toBe(true);
    expect(same(image({ image: { id: 'file_1' } }), image({ file_id: 'file_1' }))).toBe(true);
    expect(same(image({ image: 'https://x/a.png' }), image({ image: 'https://x/b.png' }))).toBe(false);
  });

  it('are the same though one was folded twice, which does not keep its spaces', () => {
    const stored = comparable(user(' a\n\nb '), false);
    expect(newPart([stored], [comparable(user('a\nb'), true)]).skipped).toBe(1);
    expect(newPart([stored], [comparable(user('a\nb'), false)]).skipped).toBe(0);
  });

  it('differ by role, by name, by text and by part', () => {
    expect(same(user('a'), { role: 'assistant', content: 'a' })).toBe(false);
    expect(same(user('a'), { ...user('a'), name: 'Alice' })).toBe(false);
    expect(same(user('a'), user('a '))).toBe(false);
    expect(same(said('a'), { role: 'assistant', content: [{ type: 'refusal', refusal: 'a' }] })).toBe(false);
  });
});

describe('any history', () => {
  const item = fc.oneof(
    fc.constantFrom('yes', 'no').map((text) => user(text)),
    fc
      .tuple(fc.constantFrom('ok', 'no'), fc.option(fc.constantFrom('m1', 'm2'), { nil: undefined }))
      .map((args) => said(...args)),
    fc.constantFrom('a', 'b').map(call),
    fc.constantFrom('a', 'b').map(result),
  );

  it('is recognised from every place in it, up to its end', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), fc.nat(), (stored, cut) => {
        const view = stored.slice(cut % (stored.length + 1));
        expect(match(stored, view)).toEqual(all(view.length));
      }),
    );
  });

  it('is never found to hold more than it does, and what is new is never skipped', () => {
    const words = fc.array(fc.constantFrom('yes', 'no').map(user), { maxLength: 12 });
    fc.assert(
      fc.property(words, words, (stored, incoming) => {
        const text = (items: readonly JsonObject[]) => JSON.stringify(items.map(({ content }) => content));
        let longest = 0;
        for (let length = 1; length <= Math.min(stored.length, incoming.length); length++) {
          if (text(stored.slice(-length)) === text(incoming.slice(0, length))) longest = length;
        }
        expect(match(stored, incoming)).toEqual(all(longest));
      }),
    );
  });

  it('of 10,000 equal messages that ends with another is compared within a few seconds', () => {
    const many = Array.from({ length: 9_999 }, () => user('yes'));
    expect(match([...many.slice(5_000), user('no'), ...many.slice(5_000)], [...many, user('yes')])).toEqual(
      all(4_999),
    );
  }, 20_000);
});

describe('the place of a trimmed history in a list that has the older items, too', () => {
  const whole = [
    ...[user('1'), call('a'), result('a'), said('2', 'm2'), user('3'), call('b'), result('b')],
    ...[said('4', 'm4'), user('5'), said('6')],
  ];
  const list = (items: readonly JsonObject[]) => items.map((raw) => comparable(raw, false));
  const place = (stored: readonly JsonObject[], incoming: readonly JsonObject[], isTrimmed = true) =>
    newPart(list(stored), list(incoming), isTrimmed);

  it('is found wherever the history was trimmed, as long as it has a message', () => {
    for (let from = 0; from < whole.length; from++) {
      expect(place(whole.slice(from), [...whole, user('new')])).toEqual(all(whole.length));
      expect(place(whole.slice(from), whole)).toEqual(all(whole.length));
    }
  });

  it('is looked for only where a history was trimmed', () => {
    expect(place([user('5'), said('6')], whole, false)).toEqual(all(0));
  });

  it('is not found where something of what is kept is missing', () => {
    expect(place([user('3'), said('other'), user('5'), said('6')], whole)).toEqual(all(0));
  });

  it('still is the beginning of a list that has the newest items only', () => {
    expect(place(whole.slice(4), [...whole.slice(8), user('new')])).toEqual(all(2));
  });

  it('is the last one of several', () => {
    const again = [user('yes'), said('ok'), user('yes'), said('ok'), user('new')];
    expect(place([user('yes'), said('ok')], again)).toEqual(all(4));
  });
});
