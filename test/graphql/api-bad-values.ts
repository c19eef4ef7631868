import { expect, it } from 'vitest';
import type { Api, Operation } from './api-under-test.ts';

const LONE = 'a\ud800b';
const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) });

type OnDraft = 'appendToMessage' | 'finishMessage' | 'cancelMessage';

/** An input that each operation accepts that needs no draft, for the session that it gets. */
const INPUTS: Readonly<Record<Exclude<Operation, OnDraft>, (id: string) => Record<string, unknown>>> = {
  createSession: () => ({}),
  updateSession: (id) => ({ id }),
  clearSession: (id) => ({ id }),
  deleteSession: (id) => ({ id }),
  popItem: (id) => ({ id }),
  addMessage: (sessionId) => ({ sessionId, text: 'x', role: 'USER' }),
  addItems: (sessionId) => ({ sessionId, items: [{ type: 'x' }] }),
  storeExchange: (sessionId) => ({ sessionId, userMessage: 'x', assistantResponse: 'y' }),
  trackAgent: (sessionId) => ({ sessionId, agentName: 'x' }),
  storeAgentResult: (sessionId) => ({ sessionId, items: [{ type: 'x' }] }),
  replaceSuffix: (sessionId) => ({ sessionId, expectedSuffix: [], replacement: [{ type: 'x' }] }),
  forkSession: (id) => ({ id }),
  startMessage: (sessionId) => ({ sessionId }),
};
type Refusing = keyof typeof INPUTS;
const OPERATIONS = Object.keys(INPUTS) as Refusing[];

const NAMES: readonly (readonly [Refusing, string])[] = [
  ['createSession', 'userId'],
  ['addMessage', 'agent'],
  ['addItems', 'agent'],
  ['storeExchange', 'agentName'],
  ['trackAgent', 'agentName'],
  ['storeAgentResult', 'currentAgent'],
  ['startMessage', 'agent'],
  ...OPERATIONS.map((operation) => [operation, 'idempotencyKey'] as const),
];
const TEXTS: readonly (readonly [Refusing, string])[] = [
  ['addMessage', 'text'],
  ['storeExchange', 'userMessage'],
  ['storeExchange', 'assistantResponse'],
];
const METADATA: readonly Refusing[] = ['createSession', 'updateSession', 'addMessage', 'addItems'];

