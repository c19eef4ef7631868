import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openWrappedHistories } from '../../../src/core/agents/wrapped-history.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import {
  wrapper,
  writtenRun,
  WRAPPER_FORMATS,
  type HandedOver,
} from '../../support/wrapped-history-writer.ts';

/** Few of them, so that many messages are equal. */
const oneLine = fc.oneof(
  fc.constantFrom('yes', 'ok', '', '1. no', '[list]', '{"a": 1}', 'NaN', 'user: x', ' "q" \\'),
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n') && !text.startsWith('[')),
);
const anyText = fc.oneof(oneLine, fc.constantFrom('Do:\n1. A\n2. B', 'a\n\n2. user: b\n', '\r'));
const name = fc.option(fc.constantFrom('Alice', 'Bob (B)'), { nil: undefined });

const given = (text: fc.Arbitrary<string>): fc.Arbitrary<JsonObject> =>
  fc.tuple(fc.constantFrom('user', 'system', 'developer'), name, text).map(([role, who, content]) => ({
    role,
    ...(who === undefined ? {} : { name: who }),
    content,
  }));

const spoken = fc
  .tuple(fc.constantFrom('yes', 'ok', 'a\nb'), fc.option(fc.uuid(), { nil: '__fake_id__' }))
  .map(([text, id]): JsonObject => ({
    id,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  }));
const called = fc
  .tuple(fc.constantFrom('look', 'find'), fc.jsonValue(), fc.uuid())
  .map(([tool, output, call_id]): JsonObject[] => {
    return [
      { type: 'function_call', call_id, name: tool, arguments: '{"a":1}', id: `fc_${call_id}` },
      { type: 'function_call_output', call_id, output: output as JsonObject },
    ];
  });
const transferred = fc.tuple(fc.constantFrom('a', 'b'), fc.uuid()).map(([agent, call_id]): JsonObject[] => {
  return [
    { type: 'function_call', call_id, name: `transfer_to_${agent}`, arguments: '{}' },
    { type: 'function_call_output', call_id, output: JSON.stringify({ assistant: agent }) },
  ];
});
const turns = fc
  .array(fc.tuple(fc.array(spoken, { maxLength: 2 }), called), { maxLength: 3 })
  .map((list) => list.flatMap(([words, pair]) => [...words, ...pair]));
const said = fc.array(spoken, { maxLength: 2 });

const handedOver = (text: fc.Arbitrary<string>): fc.Arbitrary<HandedOver> =>
  fc.record({
    input: fc.array(given(text), { minLength: 1, maxLength: 4 }),
    before: turns,
    said,
    transfer: transferred,
    after: fc.tuple(turns, said).map((parts) => parts.flat()),
  });

const conversationOf = ({ input, before, said: words, transfer, after }: HandedOver) => [
  ...input,
  ...before,
  ...words,
  ...transfer,
  ...after,
];

const raws = (items: readonly JsonObject[]) => openWrappedHistories(items).map(({ raw }) => raw);

describe.each(WRAPPER_FORMATS)('any history that is folded as %s', (format) => {
  // Before 0.17.1 a text of several lines cannot always be told from the records after it.
  const text = format === 'lines' ? oneLine : anyText;

  it('comes back from one wrapper', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            given(text),
            transferred.map(([call]) => call ?? {}),
          ),
        ),
        (items) => {
          expect(raws([wrapper(format, items)])).toEqual(items);
        },
      ),
    );
  });

  it('comes back from the list that a run returns', () => {
    fc.assert(
      fc.property(handedOver(text), (run) => {
        expect(raws(writtenRun(format, run))).toEqual(conversationOf(run));
      }),
      { numRuns: 300 },
    );
  });

  it('comes back from a run that went on from what another one returned', () => {
    fc.assert(
      fc.property(handedOver(text), handedOver(text), (first, second) => {
        const input = [...raws(writtenRun(format, first)), ...second.input];
        const written = raws(writtenRun(format, { ...second, input }));
        expect(written.map(heard)).toEqual([...conversationOf(first), ...conversationOf(second)].map(heard));
      }),
      { numRuns: 300 },
    );
  });
});

/** Without what folding loses: ids, states and types of messages. */
function heard(item: JsonObject) {
  const { role, name: who, content, type, call_id } = item;
  return role === undefined ? [type, call_id] : [role, who, content];
}
