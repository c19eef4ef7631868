import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { AgentSessionsError, connect, type ServerErrorCode } from '../../src/client/index.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { faultyFetch, serverFault } from './faulty-fetch.ts';
import { assistant, user } from './sdk-items.ts';
import { serve, type Served } from './session-sources.ts';

describe('errors of the client', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve('over HTTP');
  });
  afterAll(() => served.close());

  it('know the codes of the server', () => {
    expectTypeOf<ServerErrorCode>().toEqualTypeOf<ErrorCode>();
  });

  it('say NOT_FOUND for a session that is not there', async () => {
    const error = await served.sessions.load('nobody').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AgentSessionsError);
    expect(error).toMatchObject({ code: 'NOT_FOUND', retryable: false });
  });

  it('say NOT_FOUND for a session that is gone, in reads and writes', async () => {
    const session = await served.sessions.create();
    expect(await session.delete()).toBe(true);
    await expect(session.getItems()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(session.addItems([user('one')])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await session.delete()).toBe(false);
  });

  it('say CONFLICT for an id that is taken, and for an owner who is another', async () => {
    await served.sessions.create({ id: 'taken', userId: 'ada' });
    await expect(served.sessions.create({ id: 'taken' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(
      served.sessions.create({ id: 'taken', userId: 'bob', ifExists: 'RETURN' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('say what is there now on CONFLICT', async () => {
    const session = await served.sessions.create();
    const first = await session.addMessage({ role: 'USER', text: 'one' });
    const second = await session.addMessage({ role: 'USER', text: 'two', ifCursor: first.cursor });
    await expect(
      session.addMessage({ role: 'USER', text: 'three', ifCursor: first.cursor }),
    ).rejects.toMatchObject({ code: 'CONFLICT', details: { current: second.cursor } });
    await session.trackAgent('triage', { ifCurrentAgent: null });
    await expect(session.trackAgent('billing', { ifCurrentAgent: null })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { current: 'triage' },
    });
  });

  it('say CONFLICT for a transaction whose id or suffix does not fit', async () => {
    const session = await served.sessions.create();
    const transaction = { type: 'append_items', items: [user('one')] } as const;
    await session.applyHistoryTransaction({ operationId: 'run:1', transaction });
    const other = { ...transaction, items: [user('two')] };
    await expect(
      session.applyHistoryTransaction({ operationId: 'run:1', transaction: other }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    const { cursor } = (await session.info()) ?? {};
    await expect(
      session.applyHistoryTransaction({
        operationId: 'run:2',
        transaction: { type: 'replace_suffix', expectedSuffix: [user('two')], replacement: [] },
      }),
    ).rejects.toMatchObject({ code: 'CONFLICT', details: { current: cursor } });
  });

  it('give the index of a bad item, counted over the whole list', async () => {
    const session = await served.sessions.create();
    const items = Array.from({ length: 1_500 }, (_, index) => user(`number ${index}`));
    await expect(session.addItems([...items, { content: 'no item' }])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { index: 1_500, path: ['items', 1_500] },
    });
    expect(await session.messageCount()).toBe(1_000);
    await expect(session.addItems([user('one'), { content: 'no item' }])).rejects.toMatchObject({
      details: { index: 1 },
    });
    expect(await session.messageCount()).toBe(1_000);
  });

  it('give limit and actual size of what is too large', async () => {
    const session = await served.sessions.create();
    const text = 'x'.repeat(1024 * 1024 + 1);
    await expect(session.addMessage({ role: 'USER', text })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { limit: 1024 * 1024, actual: 1024 * 1024 + 1 },
    });
  });

  it.each([
    ['NaN', Number.NaN],
    ['a number without end', -Infinity],
    ['a bigint', 1n],
    ['a function', () => undefined],
    ['a symbol', Symbol('s')],
    ['undefined in a list', [undefined]],
    ['bytes', new Uint8Array(2)],
    ['a Buffer', Buffer.from('ab')],
    ['a Map', new Map()],
  ])('refuse %s, which JSON would alter', async (_what, value) => {
    const session = await served.sessions.create();
    const item = { ...assistant('two'), providerData: { deep: [{ value }] } };
    await expect(session.addItems([user('one'), item])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { index: 1, path: ['items', 1] },
    });
    expect(await session.getItems()).toEqual([]);
  });

  it('keep what the server said as cause', async () => {
    const way = faultyFetch(served.app.app.fetch);
    const extensions = { code: 'FORBIDDEN', retryable: false, path: ['role'], later: 1 };
    way.next(serverFault(extensions));
    await expect(connect({ fetch: way.fetch }).session('any').getItems()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Told by a test.',
      details: { path: ['role'] },
      cause: { message: 'Told by a test.', extensions },
    });
  });

  it.each([
    [404, 'not found'],
    [200, '<html>Another server</html>'],
    [200, '{"hello":"world"}'],
    [400, '{"errors":[{"message":"without a code"}]}'],
    [200, 'null'],
  ])('say BAD_RESPONSE for HTTP %i with %s', async (status, body) => {
    const way = faultyFetch(served.app.app.fetch);
    way.next({ kind: 'answered', status, body });
    await expect(connect({ fetch: way.fetch }).session('any').getItems()).rejects.toMatchObject({
      code: 'BAD_RESPONSE',
      retryable: false,
      details: { status },
    });
  });

  it('say NETWORK_ERROR where no server listens', async () => {
    const gone = await serve('over HTTP');
    await gone.close();
    const sessions = connect({ url: gone.app.url, retry: { retries: 0 } });
    await expect(sessions.create()).rejects.toMatchObject({ code: 'NETWORK_ERROR', retryable: true });
  });

  it.each(['', 'localhost:4000', 'ftp://x', 'http://'])('refuse %j as url at once', (url) => {
    expect(() => connect({ url })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { path: ['url'] } }),
    );
  });

  it('refuse a connection to nothing', () => {
    expect(() => connect({})).toThrow(AgentSessionsError);
  });
});
