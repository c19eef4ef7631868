import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assistant, call, compaction, result, user } from './sdk-items.ts';
import { serve, type Served } from './session-sources.ts';

describe('replaceHistoryWithCompaction', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve('in process');
  });
  afterAll(() => served.close());

  const texts = async (id: string) =>
    (await (await served.sessions.load(id)).getMessages()).map(({ text }) => text);

  it('leaves the model the compaction and what is retained, and people everything, once', async () => {
    const session = await served.sessions.create({ id: 'retained' });
    await session.addItems([user('one'), assistant('two'), user('three'), call('a'), result('a')]);
    await session.replaceHistoryWithCompaction([compaction(), user('three'), call('a'), result('a')]);
    await session.addItems([assistant('four')]);
    const inputs = [compaction(), user('three'), call('a'), result('a'), assistant('four')];
    expect(await session.getItems()).toEqual(inputs);
    expect(await session.getItems(2)).toEqual(inputs.slice(-2));
    expect(await texts('retained')).toEqual(['one', 'two', 'three', 'four']);
  });

  it('appends what is retained when it is new', async () => {
    const session = await served.sessions.create({ id: 'new' });
    await session.addItems([user('one')]);
    await session.replaceHistoryWithCompaction([compaction(), assistant('two')]);
    expect(await session.getItems()).toEqual([compaction(), assistant('two')]);
    expect(await texts('new')).toEqual(['one', 'two']);
  });

  it('begins a session, retains nothing, and can be repeated', async () => {
    const session = served.sessions.session('begun');
    await session.replaceHistoryWithCompaction([compaction('first')]);
    await session.addItems([user('one')]);
    await session.replaceHistoryWithCompaction([compaction('second')]);
    expect(await session.getItems()).toEqual([compaction('second')]);
    expect(await texts('begun')).toEqual(['one']);
  });

  it('works on what others have written in between', async () => {
    const session = await served.sessions.create({ id: 'busy' });
    await session.addItems([user('one')]);
    const writers = Array.from({ length: 5 }, (_, index) =>
      served.sessions.session('busy').addItems([user(`other ${index}`)]),
    );
    await Promise.all([...writers, session.replaceHistoryWithCompaction([compaction(), user('one')])]);
    const all = await texts('busy');
    expect(new Set(all)).toEqual(new Set(['one', ...[0, 1, 2, 3, 4].map((n) => `other ${n}`)]));
  });
});

describe('applyHistoryMutations', () => {
  it('loses nothing that others write meanwhile', async () => {
    const served = await serve('in process');
    const session = await served.sessions.create({ id: 'mutated' });
    await session.addItems([user('one'), call('a'), result('a')]);
    const corrected = call('a', { arguments: '{"city":"Bergen"}' });
    const writers = Array.from({ length: 5 }, (_, index) =>
      served.sessions.session('mutated').addItems([user(`other ${index}`)]),
    );
    const mutations = [{ type: 'replace_function_call', callId: 'a', replacement: corrected } as const];
    await Promise.all([...writers, session.applyHistoryMutations({ mutations })]);
    const items = await session.getItems();
    expect(items.slice(0, 3)).toEqual([user('one'), corrected, result('a')]);
    expect(items).toHaveLength(8);
    await served.close();
  });
});
