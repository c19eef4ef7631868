import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { follow, type Follower, type Transport } from '../support/follow.ts';
import type { Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const WATCH = `subscription ($userId: ID, $after: String) {
  sessionListChanged(userId: $userId, after: $after) {
    __typename
    ... on SessionListed { session { id title itemCount updatedAt lastMessage { text } } }
    ... on SessionUnlisted { sessionId }
  }
}`;

interface Told {
  readonly id: string;
  readonly title?: string | null;
  readonly itemCount?: number;
  readonly lastMessage?: { readonly text: string } | null;
}

/** What was told, in order; of what is gone only the id. */
function toldTo(follower: Follower): Told[] {
  return follower.results.map(
    ({ data: { sessionListChanged: event } }) => event.session ?? { id: event.sessionId },
  );
}

export function sessionListEvents(api: Api): void {
  const calls = new DraftCalls(api);

  const watch = (variables: object, transport: Transport = 'WebSocket') =>
    follow(transport, api.endpoint, WATCH, { ...variables });
  /** Watches a user's list; resolves when what happens from now on is told. */
  const watchLive = async (userId: string, transport?: Transport) => {
    const follower = watch({ userId }, transport);
    // Nothing says that a subscription was accepted but what it tells.
    const id = await api.create({ userId, title: 'probe' });
    await eventually(async () => {
      if (follower.results.length === 0) await api.say(id, 'x');
      expect(follower.results.length).toBeGreaterThan(0);
    });
    return follower;
  };
  /** The last that was told of a session. */
  const lastOf = (follower: Follower, id: string) => toldTo(follower).findLast((told) => told.id === id);
  const startCursor = async (userId: string) =>
    (await api.ask(`{ sessions(userId: "${userId}", first: 1) { pageInfo { startCursor } } }`)).sessions
      .pageInfo.startCursor;

  it.each<Transport>(['WebSocket', 'SSE'])('tells what becomes of sessions, over %s', async (transport) => {
    const userId = api.newName('u');
    const make = async () => {
      const id = await api.create({ userId, title: 'old' });
      await api.say(id, 'hello');
      return id;
    };
    const [renamed, written, forked, cleared, deleted] = [
      await make(),
      await make(),
      await make(),
      await make(),
      await make(),
    ];
    const follower = await watchLive(userId, transport);
    const id = await api.create({ userId, title: 'new' });
    await eventually(() => expect(lastOf(follower, id)).toMatchObject({ title: 'new', itemCount: 0 }));
    await api.write('updateSession', { id: renamed, title: 'renamed' });
    await eventually(() => expect(lastOf(follower, renamed)).toMatchObject({ title: 'renamed' }));
    await api.say(written, 'again');
    await eventually(() =>
      expect(lastOf(follower, written)).toMatchObject({ lastMessage: { text: 'again' } }),
    );
    const { session: fork } = await api.write('forkSession', { id: forked, title: 'fork' }, 'session { id }');
    await eventually(() => expect(lastOf(follower, fork.id)).toMatchObject({ title: 'fork', itemCount: 1 }));
    await api.write('clearSession', { id: cleared });
    await eventually(() =>
      expect(lastOf(follower, cleared)).toMatchObject({ itemCount: 0, lastMessage: null }),
    );
    await api.write('deleteSession', { id: deleted });
    await eventually(() => expect(lastOf(follower, deleted)).toEqual({ id: deleted }));
    expect(lastOf(follower, forked)).toBeUndefined();
    await follower.stop();
  });

  it('tells of a message that was drafted once it is finished', async () => {
    const userId = api.newName('u');
    const follower = await watchLive(userId);
    const id = await api.create({ userId });
    const draft = await calls.begun(id, 'written');
    await eventually(() => expect(lastOf(follower, id)).toMatchObject({ itemCount: 0 }));
    await api.write('finishMessage', { ...draft });
    await eventually(() => expect(lastOf(follower, id)).toMatchObject({ lastMessage: { text: 'written' } }));
    await follower.stop();
  });

  it('is that of one user, whose name is another’s to the letter', async () => {
    const userId = api.newName('Ü');
    const others = [`${userId} `, userId.toLowerCase(), userId.normalize('NFD'), `${userId}*`];
    const followers = await Promise.all([userId, ...others].map((name) => watchLive(name)));
    const id = await api.create({ userId, title: 'mine' });
    await eventually(() => expect(lastOf(followers[0] as Follower, id)).toMatchObject({ title: 'mine' }));
    for (const name of others) await api.create({ userId: name, title: 'theirs' });
    for (const [n, follower] of followers.entries()) {
      await eventually(() => expect(toldTo(follower).at(-1)?.title).toBe(n === 0 ? 'mine' : 'theirs'));
      expect(toldTo(follower).some((told) => told.id === id)).toBe(n === 0);
      await follower.stop();
    }
  });

  it('is that of the user local when none is named', async () => {
    const id = await api.create();
    const follower = watch({ after: await startCursor('local') });
    await eventually(() => expect(lastOf(follower, id)).toBeDefined());
    const other = await api.create({ userId: api.newName('u') });
    await api.write('updateSession', { id, title: 'local' });
    await eventually(() => expect(lastOf(follower, id)).toMatchObject({ title: 'local' }));
    expect(lastOf(follower, other)).toBeUndefined();
    await follower.stop();
  });

  it.each<Transport>(['WebSocket', 'SSE'])(
    'tells first what was active since a page, over %s',
    async (transport) => {
      const userId = api.newName('u');
      const ids: string[] = [];
      for (let made = 0; made < 5; made++) ids.push(await api.create({ userId, title: `${made}` }));
      const after = await startCursor(userId);
      const [first = '', second = '', third = ''] = ids;
      await api.say(second, 'x');
      await api.write('deleteSession', { id: third });
      const made = await api.create({ userId, title: 'made' });
      await api.write('updateSession', { id: first, title: 'renamed' });
      const follower = watch({ userId, after }, transport);
      await eventually(() => expect(lastOf(follower, first)).toMatchObject({ title: 'renamed' }));
      const since = toldTo(follower).map(({ id }) => id);
      expect(since.slice(-3)).toEqual([second, made, first]);
      expect(since).not.toContain(third);
      await api.say(made, 'live');
      await eventually(() => expect(lastOf(follower, made)).toMatchObject({ itemCount: 1 }));
      await follower.stop();
    },
  );

  it('tells of all first from "0" on, so that nothing is missed after a page that was empty', async () => {
    const userId = api.newName('u');
    expect(await startCursor(userId)).toBeNull();
    const first = await api.create({ userId, title: 'first' });
    const second = await api.create({ userId, title: 'second' });
    const follower = watch({ userId, after: '0' });
    await eventually(() => expect(toldTo(follower).map(({ id }) => id)).toEqual([first, second]));
    const third = await api.create({ userId, title: 'third' });
    await eventually(() => expect(lastOf(follower, third)).toMatchObject({ title: 'third' }));
    await follower.stop();
  });

  it('pages through all that was active since, however much that is', async () => {
    const userId = api.newName('u');
    await api.create({ userId });
    const after = await startCursor(userId);
    const ids = await Promise.all(Array.from({ length: 230 }, () => api.create({ userId })));
    const follower = watch({ userId, after });
    await eventually(() => expect(follower.results.length).toBeGreaterThanOrEqual(230));
    const told = toldTo(follower).map(({ id }) => id);
    expect(ids.filter((id) => !told.includes(id))).toEqual([]);
    expect(told.length).toBeLessThanOrEqual(231);
    await follower.stop();
  });

  it('gathers what happens in quick succession, and tells the last of it', async () => {
    const userId = api.newName('u');
    const follower = await watchLive(userId);
    const id = await api.create({ userId });
    const begun = Date.now();
    for (let batch = 0; batch < 10; batch++) {
      await Promise.all(Array.from({ length: 20 }, (_, n) => api.say(id, `${batch} ${n}`)));
    }
    await eventually(() => expect(lastOf(follower, id)).toMatchObject({ itemCount: 200 }));
    const seconds = (Date.now() - begun) / 1000;
    const told = toldTo(follower).filter((one) => one.id === id);
    expect(told.length).toBeLessThanOrEqual(Math.ceil(seconds) + 2);
    await follower.stop();
  });

  it('says that a session is gone whose time has run out', async () => {
    const userId = api.newName('u');
    const follower = await watchLive(userId);
    const id = await api.create({ userId, expiresAfter: 1 });
    await eventually(() => expect(lastOf(follower, id)).toEqual({ id }));
    await follower.stop();
  });

  it('refuses a place that is none, and a user without a name', async () => {
    const userId = api.newName('u');
    const cursor = await api.say(await api.create({ userId }), 'x');
    const refused = async (variables: object, transport: Transport, path: string) => {
      const follower = watch(variables, transport);
      const errors: unknown = await follower.done.then(
        () => follower.results[0].errors,
        (reason: unknown) => reason,
      );
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: [path] } }]);
    };
    for (const after of ['', '00', 'garbage', cursor, '-1~a', '1~']) {
      await refused({ userId, after }, 'SSE', 'after');
      await refused({ userId, after }, 'WebSocket', 'after');
    }
    for (const bad of ['', 'x'.repeat(257), '\ud800']) await refused({ userId: bad }, 'SSE', 'userId');
  });
}
