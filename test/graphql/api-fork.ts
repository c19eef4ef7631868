import { expect, it } from 'vitest';
import { eventsOf, follow, SESSION_EVENTS } from '../support/follow.ts';
import { until } from '../support/until.ts';
import { storyOf, transfer, WRITTEN } from './agent-items.ts';
import { ITEM, type Api } from './api-under-test.ts';

const SESSION = `id userId title metadata currentAgent agentsUsed messageCount itemCount createdAt updatedAt
  expiresAt cursor lastMessage { text }`;
const { user, answer } = WRITTEN.AGENTS_JS;

export function forks(api: Api): void {
  const fork = async (id: string, given: object = {}): Promise<any> =>
    (await api.write('forkSession', { id, ...given }, `session { ${SESSION} }`)).session;
  const story = async (id: string): Promise<string[]> => storyOf(await api.items(id));
  /** A session of `ada` with hand-offs, tools and both dialects in it. */
  const talked = async (given: object = {}): Promise<string> => {
    const id = await api.create({ userId: 'ada', title: 'Plans', metadata: { a: [1] }, ...given });
    await api.write('storeExchange', {
      sessionId: id,
      userMessage: 'q',
      assistantResponse: 'a',
      agentName: 'x',
    });
    const run = [...transfer(WRITTEN.RESPONSES, 't', 'y'), WRITTEN.RESPONSES.answer('m', 'from y')];
    await api.write('storeAgentResult', { sessionId: id, items: run, dialect: 'RESPONSES', scope: 'NEW' });
    await api.say(id, 'last', { metadata: { kept: true } });
    return id;
  };

  it('copies everything when no place is given', async () => {
    const id = await talked({ expiresAfter: 3600 });
    const source = await api.session(id, SESSION);
    const copy = await fork(id);
    expect(copy.id).toMatch(/^[0-9a-f]{16}$/);
    const { id: _id, cursor, createdAt, updatedAt, expiresAt, ...same } = source;
    expect(copy).toMatchObject(same);
    expect(copy.cursor).not.toBe(cursor);
    expect(Date.parse(copy.createdAt)).toBeGreaterThanOrEqual(Date.parse(createdAt));
    expect(Date.parse(copy.updatedAt)).toBeGreaterThanOrEqual(Date.parse(updatedAt));
    expect(Date.parse(copy.expiresAt) - Date.parse(copy.updatedAt)).toBe(3_600_000);
    expect(Date.parse(expiresAt) - Date.parse(updatedAt)).toBe(3_600_000);
    expect(await api.session(copy.id, SESSION)).toEqual(copy);
    expect(await api.session(id, SESSION)).toEqual(source);
  });

  it('keeps each item with its time and all else but its place', async () => {
    const id = await talked();
    const copy = await fork(id, { newId: api.newName() });
    const items = await api.items(id);
    const copies = await api.items(copy.id);
    const content = (all: readonly any[]) =>
      all.map(({ id: _id, cursor: _cursor, sessionId: _session, ...rest }) => rest);
    expect(content(copies)).toEqual(content(items));
    expect(copies.map(({ sessionId }) => sessionId)).toEqual(items.map(() => copy.id));
    const names = [...items, ...copies].flatMap(({ id: itemId, cursor }) => [itemId, cursor]);
    expect(new Set(names).size).toBe(4 * items.length);
    expect(copy.cursor).toBe(copies.at(-1).cursor);
    for (const dialect of ['AGENTS_JS', 'RESPONSES']) {
      const args = `dialect: ${dialect}`;
      expect(await api.inputs(copy.id, args)).toEqual(await api.inputs(id, args));
    }
    const found = await api.ask(`query ($id: ID!) { node(id: $id) { ... on Item { ${ITEM} } } }`, {
      id: copies[0].id,
    });
    expect(found.node).toEqual(copies[0]);
  });

  it('copies up to and including each item, with the counts and agents of what is copied', async () => {
    const id = await talked();
    const items = await api.items(id);
    const all = storyOf(items);
    for (const [n, { cursor }] of items.entries()) {
      const copy = await fork(id, { upTo: cursor });
      expect(await story(copy.id)).toEqual(all.slice(0, n + 1));
      const copied = items.slice(0, n + 1);
      const agents = copied.filter(({ __typename }) => __typename === 'Handoff').map(({ to }) => to);
      const messages = copied.filter(({ __typename }) => __typename === 'Message');
      expect(copy).toMatchObject({
        itemCount: n + 1,
        messageCount: messages.length,
        currentAgent: agents.at(-1) ?? null,
        agentsUsed: agents,
        lastMessage: { text: messages.at(-1).text },
        title: 'Plans',
        metadata: { a: [1] },
        userId: 'ada',
      });
    }
  });

  it('takes the cursor of an answer, a page, an event or an empty session for a place', async () => {
    const id = await api.create();
    const { cursor: born } = await api.session(id, 'cursor');
    const said = await api.say(id, 'one');
    await api.write('updateSession', { id, title: 'renamed' });
    const { cursor: renamed } = await api.session(id, 'cursor');
    await api.say(id, 'two');
    for (const [upTo, expected] of [
      [born, []],
      [said, ['USER: one']],
      [renamed, ['USER: one']],
      [null, ['USER: one', 'USER: two']],
    ] as const) {
      const copy = await fork(id, { upTo });
      expect(await story(copy.id)).toEqual(expected);
      // Title and metadata are not of the log: they are those of now.
      expect(copy.title).toBe('renamed');
    }
  });

  it('copies what lies before an item that was popped or cleared since', async () => {
    const id = await api.create();
    await api.say(id, 'one');
    const popped = await api.say(id, 'two');
    await api.write('popItem', { id });
    await api.say(id, 'three');
    expect(await story((await fork(id, { upTo: popped })).id)).toEqual(['USER: one']);
    const { cursor } = await api.session(id, 'cursor');
    await api.write('clearSession', { id });
    await api.say(id, 'four');
    expect(await story((await fork(id, { upTo: cursor })).id)).toEqual([]);
    expect(await story((await fork(id)).id)).toEqual(['USER: four']);
  });

  it('takes the id, the title and the owner that are wanted', async () => {
    const id = await talked();
    const newId = api.newName();
    expect(await fork(id, { newId, title: 'Other plans' })).toMatchObject({
      id: newId,
      title: 'Other plans',
      userId: 'ada',
    });
    expect((await fork(id, { title: null })).title).toBe('Plans');
    expect((await fork(id, { title: '' })).title).toBe('');
    const untitled = await api.create();
    expect((await fork(untitled)).title).toBeNull();
  });

  it('has nothing more to do with its source', async () => {
    const id = await talked();
    const state = `${SESSION} items(first: 1000) { nodes { ${ITEM} } }`;
    for (const whole of [true, false]) {
      const copy = await fork(id);
      const [written, other] = whole ? [copy.id, id] : [id, copy.id];
      const before = await api.session(other, state);
      await api.say(written, 'only here');
      await api.write('trackAgent', { sessionId: written, agentName: 'z' });
      await api.write('updateSession', { id: written, title: 'other', metadata: { a: null } });
      await api.write('popItem', { id: written });
      await api.write('popItem', { id: written });
      expect(await api.session(other, state)).toEqual(before);
      await api.write('clearSession', { id: written });
      expect(await api.session(other, state)).toEqual(before);
      await api.write('deleteSession', { id: written });
      expect(await api.session(other, state)).toEqual(before);
    }
  });

  it('goes on like any other session', async () => {
    const id = await talked();
    const copy = await fork(id);
    const items = [
      ...(await api.inputs(copy.id)),
      user('go on'),
      ...transfer(WRITTEN.AGENTS_JS, 'u', 'z'),
      answer('m9', 'ok'),
    ];
    const { skipped } = await api.write('storeAgentResult', { sessionId: copy.id, items }, 'skipped');
    expect(skipped).toBe(6);
    const handoffs = (await api.items(copy.id)).filter(({ __typename }) => __typename === 'Handoff');
    expect(handoffs.map(({ from, to }) => [from, to])).toEqual([
      [null, 'x'],
      ['x', 'y'],
      ['y', 'z'],
    ]);
    await api.write('addItems', {
      sessionId: copy.id,
      items: [WRITTEN.RESPONSES.result('t', '', 'late')],
      dialect: 'RESPONSES',
    });
    expect((await api.items(copy.id)).at(-1).toolName).toBe('transfer_to_y');
    const again = await fork(copy.id);
    expect(await story(again.id)).toEqual(await story(copy.id));
  });

  it('is followed from its first copy on, and is no event of its source', async () => {
    const id = await talked();
    const { cursor } = await api.session(id, 'cursor');
    const watched = follow('SSE', api.endpoint, SESSION_EVENTS, { sessionId: id, after: cursor });
    await until('the source is watched', () => watched.results.length === 1);
    const copy = await fork(id);
    const copies = await api.items(copy.id, 'id');
    const follower = follow('WebSocket', api.endpoint, SESSION_EVENTS, { sessionId: copy.id, after: '0' });
    await until('it has caught up', () => eventsOf(follower).at(-1)?.__typename === 'CaughtUp');
    expect(eventsOf(follower).map(({ item }) => item?.id)).toEqual([
      ...copies.map(({ id: itemId }) => itemId),
      undefined,
    ]);
    const last = await api.say(id, 'next');
    await until('the next message has come', () => watched.results.length > 1);
    expect(eventsOf(watched)[1]).toMatchObject({ __typename: 'ItemAdded', cursor: last });
    await watched.stop();
    await follower.stop();
  });

  it('stands first in the list of its owner, and is where its source is', async () => {
    const userId = api.newName('owner');
    const id = await api.create({ userId });
    await api.create({ userId });
    const copy = await fork(id);
    const { sessions } = await api.ask(`{ sessions(userId: "${userId}") { nodes { id } } }`);
    expect(sessions.nodes).toHaveLength(3);
    expect(sessions.nodes[0]).toEqual({ id: copy.id });
  });

  it('copies thousands of items, in order', async () => {
    const id = await api.create();
    const batch = (from: number) => Array.from({ length: 1000 }, (_, n) => ({ type: 'n', n: from + n }));
    for (const from of [0, 1000, 2000]) await api.write('addItems', { sessionId: id, items: batch(from) });
    const copy = await fork(id);
    expect(copy.itemCount).toBe(3000);
    expect((await api.inputs(copy.id, 'dialect: AGENTS_JS')).map(({ n }) => n)).toEqual(
      Array.from({ length: 3000 }, (_, n) => n),
    );
  });
}
