import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

interface Page {
  readonly texts: readonly string[];
  readonly cursors: readonly string[];
  readonly next: boolean;
  readonly previous: boolean;
}

const KINDS = ['items', 'messages'] as const;

export function pages(api: Api): void {
  /** A history of `0` to `count - 1`; between its messages stand tool calls when `mixed`. */
  const history = async (count: number, mixed = false): Promise<string> => {
    const sessionId = await api.create();
    const all = Array.from({ length: count }, (_, index) => [
      { role: index % 2 === 0 ? 'user' : 'assistant', content: String(index) },
      ...(mixed ? [{ type: 'function_call', callId: `c${index}`, name: 'f', arguments: '{}' }] : []),
    ]).flat();
    for (let from = 0; from < all.length; from += 1000) {
      await api.write('addItems', { sessionId, items: all.slice(from, from + 1000) });
    }
    return sessionId;
  };
  const pageOf = async (id: string, kind: (typeof KINDS)[number], args: object = {}): Promise<Page> => {
    const { session } = await api.ask(
      `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { session(id: $id) {
        page: ${kind}(first: $first, after: $after, last: $last, before: $before) {
          edges { cursor node { cursor } }
          nodes { cursor raw }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      } }`,
      { id, ...args },
    );
    const { edges, nodes, pageInfo } = session.page;
    const cursors = nodes.map(({ cursor }: { cursor: string }) => cursor);
    for (const edge of edges) expect(edge.node.cursor).toBe(edge.cursor);
    expect(edges.map(({ cursor }: { cursor: string }) => cursor)).toEqual(cursors);
    expect(pageInfo).toMatchObject({ startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null });
    return {
      texts: nodes.map(({ raw }: { raw: Record<string, string> }) => raw['content'] ?? raw['type']),
      cursors,
      next: pageInfo.hasNextPage,
      previous: pageInfo.hasPreviousPage,
    };
  };
  const numbers = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, index) => String(from + index));

  it.each(KINDS)('gives the newest of %s, oldest first', async (kind) => {
    const id = await history(60);
    expect(await pageOf(id, kind)).toMatchObject({ texts: numbers(10, 60), next: false, previous: true });
    expect(await pageOf(id, kind, { last: 3 })).toMatchObject({
      texts: ['57', '58', '59'],
      next: false,
      previous: true,
    });
    expect(await pageOf(id, kind, { last: 60 })).toMatchObject({ texts: numbers(0, 60), previous: false });
    expect(await pageOf(id, kind, { first: 3 })).toMatchObject({
      texts: ['0', '1', '2'],
      next: true,
      previous: false,
    });
  });

  it.each(KINDS)('pages through %s forwards and backwards, once and in order', async (kind) => {
    const id = await history(23);
    const seen: string[] = [];
    let after: string | undefined;
    for (let more = true; more;) {
      const page = await pageOf(id, kind, { first: 5, after });
      expect(page.previous).toBe(after !== undefined);
      seen.push(...page.texts);
      after = page.cursors.at(-1);
      more = page.next;
    }
    expect(seen).toEqual(numbers(0, 23));
    const seenBackwards: string[] = [];
    let before: string | undefined;
    for (let more = true; more;) {
      const page = await pageOf(id, kind, { last: 5, before });
      expect(page.next).toBe(before !== undefined);
      seenBackwards.unshift(...page.texts);
      before = page.cursors[0];
      more = page.previous;
    }
    expect(seenBackwards).toEqual(numbers(0, 23));
  });

  it.each(KINDS)('takes what lies next to, or between, the cursors of %s', async (kind) => {
    const id = await history(70);
    const { cursors } = await pageOf(id, kind, { first: 70 });
    const [after, before] = [cursors[4], cursors[65]];
    const inside = { next: true, previous: true };
    expect(await pageOf(id, kind, { after })).toMatchObject({ texts: numbers(5, 55), ...inside });
    expect(await pageOf(id, kind, { before })).toMatchObject({ texts: numbers(15, 65), ...inside });
    expect(await pageOf(id, kind, { after, before, first: 2 })).toMatchObject({
      texts: ['5', '6'],
      ...inside,
    });
    expect(await pageOf(id, kind, { after, before, last: 2 })).toMatchObject({
      texts: ['63', '64'],
      ...inside,
    });
    expect(await pageOf(id, kind, { after, last: 2 })).toMatchObject({ texts: ['68', '69'], next: false });
    expect(await pageOf(id, kind, { before, first: 2 })).toMatchObject({
      texts: ['0', '1'],
      previous: false,
    });
  });

  it.each(KINDS)('gives an empty page of %s where there is nothing', async (kind) => {
    const id = await history(2);
    const { cursors } = await pageOf(id, kind);
    const nothing = { texts: [], cursors: [] };
    expect(await pageOf(id, kind, { after: cursors[1] })).toEqual({
      ...nothing,
      next: false,
      previous: true,
    });
    expect(await pageOf(id, kind, { before: cursors[0] })).toEqual({
      ...nothing,
      next: true,
      previous: false,
    });
    expect(await pageOf(id, kind, { after: cursors[0], before: cursors[1] })).toMatchObject(nothing);
    expect(await pageOf(id, kind, { after: cursors[1], before: cursors[0] })).toMatchObject(nothing);
    expect(await pageOf(await api.create(), kind)).toEqual({ ...nothing, next: false, previous: false });
  });

  it('takes a cursor of any item, and of the session, for pages of messages', async () => {
    const id = await history(6, true);
    const { cursors, texts } = await pageOf(id, 'items', { first: 12 });
    const call = cursors[texts.indexOf('function_call', 4)];
    expect((await pageOf(id, 'messages', { after: call })).texts).toEqual(['3', '4', '5']);
    expect((await pageOf(id, 'messages', { before: call })).texts).toEqual(['0', '1', '2']);
    const { cursor } = await api.session(id, 'cursor');
    expect((await pageOf(id, 'messages', { after: cursor })).texts).toEqual([]);
    expect((await pageOf(id, 'items', { after: cursor })).texts).toEqual([]);
    await api.say(id, 'new');
    expect((await pageOf(id, 'messages', { after: cursor })).texts).toEqual(['new']);
  });

  it('reads more than a thousand messages, page by page, from either end', async () => {
    const id = await history(2500, true);
    const first = await pageOf(id, 'messages', { first: 1000 });
    const second = await pageOf(id, 'messages', { first: 1000, after: first.cursors.at(-1) });
    const third = await pageOf(id, 'messages', { first: 1000, after: second.cursors.at(-1) });
    expect([...first.texts, ...second.texts, ...third.texts]).toEqual(numbers(0, 2500));
    expect([first.next, second.next, third.next]).toEqual([true, true, false]);
    expect((await pageOf(id, 'messages', { last: 1000 })).texts).toEqual(numbers(1500, 2500));
    expect((await pageOf(id, 'items', { last: 1000, before: second.cursors[0] })).texts).toHaveLength(1000);
    expect(await api.session(id, 'messageCount itemCount')).toEqual({ messageCount: 2500, itemCount: 5000 });
  });
}
