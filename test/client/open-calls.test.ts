import { expect, it } from 'vitest';
import { withoutOpenCalls } from '../../src/client/open-calls.ts';
import { assistant, call, EVERY_KIND, result, user } from './sdk-items.ts';

const thought = (id: string) => ({ type: 'reasoning', id, content: [] });

it('leaves out calls that have no result, and the reasoning that led to nothing else', () => {
  const answered = [user('a'), thought('1'), call('x'), thought('2')];
  expect(
    withoutOpenCalls([...answered, call('y'), result('x'), thought('3'), thought('4'), call('z')]),
  ).toEqual([user('a'), thought('1'), call('x'), result('x')]);
});

it('leaves everything else, in order', () => {
  const whole = [thought('1'), assistant('a'), thought('2'), call('x'), call('y'), result('y'), result('x')];
  expect(withoutOpenCalls([...whole, thought('3')])).toEqual([...whole, thought('3')]);
  const pending = new Set(['computer_call', 'shell_call']);
  expect(withoutOpenCalls(EVERY_KIND)).toEqual(
    EVERY_KIND.filter((item) => !('type' in item && pending.has(String(item.type)))),
  );
  expect(withoutOpenCalls([])).toEqual([]);
});
