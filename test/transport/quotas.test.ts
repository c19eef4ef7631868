import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import {
  eventsOf,
  follow,
  SESSION_EVENTS,
  TRANSPORTS,
  type Follower,
  type Transport,
} from '../support/follow.ts';
import { openSocket, type RawSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { startProxy } from '../support/tcp-proxy.ts';
import { JWT_ENV, token } from './auth/tokens.ts';

const KEY = 'service-key-of-these-tests';
const MOST = 3;

let server: RunningApp;
let ofSockets: RunningApp;
let api: Api;
let count = 0;
beforeAll(async () => {
  const env = {
    ...JWT_ENV,
    AUTH: 'keys,jwt',
    SERVICE_KEYS: KEY,
    LIMIT_USER_RATE: '0',
    LIMIT_STALL_MS: '400',
  };
  server = await startApp({ ...env, LIMIT_SUBSCRIPTIONS_PER_USER: String(MOST) }, { pingMs: 400 });
  ofSockets = await startApp({ ...env, LIMIT_SOCKETS_PER_USER: String(MOST) });
  api = new Api(() => server.endpoint, `Bearer ${KEY}`);
});
afterAll(async () => {
  await server.stop();
  await ofSockets.stop();
});

/** A user that no other test has, a session of it, and a header with its token. */
async function newcomer(
  given: object = {},
): Promise<{ user: string; sessionId: string; authorization: string }> {
  const user = `user${++count}`;
  const sessionId = await api.create({ userId: user });
  return { user, sessionId, authorization: `Bearer ${await token({ sub: user, ...given })}` };
}

describe.each(TRANSPORTS)('the subscriptions of a user over %s', (transport: Transport) => {
  let sessionId: string;
  let authorization: string;
  beforeEach(async () => {
    ({ sessionId, authorization } = await newcomer());
  });

  const subscribe = (endpoint = server.endpoint, id = sessionId): Follower =>
    follow(transport, endpoint, SESSION_EVENTS, { sessionId: id }, undefined, authorization);
  const begun = async (follower: Follower): Promise<Follower> => {
    await eventually(() => expect(eventsOf(follower)).toMatchObject([{ __typename: 'CaughtUp' }]));
    return follower;
  };
  const all = (endpoint?: string): Promise<Follower[]> =>
    Promise.all(Array.from({ length: MOST }, () => begun(subscribe(endpoint))));
  const refusal = (follower: Follower): Promise<string> =>
    follower.done.then(
      () => JSON.stringify(follower.results),
      (reason: unknown) =>
        reason instanceof Error ? `${reason.message} ${JSON.stringify(reason)}` : JSON.stringify(reason),
    );
  const isFull = async (): Promise<void> => expect(await refusal(subscribe())).toMatch(/RATE_LIMITED|429/);
  const hasRoomAgain = (): Promise<void> =>
    eventually(async () => {
      const followers = Array.from({ length: MOST }, () => subscribe());
      try {
        await eventually(
          () => {
            for (const follower of followers) expect(follower.results).toHaveLength(1);
          },
          { timeout: 500 },
        );
      } finally {
        for (const follower of followers) await follower.stop();
      }
    });

  it('are as many as it may have, on its own account only', async () => {
    const followers = await all();
    await isFull();
    const other = await newcomer();
    const another = follow(
      transport,
      server.endpoint,
      SESSION_EVENTS,
      { sessionId: other.sessionId },
      undefined,
      other.authorization,
    );
    await begun(another);
    const service = Array.from({ length: MOST + 1 }, () =>
      follow(transport, server.endpoint, SESSION_EVENTS, { sessionId }, undefined, `Bearer ${KEY}`),
    );
    await Promise.all(service.map(begun));
    // Those that it has go on.
    await api.say(sessionId, 'still here');
    for (const follower of followers) await eventually(() => expect(follower.results).toHaveLength(2));
    for (const follower of [...followers, another, ...service]) await follower.stop();
  });

  it('make room when their client leaves', async () => {
    const followers = await all();
    await isFull();
    for (const follower of followers) await follower.stop();
    await hasRoomAgain();
  });

  it('make room when their session is deleted', async () => {
    const { sessionId: gone } = { sessionId: await api.create({ userId: `user${count}` }) };
    const followers = await Promise.all(
      Array.from({ length: MOST }, () => begun(subscribe(undefined, gone))),
    );
    await isFull();
    await api.write('deleteSession', { id: gone });
    for (const follower of followers) await follower.done;
    await hasRoomAgain();
    for (const follower of followers) await follower.stop();
  });

  it('make room when their connection is cut', async () => {
    const proxy = await startProxy(Number(new URL(server.endpoint).port));
    await all(`http://localhost:${proxy.port}/graphql`);
    await isFull();
    proxy.cut();
    await hasRoomAgain();
    await proxy.stop();
  });

  it('make room when their client reads nothing and is cut', async () => {
    const proxy = await startProxy(Number(new URL(server.endpoint).port));
    await all(`http://localhost:${proxy.port}/graphql`);
    await isFull();
    proxy.stopReading();
    const text = 'x'.repeat(1_000_000);
    for (let n = 0; n < 24; n++) await api.say(sessionId, text);
    await hasRoomAgain();
    await proxy.stop();
  });

  it('take no room when they are refused', async () => {
    for (let n = 0; n < 2 * MOST; n++)
      expect(await refusal(subscribe(undefined, 'nobody'))).toContain('NOT_FOUND');
    await hasRoomAgain();
  });

  it('take no room when their client leaves while they are set up', async () => {
    const leaving = Array.from({ length: 20 }, async (_, turns) => {
      const follower = subscribe();
      for (let turn = 0; turn < turns * 2; turn++) await new Promise(setImmediate);
      await follower.stop();
    });
    await Promise.all(leaving);
    await hasRoomAgain();
  });
});

describe('the subscriptions of a user', () => {
  it.concurrent.each(TRANSPORTS)('make room when their token ends, over %s', async (transport) => {
    const { user, sessionId, authorization } = await newcomer({ exp: Math.floor(Date.now() / 1_000) + 2 });
    const subscribe = (header: string): Follower =>
      follow(transport, server.endpoint, SESSION_EVENTS, { sessionId }, undefined, header);
    const followers = Array.from({ length: MOST }, () => subscribe(authorization));
    for (const follower of followers) {
      await follower.done.catch(() => undefined);
      expect(follower.results[0].data.sessionEvents.__typename).toBe('CaughtUp');
    }
    const again = `Bearer ${await token({ sub: user })}`;
    await eventually(async () => {
      const next = Array.from({ length: MOST }, () => subscribe(again));
      try {
        await eventually(
          () => expect(next.map(({ results }) => results.length)).toEqual(Array(MOST).fill(1)),
          {
            timeout: 500,
          },
        );
      } finally {
        for (const follower of next) await follower.stop();
      }
    });
  });

  it('count together over all transports, fetch in this process among them', async () => {
    const { sessionId, authorization } = await newcomer();
    const followers = TRANSPORTS.map((transport) =>
      follow(transport, server.endpoint, SESSION_EVENTS, { sessionId }, undefined, authorization),
    );
    for (const follower of followers) await eventually(() => expect(follower.results).toHaveLength(1));
    const ask = () =>
      server.app.fetch('http://app/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization },
        body: JSON.stringify({ query: SESSION_EVENTS, variables: { sessionId } }),
      });
    expect(await (await ask()).text()).toContain('RATE_LIMITED');
    await followers[0]?.stop();
    const reader = await eventually(async () => {
      const inner = (await ask()).body?.getReader();
      let text = '';
      while (!text.includes('data: {')) text += Buffer.from((await inner?.read())?.value ?? []).toString();
      expect(text).toContain('CaughtUp');
      return inner;
    });
    expect(await (await ask()).text()).toContain('RATE_LIMITED');
    await reader?.cancel();
    await eventually(async () => {
      const again = follow('SSE', server.endpoint, SESSION_EVENTS, { sessionId }, undefined, authorization);
      try {
        await eventually(() => expect(again.results).toHaveLength(1), { timeout: 500 });
      } finally {
        await again.stop();
      }
    });
    for (const follower of followers) await follower.stop();
  });
});

