import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

const LIST = `query ($userId: ID, $first: Int, $after: String, $last: Int, $before: String) {
  sessions(userId: $userId, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } }
    nodes { id updatedAt }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

interface Listed {
  readonly id: string;
  readonly updatedAt: string;
}

/** Most recent first; of those that were active in one millisecond, the greater id first. */
function byActivity(a: Listed, b: Listed): number {
  const [one, other] = [`${a.updatedAt}${a.id}`, `${b.updatedAt}${b.id}`];
  return one < other ? 1 : one > other ? -1 : 0;
}

export function sessionList(api: Api): void {
  const list = async (args: object) => (await api.ask(LIST, { ...args })).sessions;
  const idsOf = (page: { nodes: readonly Listed[] }): string[] => page.nodes.map(({ id }) => id);
  const userWith = async (count: number): Promise<{ userId: string; ids: string[] }> => {
    const userId = api.newName('u');
    const ids: string[] = [];
    for (let made = 0; made < count; made++) ids.push(await api.create({ userId }));
    return { userId, ids };
  };

  it('holds all sessions of one user, and nobody else’s', async () => {
    const { userId, ids } = await userWith(3);
    const other = await userWith(2);
    expect(idsOf(await list({ userId })).toSorted()).toEqual(ids.toSorted());
    expect(idsOf(await list({ userId: other.userId })).toSorted()).toEqual(other.ids.toSorted());
  });

  it('tells apart users whose names look alike', async () => {
    const base = api.newName('é');
    const names = [
      base,
      `${base} `,
      base.normalize('NFD'),
      `${base}*`,
      `${base}:x`,
      `{${base}}`,
      base.toUpperCase(),
    ];
    const made = await Promise.all(names.map((userId) => api.create({ userId })));
    const listed = await Promise.all(names.map(async (userId) => idsOf(await list({ userId }))));
    expect(listed).toEqual(made.map((id) => [id]));
  });

  it('is empty for a user without sessions', async () => {
    expect(await list({ userId: 'nobody' })).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('means the user local when none is named', async () => {
    const id = await api.create();
    expect(idsOf(await list({ first: 100 }))).toContain(id);
    expect(await list({ first: 100 })).toEqual(await list({ first: 100, userId: 'local' }));
  });

  it('stands in the order of the last activity, the most recent first', async () => {
    const { userId, ids } = await userWith(4);
    const [first = '', second = '', third = ''] = ids;
    await api.say(second, 'hello');
    await api.write('trackAgent', { sessionId: first, agentName: 'a' });
    await api.write('updateSession', { id: third, title: 'new' });
    const { nodes } = await list({ userId });
    expect(nodes).toHaveLength(4);
    expect(nodes).toEqual(nodes.toSorted(byActivity));
    for (const { id, updatedAt } of nodes) expect(await api.session(id, 'updatedAt')).toEqual({ updatedAt });
  });

  it('forgets deleted sessions', async () => {
    const { userId, ids } = await userWith(3);
    await api.write('deleteSession', { id: ids[1] });
    expect(new Set(idsOf(await list({ userId })))).toEqual(new Set([ids[0], ids[2]]));
  });

  it.each([
    ['forwards', 'first', 'after', 'endCursor', 'hasNextPage', 'hasPreviousPage'],
    ['backwards', 'last', 'before', 'startCursor', 'hasPreviousPage', 'hasNextPage'],
  ])('pages %s through all, once and in order', async (_direction, count, place, cursor, more, less) => {
    const { userId } = await userWith(7);
    const all = idsOf(await list({ userId }));
    const pages: string[][] = [];
    let at: string | null = null;
    for (let left = true; left;) {
      const page = await list({ userId, [count]: 3, [place]: at });
      expect(page.pageInfo[less]).toBe(pages.length > 0);
      expect(page.pageInfo.startCursor).toBe(page.edges[0].cursor);
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1).cursor);
      expect(page.edges.map((edge: { node: Listed }) => edge.node.id)).toEqual(idsOf(page));
      if (count === 'first') pages.push(idsOf(page));
      else pages.unshift(idsOf(page));
      at = page.pageInfo[cursor];
      left = page.pageInfo[more];
    }
    expect(pages.flat()).toEqual(all);
  });

  it('takes what lies between two cursors', async () => {
    const { userId } = await userWith(6);
    const { edges } = await list({ userId });
    const between = { userId, after: edges[0].cursor, before: edges[5].cursor };
    const ids = edges.slice(1, 5).map((edge: { node: Listed }) => edge.node.id);
    expect(idsOf(await list(between))).toEqual(ids);
    expect(idsOf(await list({ ...between, first: 2 }))).toEqual(ids.slice(0, 2));
    expect(idsOf(await list({ ...between, last: 2 }))).toEqual(ids.slice(2));
  });

  it('gives the fifty most recent when nothing is said, and up to a hundred', async () => {
    const userId = api.newName('u');
    await Promise.all(Array.from({ length: 102 }, () => api.create({ userId })));
    const hundred = await list({ userId, first: 100 });
    expect(hundred.nodes).toHaveLength(100);
    expect(hundred.pageInfo.hasNextPage).toBe(true);
    expect(idsOf(await list({ userId }))).toEqual(idsOf(hundred).slice(0, 50));
  });
}
