import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.ts';
import type { Api } from './api-under-test.ts';
import { DraftCalls, type Channel } from './draft-calls.ts';

const APPEND = `mutation ($i: AppendToMessageInput!) { appendToMessage(input: $i) { draft { text reasoning } } }`;

/** Few letters, so that pieces meet what is there by chance, and pairs that must not be torn. */
const piece = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '\u0000', 'é'), minLength: 1, maxLength: 4 });

const writes = fc.array(
  fc.record({
    text: piece,
    channel: fc.constantFrom<Channel>('TEXT', 'REASONING'),
    /** From the end of the channel. */
    from: fc.integer({ min: -4, max: 1 }),
  }),
  { minLength: 1, maxLength: 25 },
);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 10 })
    .map((units) => String.fromCharCode(...units)),
);
const anything = fc.record(
  {
    draftId: fc.option(anyText),
    text: fc.oneof(anyText, fc.constant(null)),
    item: fc.oneof(
      fc.jsonValue(),
      fc.record({ role: fc.constantFrom('assistant', 'user'), content: fc.oneof(anyText, fc.jsonValue()) }),
    ),
    dialect: fc.constantFrom('AGENTS_JS', 'RESPONSES', null),
    offset: fc.oneof(fc.integer(), fc.integer({ min: 0, max: 3 })),
    channel: fc.constantFrom('TEXT', 'REASONING', null),
    keep: fc.constantFrom(true, false, null),
    metadata: fc.jsonValue(),
    idempotencyKey: fc.option(anyText),
  },
  { requiredKeys: ['draftId'] },
);

const FIELDS = {
  appendToMessage: ['text', 'offset', 'channel'],
  finishMessage: ['text', 'item', 'dialect', 'metadata', 'idempotencyKey'],
  cancelMessage: ['keep'],
} as const;

export function anyDraft(api: Api): void {
  const calls = new DraftCalls(api);

  it('holds what any pieces make of it that fit what is there', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (todo) => {
        const draft = await calls.begin(await api.create());
        const held = { TEXT: '', REASONING: '' };
        for (const { text, channel, from } of todo) {
          const before = held[channel];
          const offset = Math.max(0, before.length + from);
          const { data, errors } = await api.answer(APPEND, { i: { ...draft, text, channel, offset } });
          const after = before.slice(0, offset) + text;
          const fits = offset <= before.length && (before.startsWith(after) || after.startsWith(before));
          if (fits) {
            if (after.length > before.length) held[channel] = after;
            expect(data.appendToMessage.draft).toEqual({ text: held.TEXT, reasoning: held.REASONING });
          } else {
            expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', current: before.length });
          }
        }
        expect(await calls.written(draft)).toEqual({ text: held.TEXT, reasoning: held.REASONING });
      }),
      { numRuns: 40 },
    );
  });

  it('has an answer to anything that is done to it', async () => {
    const sessionId = await api.create();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(FIELDS) as (keyof typeof FIELDS)[])),
        anything,
        async (operation, { draftId, ...given }) => {
          const type = `${operation[0]?.toUpperCase()}${operation.slice(1)}Input`;
          const query = `mutation ($i: ${type}!) { ${operation}(input: $i) { __typename } }`;
          const fields = Object.entries(given).filter(([name]) =>
            FIELDS[operation].some((field) => field === name),
          );
          const draft = draftId === null ? await calls.begun(sessionId, 'x') : { sessionId, draftId };
          const { errors = [] } = await api.answer(query, { i: { ...draft, ...Object.fromEntries(fields) } });
          for (const { extensions } of errors) {
            expect(ERROR_CODES).toContain(extensions['code']);
            expect(extensions['code']).not.toBe('INTERNAL_SERVER_ERROR');
          }
          await api.write('cancelMessage', { ...draft, keep: false });
        },
      ),
      { numRuns: 150 },
    );
  });
}
