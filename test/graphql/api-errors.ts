import { expect, it } from 'vitest';
import { isRetryable } from '../../src/core/errors.ts';
import { onlyError, type Api } from './api-under-test.ts';

const SECRET = 'hunter2-swordfish';

export function errors(api: Api): void {
  it.each([
    ['a syntax error', '{ viewer { kind }'],
    ['nothing but a comment', '# nothing'],
    ['a NUL', '{ viewer { kind }\u0000 }'],
    ['a lone surrogate literal', '{ session(id: "\\uD800") { id } }'],
    ['a lone surrogate', '{ session(id: "\ud800") { id } }'],
    ['20,000 open braces', '{a'.repeat(20_000)],
    ['20,000 nested lists', `{ a(b: ${'['.repeat(20_000)}`],
  ])('says that the document has %s', async (_what, query) => {
    const refusal = await api.refusal(query);
    expect(refusal['code']).toBe('GRAPHQL_PARSE_FAILED');
    expect(refusal['status']).toBe(400);
  });

  it('says that the document does not fit, at most five times', async () => {
    const { status, errors: found } = await api.answer(
      `{ ${Array.from({ length: 50 }, (_, n) => `x${n}`).join(' ')} }`,
    );
    expect(status).toBe(400);
    expect(found?.length).toBeLessThanOrEqual(5);
    expect(found?.length).toBeGreaterThan(0);
    for (const { extensions } of found ?? []) {
      expect(extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED', retryable: false });
    }
  });

  it('says that the document has no such operation', async () => {
    const query = 'query A { viewer { kind } } query B { viewer { kind } }';
    for (const body of [{ query }, { query, operationName: 'C' }]) {
      expect(onlyError(await api.answerTo(JSON.stringify(body)))).toMatchObject({
        code: 'BAD_REQUEST',
        status: 400,
      });
    }
  });

  it.each([
    ['query ($first: Int) { sessions(first: $first) { nodes { id } } }', { first: SECRET }, ['first']],
    ['query ($first: Int) { sessions(first: $first) { nodes { id } } }', { first: 3e9 }, ['first']],
    ['query ($id: ID!) { session(id: $id) { id } }', { id: { password: SECRET } }, ['id']],
    ['query ($id: ID!) { session(id: $id) { id } }', { id: null }, ['id']],
    ['query ($id: ID!) { session(id: $id) { id } }', {}, ['id']],
    [
      'query ($roles: [MessageRole!]) { session(id: "x") { messages(roles: $roles) { nodes { id } } } }',
      { roles: ['USER', SECRET] },
      ['roles', 1],
    ],
    [
      'mutation ($i: CreateSessionInput!) { createSession(input: $i) { __typename } }',
      { i: { metadata: SECRET } },
      ['i', 'metadata'],
    ],
    [
      'mutation ($i: CreateSessionInput!) { createSession(input: $i) { __typename } }',
      { i: { metadata: [SECRET] } },
      ['i', 'metadata'],
    ],
    [
      'mutation ($i: CreateSessionInput!) { createSession(input: $i) { __typename } }',
      { i: { ifExists: SECRET } },
      ['i', 'ifExists'],
    ],
    [
      'mutation ($i: CreateSessionInput!) { createSession(input: $i) { __typename } }',
      { i: { title: [SECRET, 1] } },
      ['i', 'title'],
    ],
    ['mutation ($i: CreateSessionInput!) { createSession(input: $i) { __typename } }', { i: SECRET }, ['i']],
    [
      'mutation ($i: AddItemsInput!) { addItems(input: $i) { __typename } }',
      { i: { sessionId: 'x', items: [{}, SECRET] } },
      ['i', 'items', 1],
    ],
    [
      'mutation ($i: AddMessageInput!) { addMessage(input: $i) { __typename } }',
      { i: { sessionId: 'x', text: 'x', role: 'USER', extra: SECRET } },
      ['i'],
    ],
  ])(
    'refuses variables of the wrong type and tells where, not what: %s %j',
    async (query, variables, path) => {
      const answer = await api.answer(query, variables);
      expect(onlyError(answer)).toMatchObject({ code: 'BAD_USER_INPUT', status: 400, path });
      expect(JSON.stringify(answer)).not.toContain(SECRET);
    },
  );

  it('repeats no value that it refuses', async () => {
    const sessionId = await api.create();
    const refusals = [
      await api.refused('createSession', { id: `${SECRET} ${SECRET}` }),
      await api.refused('createSession', { title: SECRET.padEnd(1001, 'x') }),
      await api.refused('createSession', { metadata: { [SECRET]: `\ud800` } }),
      await api.refused('addItems', { sessionId, items: [{ [SECRET]: SECRET }] }),
      await api.refused('addMessage', { sessionId, role: 'USER', text: 'x', ifCursor: SECRET }),
      await api.refused('addMessage', { sessionId: SECRET, role: 'USER', text: SECRET }),
      await api.refused('trackAgent', { sessionId, agentName: 'x', ifCurrentAgent: SECRET }),
      await api.refused('trackAgent', { sessionId, agentName: SECRET.padEnd(300, 'x') }),
      await api.refusal('query ($a: String) { sessions(after: $a) { nodes { id } } }', { a: SECRET }),
    ];
    for (const refusal of refusals) expect(JSON.stringify(refusal)).not.toContain(SECRET);
  });

  it.each([
    ['query ($id: ID = "x") { session(id: $id) { id } }', { id: null }],
    ['query ($x: Boolean = true) { viewer { kind @include(if: $x) } }', { x: null }],
    [
      'query ($r: MessageRole = USER) { session(id: "SESSION") { messages(roles: [$r]) { nodes { id } } } }',
      { r: null },
    ],
    ['query ($i: ID = "x") { node(id: $i) { id } }', { i: null }],
  ])('refuses null for a variable that has a default and is needed: %s', async (query, variables) => {
    const answer = await api.answer(query.replace('SESSION', await api.create()), variables);
    expect(onlyError(answer)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('puts an error beside the data of what went well', async () => {
    const id = await api.create();
    const answer = await api.answer(
      `{ viewer { kind } good: session(id: "${id}") { id } bad: sessions(first: 0) { nodes { id } } }`,
    );
    expect(onlyError(answer)).toMatchObject({ code: 'BAD_USER_INPUT', at: ['bad'] });
    expect(answer.data).toBeNull();
    const nullable = await api.answer(
      `{ viewer { kind } good: session(id: "${id}") { id } bad: session(id: "${id}") { items(first: 0) { nodes { id } } } }`,
    );
    expect(onlyError(nullable)).toMatchObject({ code: 'BAD_USER_INPUT', at: ['bad', 'items'], status: 200 });
    expect(nullable.data).toEqual({ viewer: { kind: 'SERVICE' }, good: { id }, bad: null });
  });

  it('runs the mutations of a document in their order, up to the one that fails', async () => {
    const id = await api.create();
    const say = (text: string) =>
      `addMessage(input: { sessionId: "${id}", role: USER, text: "${text}" }) { __typename }`;
    const answer = await api.answer(`mutation { a: ${say('one')} b: ${say(' ')} c: ${say('three')} }`);
    expect(onlyError(answer)).toMatchObject({ code: 'BAD_USER_INPUT', at: ['b'] });
    expect(await api.items(id, '... on Message { text }')).toEqual([{ text: 'one' }]);
  });

  it('lists the codes, and what they mean, in the schema', async () => {
    const { __type } = await api.ask('{ __type(name: "ErrorCode") { enumValues { name description } } }');
    expect(__type.enumValues).toHaveLength(15);
    const retryable = __type.enumValues.filter(({ name }: { name: Parameters<typeof isRetryable>[0] }) =>
      isRetryable(name),
    );
    expect(retryable.map(({ name }: { name: string }) => name)).toEqual([
      'RATE_LIMITED',
      'STORE_UNAVAILABLE',
      'STORE_TIMEOUT',
    ]);
    for (const { description } of retryable) expect(description).toMatch(/[Rr]etryable/);
  });
}
