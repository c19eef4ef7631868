import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

export function forkRefusals(api: Api): void {
  const refused = async (input: object) => {
    const { sessions: before } = await api.ask('{ sessions(first: 100) { nodes { id } } }');
    const refusal = await api.refused('forkSession', { ...input });
    const { sessions: after } = await api.ask('{ sessions(first: 100) { nodes { id } } }');
    expect(after).toEqual(before);
    return refusal;
  };

  it('takes no id that exists, whoever has it, and leaves that session alone', async () => {
    const id = await api.create();
    await api.say(id, 'one');
    for (const newId of [id, await api.create(), await api.create({ userId: 'bob' })]) {
      const before = await api.session(newId, 'cursor userId itemCount');
      expect(await refused({ id, newId })).toMatchObject({ code: 'CONFLICT' });
      expect(await refused({ id, newId, idempotencyKey: api.newName('key') })).toMatchObject({
        code: 'CONFLICT',
      });
      expect(await api.session(newId, 'cursor userId itemCount')).toEqual(before);
    }
  });

  it('does not find a source that never was, or is deleted', async () => {
    const id = await api.create();
    const upTo = await api.say(id, 'one');
    await api.write('deleteSession', { id });
    expect(await refused({ id })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refused({ id, upTo })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refused({ id: api.newName() })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says that a place is gone when the session was made again under its id', async () => {
    const id = await api.create();
    const upTo = await api.say(id, 'old');
    await api.write('deleteSession', { id });
    await api.create({ id });
    await api.say(id, 'new');
    expect(await refused({ id, upTo })).toMatchObject({ code: 'CURSOR_EXPIRED', retryable: false });
  });

  it('says that a place is gone that the log never had', async () => {
    const id = await api.create();
    const cursor = await api.say(id, 'one');
    const upTo = cursor.replace(/\.([^~]*)~/, (_all, mark: string) =>
      mark === 'zzzzzzzz' ? '.yyyyyyyy~' : '.zzzzzzzz~',
    );
    expect(await refused({ id, upTo })).toMatchObject({ code: 'CURSOR_EXPIRED' });
  });

  it('refuses what is no cursor of the source', async () => {
    const id = await api.create();
    await api.say(id, 'one');
    const foreign = await api.say(await api.create(), 'one');
    const { session } = await api.write('forkSession', { id }, 'session { cursor }');
    const { sessions } = await api.ask('{ sessions(first: 1) { pageInfo { endCursor } } }');
    for (const upTo of ['', '0', 'garbage', foreign, session.cursor, sessions.pageInfo.endCursor]) {
      expect(await refused({ id, upTo })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['upTo'] });
    }
  });

  it('makes one of many forks that want one id at once', async () => {
    const id = await api.create();
    await api.say(id, 'one');
    const newId = api.newName();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        api.answer('mutation ($i: ForkSessionInput!) { forkSession(input: $i) { session { itemCount } } }', {
          i: { id, newId },
        }),
      ),
    );
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    for (const { errors } of answers) if (errors) expect(errors[0]?.extensions['code']).toBe('CONFLICT');
    expect((await api.session(newId, 'itemCount')).itemCount).toBe(1);
  });

  it('answers fifty at once with one key alike, from one fork', async () => {
    const userId = api.newName('owner');
    const id = await api.create({ userId });
    await api.say(id, 'one');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        api.write('forkSession', { id, idempotencyKey: 'key' }, 'session { id cursor itemCount }'),
      ),
    );
    expect(new Set(answers.map((given) => JSON.stringify(given))).size).toBe(1);
    const { sessions } = await api.ask(`{ sessions(userId: "${userId}") { nodes { id } } }`);
    expect(sessions.nodes).toHaveLength(2);
  });
}
