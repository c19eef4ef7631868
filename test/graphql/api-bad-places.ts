import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

export function badPlaces(api: Api): void {
  const page = async (id: string, field: string, args: object) =>
    api.refusal(
      `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
        session(id: $id) { ${field}(first: $first, after: $after, last: $last, before: $before) { nodes { id } } } }`,
      { id, ...args },
    );
  const list = async (args: object) =>
    api.refusal(
      `query ($first: Int, $after: String, $last: Int, $before: String) {
        sessions(first: $first, after: $after, last: $last, before: $before) { nodes { id } } }`,
      { ...args },
    );

  it.each(['items', 'messages'])('refuses pages of %s of an impossible size', async (field) => {
    const id = await api.create();
    for (const name of ['first', 'last']) {
      for (const size of [0, -1, 1001, -2_147_483_648, 2_147_483_647]) {
        expect(await page(id, field, { [name]: size })).toMatchObject({
          code: 'BAD_USER_INPUT',
          path: [name],
          limit: 1000,
          actual: size,
          at: ['session', field],
        });
      }
    }
    expect(await page(id, field, { first: 1, last: 1 })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('refuses pages of sessions of an impossible size', async () => {
    for (const name of ['first', 'last']) {
      for (const size of [0, -1, 101]) {
        expect(await list({ [name]: size })).toMatchObject({
          code: 'BAD_USER_INPUT',
          path: [name],
          limit: 100,
          actual: size,
        });
      }
    }
    expect(await list({ first: 1, last: 1 })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('refuses an empty list of roles', async () => {
    const id = await api.create();
    const refusal = await api.refusal(`{ session(id: "${id}") { messages(roles: []) { nodes { id } } } }`);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: ['roles'] });
  });

  it('refuses cursors that are garbage or another session’s', async () => {
    const [id, other] = [await api.create(), await api.create()];
    const cursor = await api.say(id, 'x');
    const foreign = await api.say(other, 'x');
    const check = cursor.split('~')[1];
    const garbage = [
      '',
      '0',
      'x',
      foreign,
      cursor.toUpperCase(),
      ` ${cursor}`,
      `${cursor} `,
      cursor.split('~')[0],
      `~${check}`,
      `1~${check}`,
      `-1.abcdefgh~${check}`,
      `9999999999999999999999.abcdefgh~${check}`,
      `${'9'.repeat(60)}~${check}`,
      'NaN.abcdefgh',
      '\u0000',
      '\ud800',
    ];
    for (const place of ['after', 'before']) {
      for (const field of ['items', 'messages']) {
        for (const bad of garbage) {
          expect(await page(id, field, { [place]: bad })).toMatchObject({
            code: 'BAD_USER_INPUT',
            path: [place],
          });
        }
      }
      for (const bad of [
        '',
        'x',
        cursor,
        '1',
        '~',
        `1~`,
        `~${id}`,
        `-1~${id}`,
        `1.5~${id}`,
        `1~../x`,
        '\ud800~a',
      ]) {
        expect(await list({ [place]: bad })).toMatchObject({ code: 'BAD_USER_INPUT', path: [place] });
      }
    }
  });

  it('says that a cursor is gone when the log no longer knows it', async () => {
    const id = await api.create();
    const old = await api.say(id, 'x');
    await api.write('deleteSession', { id });
    await api.create({ id });
    await api.say(id, 'new');
    const [place, check] = old.split('~');
    const other = `${place?.slice(0, -8)}00000000~${check}`;
    for (const cursor of [old, other]) {
      for (const name of ['after', 'before']) {
        for (const field of ['items', 'messages']) {
          expect(await page(id, field, { [name]: cursor })).toMatchObject({ code: 'CURSOR_EXPIRED' });
        }
      }
    }
  });

  it('refuses to write on the condition of a cursor that is gone', async () => {
    const id = await api.create();
    const ifCursor = await api.say(id, 'x');
    await api.write('deleteSession', { id });
    await api.create({ id });
    const { cursor } = await api.session(id, 'cursor');
    const refusal = await api.refused('addMessage', { sessionId: id, text: 'x', role: 'USER', ifCursor });
    expect(refusal).toMatchObject({ code: 'CONFLICT', current: cursor });
  });
}
