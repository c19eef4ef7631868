import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

const ALL = `id userId title metadata currentAgent agentsUsed messageCount itemCount createdAt updatedAt expiresAt cursor
  lastMessage { id } messages { nodes { id } } items { nodes { id } } agentInputs`;

export function sessions(api: Api): void {
  it('gives a session 16 hex characters for an id when its creator gives none', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => api.write('createSession', {}, 'session { id }')));
    for (const { session } of ids) expect(session.id).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(ids.map(({ session }) => session.id)).size).toBe(3);
  });

  it('takes the id that its creator chooses, of up to 128 characters', async () => {
    const long = `${'aZ9_-'.repeat(25)}xyz`;
    for (const id of ['x', '0', '-', '__', long]) {
      expect((await api.write('createSession', { id }, 'session { id }')).session.id).toBe(id);
      expect(await api.session(id, 'id')).toEqual({ id });
    }
  });

  it('begins empty', async () => {
    const id = api.newName();
    const { session } = await api.write('createSession', { id }, `session { ${ALL} }`);
    expect(session).toEqual({
      id,
      userId: 'local',
      title: null,
      metadata: {},
      currentAgent: null,
      agentsUsed: [],
      messageCount: 0,
      itemCount: 0,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: session.createdAt,
      expiresAt: null,
      cursor: expect.stringMatching(/./),
      lastMessage: null,
      messages: { nodes: [] },
      items: { nodes: [] },
      agentInputs: [],
    });
    expect(await api.session(id, ALL)).toEqual(session);
  });

  it('keeps owner, title and metadata, and is loaded without naming the user', async () => {
    const given = { userId: 'ada', title: 'Plans', metadata: { tags: ['a', {}, []], deep: { n: 1.5 } } };
    const id = await api.create(given);
    expect(await api.session(id, 'userId title metadata')).toEqual(given);
  });

  it('takes null for what may be left out', async () => {
    const id = await api.create({ userId: null, title: null, metadata: null, expiresAfter: null });
    expect(await api.session(id, 'userId title metadata expiresAt')).toEqual({
      userId: 'local',
      title: null,
      metadata: {},
      expiresAt: null,
    });
  });

  it('expires the given seconds after the last write', async () => {
    const id = await api.create({ expiresAfter: 315_360_000 });
    await api.say(id, 'later');
    const { updatedAt, expiresAt } = await api.session(id, 'updatedAt expiresAt');
    expect(Date.parse(expiresAt) - Date.parse(updatedAt)).toBe(315_360_000_000);
  });

  it('refuses an id that exists, whoever owns it', async () => {
    const id = await api.create({ title: 'first' });
    for (const given of [
      {},
      { ifExists: 'FAIL' },
      { userId: 'bob' },
      { userId: 'bob', ifExists: 'RETURN' },
    ]) {
      expect(await api.refused('createSession', { id, title: 'second', ...given })).toMatchObject({
        code: 'CONFLICT',
      });
    }
    expect(await api.session(id, 'title userId')).toEqual({ title: 'first', userId: 'local' });
  });

  it('answers with the session that exists when it is asked to and the owner is the same', async () => {
    const id = await api.create({ userId: 'ada', title: 'first' });
    await api.say(id, 'hello');
    const present = await api.session(id, ALL);
    const again = { id, userId: 'ada', title: 'second', metadata: { a: 1 }, ifExists: 'RETURN' };
    const { session } = await api.write('createSession', again, `session { ${ALL} }`);
    expect(session).toEqual(present);
  });

  it('makes the session when it is asked to return one that does not exist', async () => {
    const input = { id: api.newName(), title: 'new', ifExists: 'RETURN' };
    expect((await api.write('createSession', input, 'session { title }')).session).toEqual({ title: 'new' });
  });

  it('makes one session of many that are created under one id at once', async () => {
    const id = api.newName();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        api.answer(
          `mutation { createSession(input: { id: "${id}", title: "${index}" }) { session { title } } }`,
        ),
      ),
    );
    const made = answers.filter(({ errors }) => errors === undefined);
    expect(made).toHaveLength(1);
    expect(made[0]?.data.createSession.session).toEqual(await api.session(id, 'title'));
  });

  it('is null when it does not exist', async () => {
    expect(await api.session('nobody', 'id')).toBeNull();
  });

  it('takes everybody for a service that means the user local', async () => {
    const { viewer } = await api.ask('{ viewer { kind userId } }');
    expect(viewer).toEqual({ kind: 'SERVICE', userId: 'local' });
  });
}