export function badValues(api: Api): void {
  const refused = async (operation: Refusing, bad: object) => {
    const id = await api.create({ metadata: { kept: true } });
    const refusal = await api.refused(operation, { ...INPUTS[operation](id), ...bad });
    // Nothing of it was stored.
    expect(await api.session(id, 'itemCount title metadata currentAgent drafts { id }')).toEqual({
      itemCount: 0,
      title: null,
      metadata: { kept: true },
      currentAgent: null,
      drafts: [],
    });
    return refusal;
  };

  it.each(NAMES)('refuses a %s whose %s is empty, too long or no text', async (operation, name) => {
    for (const bad of ['', 'x'.repeat(257), LONE]) {
      expect(await refused(operation, { [name]: bad })).toMatchObject({
        code: 'BAD_USER_INPUT',
        path: [name],
      });
    }
    const id = await api.create();
    await api.write(operation, {
      ...INPUTS[operation](id),
      [name]: `${name}${api.newName('x')}`.padEnd(256, 'x'),
    });
  });

  it.each(TEXTS)('refuses a %s whose %s is empty, only spaces or no text', async (operation, name) => {
    for (const bad of ['', ' ', '\n\t \r\n', '\u00a0\u2003\ufeff', LONE, 'x\udc00']) {
      expect(await refused(operation, { [name]: bad })).toMatchObject({
        code: 'BAD_USER_INPUT',
        path: [name],
      });
    }
  });

  it.each(METADATA)('refuses a %s with metadata that cannot be kept as it is', async (operation) => {
    const bad: readonly object[] = [
      nested(33),
      { list: [[[nested(30)]]] },
      { text: 'x'.repeat(65_536) },
      { text: '€'.repeat(22_000) },
      { ['__proto__']: {} },
      { deep: [{ constructor: 1 }] },
      { prototype: null, kept: 1 },
      { text: LONE },
      { [LONE]: 'text' },
      { deep: [{ [LONE]: 1 }] },
    ];
    for (const metadata of bad) {
      const refusal = await refused(operation, { metadata });
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: ['metadata'] });
    }
  });

  it.each(METADATA)('takes a %s with metadata at its limits', async (operation) => {
    const empty = { text: '' };
    const full = { text: 'x'.repeat(65_536 - JSON.stringify(empty).length) };
    for (const metadata of [nested(32), full, { a: {}, b: [], c: [{}, []], d: '', '': 0, e: false }]) {
      const id = await api.create();
      const fields = operation === 'addMessage' ? 'message { metadata }' : 'items { metadata }';
      const session = operation.endsWith('Session') ? 'session { metadata }' : fields;
      const answer = await api.write(operation, { ...INPUTS[operation](id), metadata }, session);
      const kept = answer.session ?? answer.message ?? answer.items[0];
      expect(kept.metadata).toEqual(metadata);
    }
  });

  it('refuses a patch whose result would be too large or too deep', async () => {
    const id = await api.create({ metadata: { a: 'x'.repeat(40_000) } });
    const patch = { b: 'x'.repeat(40_000) };
    expect(await api.refused('updateSession', { id, metadata: patch })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await api.write('updateSession', { id, metadata: { ...patch, a: null } });
    expect((await api.session(id, 'metadata')).metadata).toEqual(patch);
  });

  it.each(['createSession', 'updateSession', 'forkSession'] as const)(
    'refuses a %s with a bad title',
    async (operation) => {
      for (const title of ['x'.repeat(1001), LONE]) {
        expect(await refused(operation, { title })).toMatchObject({
          code: 'BAD_USER_INPUT',
          path: ['title'],
        });
      }
    },
  );

  it.each(['createSession', 'updateSession'] as const)(
    'refuses a %s with a bad lifetime',
    async (operation) => {
      for (const expiresAfter of [0, -1, 315_360_001, 2_147_483_647]) {
        expect(await refused(operation, { expiresAfter })).toMatchObject({
          code: 'BAD_USER_INPUT',
          path: ['expiresAfter'],
          limit: 315_360_000,
          actual: expiresAfter,
        });
      }
    },
  );

  it('refuses numbers outside the range of a double, in metadata and in items', async () => {
    const id = await api.create();
    const bodies = [
      [
        'AddMessageInput',
        'addMessage',
        `{"sessionId":"${id}","role":"USER","text":"x","metadata":{"n":1e400}}`,
      ],
      ['AddItemsInput', 'addItems', `{"sessionId":"${id}","items":[{"type":"x","n":[-1e400]}]}`],
    ];
    for (const [type, operation, input] of bodies) {
      const query = `mutation ($i: ${type}!) { ${operation}(input: $i) { __typename } }`;
      const { errors } = await api.answerTo(`{"query":${JSON.stringify(query)},"variables":{"i":${input}}}`);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
    }
    const literal = `addMessage(input: { sessionId: "${id}", role: USER, text: "x", metadata: { n: 1e400 } })`;
    expect(await api.refusal(`mutation { ${literal} { __typename } }`)).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('refuses reserved keys that stand in the document itself', async () => {
    for (const metadata of ['{ __proto__: {} }', '{ a: [{ constructor: 1 }] }']) {
      expect(
        await api.refusal(`mutation { createSession(input: { metadata: ${metadata} }) { __typename } }`),
      ).toMatchObject({ code: 'BAD_USER_INPUT', path: ['metadata'] });
    }
  });

  it('refuses a condition that is no cursor of the session', async () => {
    const foreign = await api.say(await api.create(), 'x');
    for (const ifCursor of ['', '0', 'garbage', foreign]) {
      for (const operation of ['addMessage', 'addItems'] as const) {
        expect(await refused(operation, { ifCursor })).toMatchObject({
          code: 'BAD_USER_INPUT',
          path: ['ifCursor'],
        });
      }
    }
  });

  it('refuses an empty list of items and one of a thousand and one', async () => {
    expect(await refused('addItems', { items: [] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['items'],
    });
    const items = Array.from({ length: 1001 }, () => ({ type: 'x' }));
    expect(await refused('addItems', { items })).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['items'],
      limit: 1000,
      actual: 1001,
    });
  });
}
