import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

/** Strings of any UTF-16 units, lone surrogates among them, with what means something to stores and parsers. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: fc.constantFrom('~', '.', '-', ':', '{', '}', '*', '0', '9', 'a', ' ', '\u0000'),
    maxLength: 30,
  }),
);

/** Text that a message can be: well-formed, and not only spaces. */
const messageText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\u0000',
        '\u2028',
        '\u2029',
        '\ufeff',
        '\r\n',
        '\\',
        '"',
        '\u{1f469}\u200d\u{1f680}',
        'e\u0301',
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.trim() !== '');

/** Any JSON value of keys that are not reserved. */
const anyJson = fc
  .jsonValue({ maxDepth: 5, stringUnit: 'binary' })
  .map((value): unknown => JSON.parse(JSON.stringify(value)))
  .filter((value) => !/"(__proto__|constructor|prototype)":/.test(JSON.stringify(value)));

/** A cursor of the right form, of this session by its check, that names an entry that may never have been. */
const nearMiss = (check: string) =>
  fc
    .tuple(
      fc.bigInt({ min: 0n, max: 10n ** 16n }),
      fc.option(fc.bigInt({ min: 0n, max: 10n ** 16n })),
      fc.string({ unit: fc.constantFrom('a', 'Z', '0'), minLength: 8, maxLength: 8 }),
    )
    .map(([one, two, mark]) => `${one}${two === null ? '' : `-${two}`}.${mark}~${check}`);

const anySize = fc.option(fc.oneof(fc.integer({ min: -2, max: 3 }), fc.integer()), { nil: undefined });

const EXPECTED = new Set([
  'BAD_USER_INPUT',
  'CURSOR_EXPIRED',
  'NOT_FOUND',
  'CONFLICT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
]);

