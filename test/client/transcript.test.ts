import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  connect,
  initialTranscript,
  reduceTranscript,
  type AgentSession,
  type Fetch,
  type Transcript,
} from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { eventsUpTo } from './events-read.ts';
import { faultyFetch, type FaultyFetch } from './faulty-fetch.ts';
import { inMemoryApi, type InMemoryApi } from './in-memory-api.ts';
import { user } from './sdk-items.ts';
import { serve, type Served, type Way } from './session-sources.ts';

const textsOf = ({ state }: Transcript): string[] =>
  state.items.map((item) => (item.__typename === 'Message' ? item.text : item.__typename));

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `number ${from + index}`);

describe.each<Way>(['in process', 'over HTTP'])('the transcript of a session %s', (way) => {
  let served: Served;
  let session: AgentSession;
  beforeAll(async () => {
    served = await serve(way);
  });
  afterAll(() => served.close());
  beforeEach(async () => {
    session = await served.sessions.create({ title: 'Trip', metadata: { a: 1 } });
  });

  it('shows what was said, then what is said', async () => {
    await session.storeExchange({ userMessage: 'one', assistantResponse: 'two', agentName: 'triage' });
    await using transcript = await session.transcript();
    expect(textsOf(transcript)).toEqual(['one', 'Handoff', 'two']);
    expect(transcript.state).toMatchObject({
      title: 'Trip',
      metadata: { a: 1 },
      currentAgent: 'triage',
      drafts: [],
    });
    await eventually(() => expect(transcript.state.caughtUp).toBe(true));
    expect(transcript.connection).toBe('live');
    await session.addItems([user('three')]);
    await session.update({ title: 'Voyage' });
    await eventually(() => expect(transcript.state.title).toBe('Voyage'));
    expect(textsOf(transcript)).toEqual(['one', 'Handoff', 'two', 'three']);
    expect(transcript.state.cursor).toBe((await session.info())?.cursor);
    await session.popItem();
    await session.trackAgent('billing');
    await eventually(() => expect(transcript.state.currentAgent).toBe('billing'));
    expect(textsOf(transcript)).toEqual(['one', 'Handoff', 'two', 'Handoff']);
    await session.clear();
    await eventually(() => expect(transcript.state.items).toEqual([]));
    expect(transcript.state.currentAgent).toBeNull();
  });

  it('learns by a clear what changed before it while nobody looked', async () => {
    const page = await session.info();
    await session.update({ title: 'Voyage', metadata: { a: null, b: 2 } });
    await session.clear();
    const events = session.events({ after: page?.cursor ?? '' });
    const missed = await eventsUpTo('CaughtUp', events);
    await events.return();
    const before = initialTranscript({ cursor: '', items: [], title: 'Trip', metadata: { a: 1 } });
    expect(missed.reduce(reduceTranscript, before)).toMatchObject({ title: 'Voyage', metadata: { b: 2 } });
  });

  it('loads the newest items, and older ones as they are asked for', async () => {
    await session.addItems(numbers(1, 10).map(user));
    await using transcript = await session.transcript({ last: 4 });
    expect(textsOf(transcript)).toEqual(numbers(7, 10));
    expect(transcript.state.hasOlder).toBe(true);
    expect(await Promise.all([transcript.loadOlder(3), transcript.loadOlder(3)])).toEqual([true, true]);
    expect(textsOf(transcript)).toEqual(numbers(4, 10));
    await session.addItems([user('number 11')]);
    expect(await transcript.loadOlder()).toBe(false);
    await eventually(() => expect(textsOf(transcript)).toEqual(numbers(1, 11)));
    expect(await transcript.loadOlder()).toBe(false);
  });

  it('tells listeners of each change, until they leave', async () => {
    await using transcript = await session.transcript();
    await eventually(() => expect(transcript.state.caughtUp).toBe(true));
    const seen: number[] = [];
    const listener = (): void => void seen.push(transcript.state.items.length);
    const leave = transcript.subscribe(listener);
    transcript.subscribe(listener);
    await session.addItems([user('one')]);
    await eventually(() => expect(seen).toEqual([1, 1]));
    leave();
    await session.addItems([user('two')]);
    await eventually(() => expect(seen).toEqual([1, 1, 2]));
  });

  it('is closed when the session is deleted, and shows nothing more of it', async () => {
    await session.addItems([user('one')]);
    const transcript = await session.transcript();
    await session.delete();
    await eventually(() => expect(transcript.connection).toBe('closed'));
    expect(transcript.state).toMatchObject({ deleted: true, items: [] });
    expect(transcript.error).toBeNull();
    await transcript.close();
  });

  it('sees what the same object began to write before', async () => {
    const begun = served.sessions.session(`begun-${way.replaceAll(' ', '-')}`);
    void begun.addItems([user('one')]);
    await using transcript = await begun.transcript();
    expect(textsOf(transcript)).toEqual(['one']);
  });

  it('is NOT_FOUND, and makes nothing, where there is no session', async () => {
    await expect(served.sessions.session('nobody').transcript()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(served.sessions.session().transcript()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(served.sessions.load('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('ends when it is closed, and keeps what it shows', async () => {
    await session.addItems([user('one')]);
    const transcript = await session.transcript();
    let told = 0;
    transcript.subscribe(() => told++);
    await transcript.close();
    expect([transcript.connection, transcript.error]).toEqual(['closed', null]);
    expect(textsOf(transcript)).toEqual(['one']);
    expect(told).toBeGreaterThan(0);
    await transcript.close();
  });

  it('ends with ABORTED when its signal fires', async () => {
    const controller = new AbortController();
    const transcript = await session.transcript({ signal: controller.signal });
    controller.abort('enough');
    await eventually(() => expect(transcript.connection).toBe('closed'));
    expect(transcript.error).toMatchObject({ code: 'ABORTED', cause: 'enough' });
    await expect(session.transcript({ signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('a transcript with drafts', () => {
  let api: InMemoryApi;
  let way: FaultyFetch;
  beforeEach(() => {
    api = inMemoryApi();
    way = faultyFetch(api.fetch);
    held = Promise.resolve();
  });

  let held: Promise<void>;
  /** Keeps back what is asked from now on, answered as of now, until what is returned is called. */
  const holdAnswers = (): (() => void) => {
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    return release;
  };
  const late: Fetch = async (url, init) => {
    const response = await way.fetch(url, init);
    await held;
    return response;
  };

  const open = (last?: number): Promise<Transcript> =>
    connect({ fetch: late, retry: { wait: async () => undefined } })
      .session('s')
      .transcript(last === undefined ? {} : { last });
  const live = (transcript: Transcript) => eventually(() => expect(transcript.connection).toBe('live'));
  const draftTexts = ({ state }: Transcript): string[] => state.drafts.map(({ text }) => text);

  it('shows those that are being written, and the message that each becomes', async () => {
    const { id } = api.server.start();
    api.server.write(id, 'Hel');
    await using transcript = await open();
    expect(draftTexts(transcript)).toEqual(['Hel']);
    await live(transcript);
    api.server.write(id, 'lo');
    await eventually(() => expect(draftTexts(transcript)).toEqual(['Hello']));
    const shown: string[][] = [];
    transcript.subscribe(() => shown.push([...textsOf(transcript), ...draftTexts(transcript)]));
    api.server.finish(id);
    await eventually(() => expect(textsOf(transcript)).toEqual(['Hello']));
    expect(shown).toEqual([['Hello']]);
    expect(transcript.state.items[0]?.finishesDraft).toBe(id);
  });

  it('has no draft twice and none for ever, whatever was missed while it was cut off', async () => {
    await using transcript = await open();
    await live(transcript);
    const kept = api.server.start();
    const finished = api.server.start();
    const cancelled = api.server.start();
    for (const { id } of [kept, finished, cancelled]) api.server.write(id, 'Hel');
    await eventually(() => expect(draftTexts(transcript)).toEqual(['Hel', 'Hel', 'Hel']));
    way.next({ kind: 'refused' });
    api.cut();
    api.server.write(kept.id, 'lo');
    api.server.finish(finished.id);
    api.server.cancel(cancelled.id);
    await eventually(() => expect(draftTexts(transcript)).toEqual(['Hello']));
    expect(textsOf(transcript)).toEqual(['Hel']);
    await live(transcript);
  });

  it('reads again what a store has lost, keeping what stayed the same', async () => {
    for (const text of ['one', 'two', 'three']) api.server.add(text);
    const { id } = api.server.start();
    api.server.write(id, 'Hello');
    await using transcript = await open(2);
    await live(transcript);
    await transcript.loadOlder();
    const [first] = transcript.state.items;
    api.server.lose(1, 2);
    api.server.add('other');
    await eventually(() => expect(textsOf(transcript)).toEqual(['one', 'two', 'other']));
    await eventually(() => expect(draftTexts(transcript)).toEqual(['Hel']));
    await eventually(() => expect(transcript.state).toMatchObject({ resync: null, caughtUp: true }));
    expect(transcript.state.items[0]).toBe(first);
    expect(transcript.connection).toBe('live');
    api.server.write(id, 'p!');
    await eventually(() => expect(draftTexts(transcript)).toEqual(['Help!']));
  });

  it('shows that it reconnects, in between', async () => {
    await using transcript = await open();
    const states = new Set<string>([transcript.connection]);
    transcript.subscribe(() => states.add(transcript.connection));
    await live(transcript);
    api.cut();
    await eventually(() => expect([...states]).toEqual(['connecting', 'live', 'reconnecting']));
    await live(transcript);
  });

  it('is deleted when the session went while it was cut off, or before it was live', async () => {
    const transcript = await open();
    api.server.delete();
    await eventually(() => expect(transcript.connection).toBe('closed'));
    expect(transcript.error).toBeNull();
    expect(transcript.state.deleted).toBe(true);
  });

  it('leaves out older items that were removed while they were on their way', async () => {
    for (const text of ['one', 'two', 'three']) api.server.add(text);
    await using transcript = await open(1);
    await live(transcript);
    const release = holdAnswers();
    const older = transcript.loadOlder();
    // The page is read before, and arrives after they went.
    await eventually(() => expect(way.sent.at(-1)?.variables).toMatchObject({ before: '3' }));
    api.server.pop();
    api.server.pop();
    await eventually(() => expect(textsOf(transcript)).toEqual([]));
    release();
    expect(await older).toBe(false);
    expect(textsOf(transcript)).toEqual(['one']);
  });

  it('drops older items that come after a clear', async () => {
    for (const text of ['one', 'two']) api.server.add(text);
    await using transcript = await open(1);
    await live(transcript);
    const release = holdAnswers();
    const older = transcript.loadOlder();
    api.server.clear();
    api.server.add('three');
    await eventually(() => expect(textsOf(transcript)).toEqual(['three']));
    release();
    expect(await older).toBe(false);
    expect(textsOf(transcript)).toEqual(['three']);
  });

  it('ends with the error that trying again does not help, and with what a listener throws', async () => {
    const refused = await open();
    await live(refused);
    way.next({ kind: 'answered', status: 404, body: 'gone' });
    api.cut();
    await eventually(() => expect(refused.connection).toBe('closed'));
    expect(refused.error).toMatchObject({ code: 'BAD_RESPONSE' });
    await expect(refused.loadOlder()).resolves.toBe(false);

    const throwing = await open();
    await live(throwing);
    const leave = throwing.subscribe(() => {
      leave();
      throw new RangeError('of the caller');
    });
    api.server.add('one');
    await eventually(() => expect(throwing.connection).toBe('closed'));
    expect(throwing.error).toEqual(new RangeError('of the caller'));
  });

  it('ends quietly, and tells its other listeners, when one throws whenever it is called', async () => {
    const transcript = await open();
    await live(transcript);
    const seen: string[] = [];
    transcript.subscribe(() => {
      throw new RangeError('of the caller');
    });
    transcript.subscribe(() => seen.push(transcript.connection));
    api.server.add('one');
    await eventually(() => expect(transcript.connection).toBe('closed'));
    await transcript.close();
    expect(transcript.error).toEqual(new RangeError('of the caller'));
    expect(seen.at(-1)).toBe('closed');
  });
});
