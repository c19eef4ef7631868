import { expect } from 'vitest';
import { handoffRaw } from '../../src/core/log.ts';
import {
  agentStep,
  answers,
  callItem,
  itemStep,
  messageItem,
  newSession,
  plainItem,
  says,
  textsOf,
} from '../support/samples.ts';
import { append, at, expectCode, itemsOf, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

export function appending(it: StoreTest): void {
  it('adds the items in the order of the steps, at the end of the log', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('one'), says('two'));
    const written = await append(store, 's', says('three'), says('four'));
    expect(textsOf(written)).toEqual(['three', 'four']);
    expect(textsOf(await itemsOf(store))).toEqual(['one', 'two', 'three', 'four']);
  });

  it('answers with the entries as the log holds them, and the session as it is then', async ({ store }) => {
    await store.create(newSession());
    const { entries, session } = await store.append({
      sessionId: 's',
      steps: [agentStep('guide'), says('one')],
    });
    expect((await logOf(store)).slice(1)).toEqual(entries);
    expect(session).toEqual(await store.get('s'));
    expect(session.end).toBe(at(entries, -1).id);
    expect(session.updatedAt).toBe(at(entries, -1).at);
  });

  it('names in each entry the one before it', async ({ store }) => {
    const { born } = await store.create(newSession());
    const first = await append(store, 's', says('one'), agentStep('guide'), answers('two'));
    const second = await append(store, 's', says('three'));
    const entries = [...first, ...second];
    expect(entries.map((entry) => entry.prev)).toEqual([born, ...entries.slice(0, -1).map((e) => e.id)]);
  });

  it('keeps all that an item says', async ({ store }) => {
    await store.create(newSession());
    const item = plainItem('{"type":"message"}', {
      dialect: 'RESPONSES',
      role: 'DEVELOPER',
      agent: 'scribe',
      metadata: '{"b":[],"a":{}}',
      derived: true,
      status: 'INTERRUPTED',
    });
    await append(store, 's', itemStep(item));
    const { call: _call, resultOf: _resultOf, ...kept } = item;
    expect(at(await itemsOf(store), 0).item).toEqual({ ...kept, toolName: null, handoff: false });
  });

  it('counts every item, and messages only of users and assistants', async ({ store }) => {
    await store.create(newSession());
    const others = [
      messageItem('SYSTEM', 'be kind'),
      messageItem('DEVELOPER', 'be brief'),
      callItem('c', 'search'),
    ];
    await append(store, 's', says('hello'), answers('hi'), ...others.map(itemStep), agentStep('guide'));
    expect(await sessionNow(store)).toMatchObject({ messageCount: 2, itemCount: 6 });
  });

  it('writes a hand-off before what the new agent says', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('hello'), agentStep('guide'), answers('hi'));
    expect(textsOf(await itemsOf(store))).toEqual(['hello', 'null > guide', 'hi']);
  });

  it('writes a hand-off as an item of the agent that takes over', async ({ store }) => {
    await store.create(newSession());
    const [first, second] = await append(store, 's', agentStep('a "quoted" one'), agentStep('zwei\n'));
    const base = { dialect: 'AGENTS_JS', role: null, metadata: '{}', derived: false, status: 'COMPLETED' };
    const handoff = { ...base, toolName: null, handoff: true };
    const raws = [handoffRaw(null, 'a "quoted" one'), handoffRaw('a "quoted" one', 'zwei\n')];
    expect(first?.item).toEqual({ ...handoff, agent: 'a "quoted" one', raw: raws[0] });
    expect(second?.item).toEqual({ ...handoff, agent: 'zwei\n', raw: raws[1] });
  });

  it('writes no hand-off to the agent that is current already', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('guide'), agentStep('guide'), answers('one'));
    await append(store, 's', agentStep('guide'), answers('two'));
    expect(textsOf(await itemsOf(store))).toEqual(['null > guide', 'one', 'two']);
  });

  it('leaves the session untouched when no step changes anything', async ({ store, subject }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('guide'));
    const before = await sessionNow(store);
    await subject.elapse(5);
    const nothing = { entries: [], session: before };
    expect(await store.append({ sessionId: 's', steps: [agentStep('guide')] })).toEqual(nothing);
    expect(await store.append({ sessionId: 's', steps: [] })).toEqual(nothing);
    expect(await store.get('s')).toEqual(before);
  });

  it('gives an item its own agent, or the one that is current where it stands', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', says('nobody yet'), agentStep('guide'), says('to guide'));
    await append(
      store,
      's',
      answers('by guide'),
      itemStep(messageItem('ASSISTANT', 'by scribe', { agent: 'scribe' })),
    );
    const agents = (await itemsOf(store)).map((entry) => entry.item.agent);
    expect(agents).toEqual([null, 'guide', 'guide', 'guide', 'scribe']);
    expect(await sessionNow(store)).toMatchObject({ currentAgent: 'guide' });
  });

  it('names the agents in order of first use', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', agentStep('b'), agentStep('a'));
    await append(store, 's', agentStep('b'), agentStep('"b"'), agentStep('c'), agentStep('a'));
    const session = await sessionNow(store);
    expect(session).toMatchObject({ currentAgent: 'a', agentsUsed: ['b', 'a', '"b"', 'c'] });
  });

  it('takes many items in one write', async ({ store }) => {
    await store.create(newSession());
    const texts = Array.from({ length: 1100 }, (_, n) => `message ${n}`);
    const written = await append(store, 's', ...texts.map(says));
    expect(textsOf(written)).toEqual(texts);
    expect(await sessionNow(store)).toMatchObject({ messageCount: 1100, itemCount: 1100 });
  });

  it('loses and doubles nothing when many append at once', async ({ store }) => {
    await store.create(newSession());
    const texts = Array.from({ length: 50 }, (_, n) => `message ${n}`);
    await Promise.all(texts.map((text) => append(store, 's', says(text), answers(`re ${text}`))));
    const kept = textsOf(await itemsOf(store));
    expect(kept.toSorted()).toEqual(texts.flatMap((text) => [text, `re ${text}`]).toSorted());
    for (const text of texts) expect(kept[kept.indexOf(text) + 1]).toBe(`re ${text}`);
  });

  it('keeps entries unbroken when writes of different kinds come at once', async ({ store }) => {
    await store.create(newSession());
    const rounds = Array.from({ length: 10 }, (_, n) => [
      append(store, 's', agentStep(`agent ${n % 3}`), answers(`${n}`)),
      store.update({ sessionId: 's', title: `${n}` }),
    ]);
    await Promise.all(rounds.flat());
    const log = await logOf(store);
    expect(log.map((entry) => entry.prev)).toEqual([null, ...log.slice(0, -1).map((entry) => entry.id)]);
  });

  it('reports a session that does not exist, or is of another owner', async ({ store }) => {
    await store.create(newSession({ userId: 'ada' }));
    await expectCode(store.append({ sessionId: 'none', steps: [says('hello')] }), 'NOT_FOUND');
    await expectCode(store.append({ sessionId: 's', owner: 'bob', steps: [says('hello')] }), 'NOT_FOUND');
    expect(await itemsOf(store)).toEqual([]);
    const written = await store.append({ sessionId: 's', owner: 'ada', steps: [says('hello')] });
    expect(written.entries).toHaveLength(1);
  });
}