export function anyInput(api: Api): void {
  const codes = async (query: string, variables: object): Promise<unknown[]> => {
    const { errors = [] } = await api.answer(query, { ...variables });
    return errors.map(({ extensions }) => extensions['code']);
  };
  const expectAnswered = (found: readonly unknown[]): void => {
    for (const code of found) expect(EXPECTED).toContain(code);
  };

  it('gives any JSON item back equal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyJson, { minLength: 1, maxLength: 20 }), async (values) => {
        const sessionId = await api.create();
        const items = values.map((value) => ({ type: 'any', value }));
        await api.write('addItems', { sessionId, items });
        expect((await api.items(sessionId, 'raw')).map(({ raw }) => raw)).toEqual(items);
      }),
      { numRuns: 40 },
    );
  });

  it('gives any metadata back equal', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, async (value) => {
        const metadata = { value };
        const id = await api.create({ metadata });
        expect(await api.session(id, 'metadata')).toEqual({ metadata });
      }),
      { numRuns: 40 },
    );
  });

  it('gives any text back to the letter', async () => {
    const sessionId = await api.create();
    await fc.assert(
      fc.asyncProperty(messageText, async (text) => {
        await api.say(sessionId, text);
        const { lastMessage } = await api.session(
          sessionId,
          'lastMessage { text raw parts { ... on TextPart { text } } }',
        );
        expect(lastMessage).toEqual({
          text,
          raw: { type: 'message', role: 'user', content: text },
          parts: [{ text }],
        });
      }),
      { numRuns: 60 },
    );
  });

  it('has an answer to any cursor and size of a page', async () => {
    const id = await api.create();
    const cursor = await api.say(id, 'x');
    const [, check = ''] = cursor.split('~');
    const place = fc.option(fc.oneof(anyText, nearMiss(check), fc.constant(cursor)), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.record({ first: anySize, after: place, last: anySize, before: place }),
        async (args) => {
          const query = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
          session(id: $id) {
            items(first: $first, after: $after, last: $last, before: $before) { nodes { id } }
            messages(first: $first, after: $after, last: $last, before: $before) { nodes { id } }
            agentInputs(limit: $first)
          }
          sessions(first: $first, after: $after, last: $last, before: $before) { nodes { id } }
        }`;
          expectAnswered(await codes(query, { id, ...args }));
        },
      ),
      { numRuns: 120 },
    );
  });

  it('has an answer to any id', async () => {
    const existing = await api.create();
    const id = fc.oneof(
      anyText,
      anyText.map((text) => `${existing}:${text}`),
      anyText.map((text) => `${text}:1-1.abcdefgh`),
      nearMiss('x').map((cursor) => `${existing}:${cursor.split('~')[0]}`),
    );
    await fc.assert(
      fc.asyncProperty(id, async (any) => {
        const read =
          'query ($id: ID!) { node(id: $id) { id } session(id: $id) { id } sessions(userId: $id) { nodes { id } } }';
        expectAnswered(await codes(read, { id: any }));
        // Other tests have sessions too.
        const isFree =
          (await api.answer('query ($id: ID!) { session(id: $id) { id } }', { id: any })).data?.session ===
          null;
        const write = `mutation ($id: ID!) {
          addMessage(input: { sessionId: $id, role: USER, text: "x" }) { __typename }
        }`;
        if (isFree) expect(await codes(write, { id: any })).toEqual(['NOT_FOUND']);
        expectAnswered(
          await codes('mutation ($id: ID!) { deleteSession(input: { id: $id }) { deleted } }', { id: any }),
        );
        expectAnswered(
          await codes('mutation ($id: ID!) { createSession(input: { userId: $id }) { __typename } }', {
            id: any,
          }),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('has an answer to any item, condition, key and agent', async () => {
    const sessionId = await api.create();
    const item = fc.oneof(
      fc.dictionary(
        fc.constantFrom('type', 'role', 'content', 'name', 'callId', 'id', 'summary', 'output'),
        fc.oneof(anyText, fc.jsonValue()),
      ),
      fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.jsonValue() }),
      fc.record({
        type: fc.constantFrom('message', 'reasoning', 'function_call', 'x_call_output', 'handoff'),
        role: anyText,
        content: fc.jsonValue(),
        id: anyText,
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        item,
        fc.option(anyText),
        fc.option(anyText),
        fc.option(anyText),
        async (raw, agent, idempotencyKey, ifCursor) => {
          const query =
            'mutation ($i: AddItemsInput!) { addItems(input: $i) { items { __typename agent raw ... on Message { text parts { __typename } } ... on ToolResult { output toolName } ... on Reasoning { summary } } } }';
          expectAnswered(
            await codes(query, { i: { sessionId, items: [raw], agent, idempotencyKey, ifCursor } }),
          );
        },
      ),
      { numRuns: 120 },
    );
  });

  it('has an answer to any result, suffix and place to fork from', async () => {
    const sessionId = await api.create();
    const item = fc.oneof(
      fc.record({ role: fc.constantFrom('user', 'assistant', 'system', 'developer'), content: anyText }),
      fc.record({
        type: fc.constantFrom(
          'message',
          'reasoning',
          'compaction',
          'function_call',
          'function_call_output',
          'x',
        ),
        role: fc.constantFrom('user', 'assistant', 'robot'),
        id: fc.constantFrom('a', 'b', 5),
        call_id: fc.constantFrom('c', 'd', null),
        name: fc.constantFrom('transfer_to_x', 'look'),
        output: fc.oneof(anyText, fc.jsonValue()),
        content: fc.oneof(anyText, fc.jsonValue()),
      }),
    );
    const list = fc.array(item, { maxLength: 6 });
    const dialects = fc.constantFrom('AGENTS_JS', 'RESPONSES');
    const scopes = fc.constantFrom('WHOLE', 'NEW', null);
    const query = `mutation ($a: StoreAgentResultInput!, $b: ReplaceSuffixInput!, $c: ForkSessionInput!) {
      storeAgentResult(input: $a) { skipped items { __typename raw } }
      replaceSuffix(input: $b) { items { __typename raw } }
      forkSession(input: $c) { session { itemCount agentInputs js: agentInputs(dialect: RESPONSES) } }
    }`;
    await fc.assert(
      fc.asyncProperty(
        fc.record({ items: list, dialect: dialects, scope: scopes, messagesOnly: fc.boolean() }),
        fc.record({ expectedSuffix: list, replacement: list, dialect: dialects }),
        fc.option(fc.oneof(anyText, nearMiss('x'))),
        fc.option(anyText),
        async (result, replaced, upTo, idempotencyKey) => {
          const a = { sessionId, ...result, idempotencyKey };
          const b = { sessionId, ...replaced, idempotencyKey };
          expectAnswered(await codes(query, { a, b, c: { id: sessionId, upTo, idempotencyKey } }));
        },
      ),
      { numRuns: 80 },
    );
  });
}
