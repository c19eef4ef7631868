import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type ConnectionState } from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { eventsUpTo, rawOf } from './events-read.ts';
import { user } from './sdk-items.ts';

const QUICK = { wait: () => new Promise<void>((resolve) => void setTimeout(resolve, 10)) };

describe('who follows a session over a bad way', () => {
  let app: RunningApp;
  let proxy: TcpProxy;
  beforeAll(async () => {
    app = await startApp();
    proxy = await startProxy(Number(new URL(app.url).port));
  });
  afterAll(async () => {
    await proxy.stop();
    await app.stop();
  });

  const near = () => connect({ fetch: app.app.fetch });
  const far = (silenceMs = 30_000) =>
    connect({
      url: `http://127.0.0.1:${proxy.port}`,
      retry: QUICK,
      silenceMs,
    });

  it('meets every item once, in order, though the connection is cut all the time', async () => {
    const session = await near().create();
    const events = (await far().load(await session.getSessionId())).events({ after: '0' });
    const met: unknown[] = [];
    const reading = (async () => {
      for await (const event of events) if (rawOf(event) !== undefined) met.push(rawOf(event));
    })();
    const items = Array.from({ length: 60 }, (_, index) => user(`number ${index}`));
    for (const [index, item] of items.entries()) {
      await session.addItems([item]);
      if (index % 5 === 0) proxy.cut();
      if (index % 7 === 0) proxy.cutAtNextReply();
    }
    await eventually(() => expect(met.at(-1)).toEqual(items.at(-1)));
    expect(met).toEqual(items);
    await session.delete();
    await reading;
  });

  it('notices a way on which nothing comes any more, and comes back', async () => {
    const session = await near().create();
    const states: ConnectionState[] = [];
    const events = (await far(1_000).load(await session.getSessionId())).events({
      after: '0',
      onState: (state) => states.push(state),
    });
    await eventsUpTo('CaughtUp', events);
    proxy.stall();
    await session.addItems([user('unheard')]);
    const next = eventsUpTo('CaughtUp', events);
    await eventually(() => expect(states).toContain('reconnecting'));
    proxy.pass();
    expect((await next).map(rawOf)).toEqual([user('unheard'), undefined]);
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live']);
    await events.return();
  });
});

it('who follows a session goes on when the server is started again at the same address', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'restarted-'));
  const env = { STORE_URL: `sqlite:${join(folder, 'sessions.db')}` };
  let app = await startApp(env);
  const { port } = new URL(app.url);
  const sessions = connect({ url: app.url, retry: QUICK });
  const session = await sessions.create();
  const states: ConnectionState[] = [];
  const events = session.events({ onState: (state) => states.push(state) });
  await eventsUpTo('CaughtUp', events);
  for (const text of ['one', 'two']) {
    await session.addItems([user(`${text}, before the end`)]);
    await app.stop();
    const met = eventsUpTo('CaughtUp', events);
    await eventually(() => expect(states.at(-1)).toBe('reconnecting'));
    app = await startApp({ ...env, PORT: port });
    expect((await met).map(rawOf)).toEqual([user(`${text}, before the end`), undefined]);
    await session.addItems([user(`${text}, after the start`)]);
    expect((await eventsUpTo('ItemAdded', events)).map(rawOf)).toEqual([user(`${text}, after the start`)]);
  }
  await events.return();
  await app.stop();
  await rm(folder, { recursive: true });
});