describe('the WebSockets of a user', () => {
  const open = async (authorization: string): Promise<RawSocket> =>
    openSocket(ofSockets.endpoint, undefined, { headers: { authorization } });
  /** What becomes of one more: acknowledged, or the code that it is closed with. */
  const knock = async (authorization: string): Promise<RawSocket | number> => {
    const socket = await open(authorization);
    return Promise.race([socket.init().then(() => socket), socket.closed.then(({ code }) => code)]);
  };
  const all = async (authorization: string): Promise<RawSocket[]> => {
    const sockets: RawSocket[] = [];
    for (let n = 0; n < MOST; n++) {
      const socket = await open(authorization);
      await socket.init();
      sockets.push(socket);
    }
    return sockets;
  };
  const hasRoomAgain = (authorization: string): Promise<void> =>
    eventually(async () => {
      const sockets = await Promise.all(Array.from({ length: MOST }, () => knock(authorization)));
      for (const socket of sockets) if (typeof socket !== 'number') socket.terminate();
      for (const socket of sockets) expect(socket).not.toBe(1013);
    });

  it('are as many as it may have; one more is told to come back later', async () => {
    const { authorization } = await newcomer();
    const sockets = await all(authorization);
    expect(await knock(authorization)).toBe(1013);
    for (const other of [(await newcomer()).authorization, `Bearer ${KEY}`]) {
      const socket = await knock(other);
      expect(socket).not.toBe(1013);
      if (typeof socket !== 'number') socket.terminate();
    }
    sockets[0]?.subscribe('q', '{ viewer { kind } }');
    await eventually(() => expect(sockets[0]?.of('q')).toHaveLength(2));
    for (const socket of sockets) socket.terminate();
    await hasRoomAgain(authorization);
  });

  it.each<[string, (socket: RawSocket) => void]>([
    ['they break the protocol', (socket) => socket.send('nonsense')],
    ['they send too much at once', (socket) => socket.send(`"${'x'.repeat(300_000)}"`)],
    [
      'they are a flood of pings',
      (socket) => Array.from({ length: 60 }, () => socket.send({ type: 'pong' })),
    ],
    ['they are cut', (socket) => socket.terminate()],
  ])('make room when %s', async (_how, end) => {
    const { authorization } = await newcomer();
    const sockets = await all(authorization);
    expect(await knock(authorization)).toBe(1013);
    for (const socket of sockets) end(socket);
    await hasRoomAgain(authorization);
    for (const socket of sockets) socket.terminate();
  });
});
