import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  connect,
  type AgentSession,
  type ConnectOptions,
  type DraftMessage,
} from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { faultyFetch, serverFault, type Fault, type FaultyFetch } from './faulty-fetch.ts';
import { inMemoryApi, type InMemoryApi } from './in-memory-api.ts';
import { manualTimer, type ManualTimer } from './manual-timer.ts';
import { user } from './sdk-items.ts';

const REFUSED: Fault = { kind: 'refused' };

describe('a message that is written while others read it', () => {
  let api: InMemoryApi;
  let way: FaultyFetch;
  let time: ManualTimer;
  let session: AgentSession;
  beforeEach(() => {
    api = inMemoryApi();
    way = faultyFetch(api.fetch);
    time = manualTimer();
    session = sessionOf();
  });

  const sessionOf = (options: ConnectOptions = {}): AgentSession =>
    connect({
      fetch: way.fetch,
      timer: time.timer,
      retry: { wait: async () => undefined },
      ...options,
    }).session('s');
  const drafts = () => [...api.server.drafts.values()];
  const sent = () => api.appends.map(({ channel, offset, text }) => [channel, offset, text]);
  const textBecomes = (text: string) => eventually(() => expect(drafts()[0]?.text).toBe(text));
  const written = async (...pieces: readonly string[]): Promise<DraftMessage> => {
    const draft = await session.startMessage();
    for (const piece of pieces) draft.append(piece);
    time.pass(30);
    await textBecomes(pieces.join(''));
    return draft;
  };

  it('is an empty draft at first, of the role and agent that were asked for', async () => {
    const draft = await session.startMessage({ agent: 'triage' });
    await session.startMessage({ role: 'USER' });
    expect(drafts()).toMatchObject([
      { id: draft.id, role: 'ASSISTANT', agent: 'triage', text: '' },
      { role: 'USER', agent: null },
    ]);
  });

  it('is begun once though the answer was lost', async () => {
    way.next({ kind: 'reply lost' });
    const draft = await session.startMessage();
    expect(drafts().map(({ id }) => id)).toEqual([draft.id]);
  });

  it('gathers what is appended within thirty milliseconds', async () => {
    const draft = await session.startMessage();
    draft.append('Hel');
    time.pass(29);
    draft.append('lo');
    draft.append('');
    expect(api.appends).toEqual([]);
    time.pass(1);
    await textBecomes('Hello');
    draft.append(', Ada');
    time.pass(30);
    await textBecomes('Hello, Ada');
    expect(sent()).toEqual([
      ['TEXT', 0, 'Hello'],
      ['TEXT', 5, ', Ada'],
    ]);
  });

  it('sends one piece at a time, and gathers while one is on its way', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    session = sessionOf({
      async fetch(url, init) {
        const response = await way.fetch(url, init);
        if (api.appends.length === 1) await held;
        return response;
      },
    });
    const draft = await session.startMessage();
    for (const piece of ['a', 'b', 'c', 'd']) {
      draft.append(piece);
      time.pass(30);
      await eventually(() => expect(api.appends).toHaveLength(1));
    }
    release();
    await textBecomes('abcd');
    expect(sent()).toEqual([
      ['TEXT', 0, 'a'],
      ['TEXT', 1, 'bcd'],
    ]);
  });

  it('has two channels, each with places of its own, in the order in which they were begun', async () => {
    const draft = await session.startMessage();
    draft.appendReasoning('Hm');
    draft.append('Hello');
    draft.appendReasoning(', well');
    time.pass(30);
    await textBecomes('Hello');
    expect(sent()).toEqual([
      ['REASONING', 0, 'Hm, well'],
      ['TEXT', 0, 'Hello'],
    ]);
    draft.append('!');
    draft.appendReasoning('.');
    time.pass(30);
    await eventually(() => expect(drafts()).toMatchObject([{ text: 'Hello!', reasoning: 'Hm, well.' }]));
    expect(sent().slice(2)).toEqual([
      ['TEXT', 5, '!'],
      ['REASONING', 8, '.'],
    ]);
  });

  it('keeps half of a surrogate pair back until the other half comes', async () => {
    const draft = await session.startMessage();
    draft.append('a\uD83D');
    time.pass(30);
    await textBecomes('a');
    draft.append('\uDE00b');
    time.pass(30);
    await textBecomes('a\u{1F600}b');
    expect(sent()).toEqual([
      ['TEXT', 0, 'a'],
      ['TEXT', 1, '\u{1F600}b'],
    ]);
    draft.append('\uD83D');
    time.pass(30);
    draft.appendReasoning('x');
    draft.append('c\uDE00');
    time.pass(30);
    await textBecomes('a\u{1F600}b\uFFFDc\uFFFD');
  });

  it('finishes with what it says, also when half a character was never completed', async () => {
    const draft = await session.startMessage();
    draft.appendReasoning('Hm');
    draft.append('Hello\uD83D');
    const message = await draft.finish({ metadata: { n: 1 } });
    expect(message).toMatchObject({ __typename: 'Message', text: 'Hello\uFFFD', metadata: { n: 1 } });
    expect(api.finished).toMatchObject([{ text: 'Hello\uFFFD', reasoning: 'Hm' }]);
    expect(drafts()).toEqual([]);
  });

  it('says what it was finished with instead, though the pieces could not be sent', async () => {
    const draft = await written('Hel');
    draft.append('lo');
    way.next(serverFault({ code: 'PAYLOAD_TOO_LARGE', retryable: false }));
    expect(await draft.finish({ text: 'Hello, Ada' })).toMatchObject({ text: 'Hello, Ada' });

    const other = await session.startMessage();
    const item = { role: 'assistant', content: 'Kept as it is' };
    await other.finish({ item, dialect: 'RESPONSES' });
    expect(way.sent.at(-1)?.variables.input).toMatchObject({ item, dialect: 'RESPONSES' });
    expect(api.server.items).toMatchObject([{ text: 'Hello, Ada' }, { text: 'Kept as it is' }]);
  });

  it('is finished once though the answer was lost, and answers the same', async () => {
    const draft = await written('Hello');
    way.next({ kind: 'reply lost' }, { kind: 'reply lost' });
    expect(await draft.finish()).toMatchObject({ text: 'Hello' });
    expect(api.server.items).toHaveLength(1);
  });

  it('stays open when it could not be finished, and can be finished again', async () => {
    const draft = await session.startMessage();
    draft.append('  ');
    await expect(draft.finish()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    draft.append('Hello');
    time.pass(30);
    await textBecomes('  Hello');
    // The first of these does it.
    way.next(...Array.from({ length: 7 }, (): Fault => ({ kind: 'reply lost' })));
    await expect(draft.finish()).rejects.toMatchObject({ code: 'NETWORK_ERROR', retryable: true });
    expect(await draft.finish()).toMatchObject({ text: '  Hello' });
    expect(api.server.items).toHaveLength(1);
  });

  it.each([['finished'], ['cancelled']])('takes nothing more once it is %s, or about to be', async (how) => {
    session = sessionOf({
      fetch(url, init) {
        // While it ends it would have to say that it is still there.
        if (typeof init.body === 'string' && /finishMessage|cancelMessage/.test(init.body)) time.pass(20_000);
        return way.fetch(url, init);
      },
    });
    const draft = await written('Hello');
    const ending = how === 'finished' ? draft.finish() : draft.cancel();
    const closed = expect.objectContaining({ code: 'BAD_USER_INPUT' });
    expect(() => draft.append('!')).toThrow(closed);
    await ending;
    expect(() => draft.appendReasoning('!')).toThrow(closed);
    await expect(draft.finish()).rejects.toEqual(closed);
    await expect(draft.cancel()).rejects.toEqual(closed);
    time.pass(60_000);
    expect(time.waiting).toBe(0);
    expect(api.appends).toHaveLength(1);
  });

  it('keeps what was written when it is cancelled, or drops it', async () => {
    const kept = await written('Hel');
    kept.append('lo');
    expect(await kept.cancel()).toMatchObject({ text: 'Hello' });
    const dropped = await session.startMessage();
    dropped.append('Never sent');
    const requests = api.appends.length;
    expect(await dropped.cancel({ keep: false })).toBeNull();
    expect(api.appends).toHaveLength(requests);
    expect(await (await session.startMessage()).cancel()).toBeNull();
    expect(api.server.items).toMatchObject([{ text: 'Hello' }]);
    expect(drafts()).toEqual([]);
  });

  it('is cancelled when it is gone already', async () => {
    const draft = await written('Hello');
    way.next({ kind: 'reply lost' });
    expect(await draft.cancel({ keep: false })).toBeNull();
  });

  it('is written once whatever answers are lost, and goes on after a server that was away for long', async () => {
    const draft = await session.startMessage();
    draft.append('Hel');
    way.next({ kind: 'reply lost' }, REFUSED, { kind: 'reply lost' });
    time.pass(30);
    await eventually(() => expect(api.appends).toHaveLength(3));
    await textBecomes('Hel');
    way.next(...Array.from({ length: 7 }, () => REFUSED));
    const requests = way.sent.length;
    draft.append('lo');
    time.pass(30);
    await eventually(() => expect(way.sent).toHaveLength(requests + 7));
    draft.append(', Ada');
    await eventually(() => {
      time.pass(5_000);
      expect(drafts()[0]?.text).toBe('Hello, Ada');
    });
    expect(await draft.finish()).toMatchObject({ text: 'Hello, Ada' });
  });

  it('sends again what a store has lost, and finishes with all of it', async () => {
    const draft = await written('Hello, Ada');
    api.server.lose(0, 6);
    draft.append('!');
    time.pass(30);
    await eventually(() => {
      time.pass(30);
      expect(drafts()[0]?.text).toBe('Hello, Ada!');
    });
    expect(sent().slice(-2)).toEqual([
      ['TEXT', 10, '!'],
      ['TEXT', 4, 'o, Ada!'],
    ]);
    api.server.lose(0, 3);
    expect(await draft.finish()).toMatchObject({ text: 'Hello, Ada!' });
  });

  it('fails where other text is, tells so when it is finished, and can be finished with its text', async () => {
    const draft = await written('Hello');
    api.server.write(draft.id, ', Bob');
    draft.append(', Ada');
    time.pass(30);
    await eventually(() => expect(sent()).toHaveLength(2));
    await expect(draft.finish()).rejects.toMatchObject({ code: 'CONFLICT', details: { current: 10 } });
    expect(await draft.finish({ text: 'Hello, Ada' })).toMatchObject({ text: 'Hello, Ada' });
  });

  it('says that it is still there every twenty seconds in which nothing is written', async () => {
    const draft = await written('Hel', 'lo');
    // The next twenty seconds begin with the answer.
    const answered = () => eventually(() => expect(time.waiting).toBe(1));
    for (const touches of [2, 3, 4]) {
      await answered();
      time.pass(19_999);
      expect(sent()).toHaveLength(touches - 1);
      time.pass(1);
      await eventually(() => expect(sent()).toHaveLength(touches));
      expect(sent().at(-1)).toEqual(['TEXT', 0, 'Hello']);
    }
    await answered();
    draft.append('!');
    time.pass(30);
    await textBecomes('Hello!');
    await answered();
    time.pass(19_999);
    expect(sent()).toHaveLength(5);
    time.pass(1);
    await eventually(() => expect(sent()).toHaveLength(6));
    expect(sent().at(-1)).toEqual(['TEXT', 5, '!']);
    expect(drafts()[0]?.text).toBe('Hello!');
  });

  it('finds out what a store has lost when it says that it is still there', async () => {
    await written('Hello');
    api.server.lose(0, 2);
    await eventually(() => {
      time.pass(20_000);
      expect(drafts()[0]?.text).toBe('Hello');
    });
  });

  it('cannot be finished when the server has given it up, and what it had is kept', async () => {
    const draft = await written('Hel');
    api.server.finish(draft.id);
    draft.append('lo');
    await expect(draft.finish()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(api.server.items).toMatchObject([{ text: 'Hel' }]);
  });

  it('goes on in another draft when the server dropped it before anything was written', async () => {
    const draft = await session.startMessage({ agent: 'thinker', idempotencyKey: 'mine' });
    const first = draft.id;
    api.server.cancel(first);
    draft.append('Hello');
    time.pass(30);
    await textBecomes('Hello');
    expect(drafts()).toMatchObject([{ id: draft.id, agent: 'thinker' }]);
    expect(draft.id).not.toBe(first);

    const silent = await session.startMessage();
    api.server.cancel(silent.id);
    expect(await silent.finish({ text: 'At last' })).toMatchObject({ text: 'At last' });
  });

  it('is NOT_FOUND when the session is', async () => {
    const draft = await session.startMessage();
    api.server.delete();
    draft.append('Hello');
    await expect(draft.finish()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await draft.cancel()).toBeNull();
  });

  it('is finished in the order of the calls, among the other writes of its object', async () => {
    const draft = await written('Hello');
    const fields = (): string[] => way.sent.map(({ query }) => /\{(\w+)/.exec(query)?.[1] ?? '');
    void session.addItems([user('before')]);
    void draft.finish();
    await session.addItems([user('after')]);
    expect(fields().slice(-3)).toEqual(['addItems', 'finishMessage', 'addItems']);
  });

  it('is cancelled at the end of the block that it was left open in, and only then', async () => {
    const failing = async (): Promise<void> => {
      await using draft = await session.startMessage();
      draft.append('Half a thou');
      throw new RangeError('of the model');
    };
    await expect(failing()).rejects.toThrow(new RangeError('of the model'));
    {
      await using draft = await session.startMessage();
      draft.append('Whole');
      void draft.finish();
    }
    expect(api.server.items).toMatchObject([{ text: 'Half a thou' }, { text: 'Whole' }]);
    expect(drafts()).toEqual([]);
  });

  it('ends with ABORTED when the signal of the session fires', async () => {
    const controller = new AbortController();
    session = connect({ fetch: way.fetch, timer: time.timer }).session('s', { signal: controller.signal });
    const draft = await session.startMessage();
    controller.abort('enough');
    draft.append('Hello');
    const requests = way.sent.length;
    time.pass(30);
    await expect(draft.finish()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(way.sent).toHaveLength(requests);
  });

  it('is read by a transcript as it is written', async () => {
    await using transcript = await session.transcript();
    await eventually(() => expect(transcript.connection).toBe('live'));
    const draft = await session.startMessage();
    for (const piece of ['Hel', 'lo', ', Ada']) {
      draft.append(piece);
      time.pass(30);
      api.cut();
    }
    await eventually(() =>
      expect(transcript.state.drafts).toMatchObject([{ id: draft.id, text: 'Hello, Ada' }]),
    );
    await draft.finish();
    await eventually(() =>
      expect(transcript.state.items).toMatchObject([{ text: 'Hello, Ada', finishesDraft: draft.id }]),
    );
    expect(transcript.state.drafts).toEqual([]);
  });

  it('says in the end exactly what was appended, over lost answers, refusals and lost writes', async () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\uD83D', '\uDE00', 'é'), maxLength: 4 });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ append: piece }) },
      { weight: 2, arbitrary: fc.record({ reason: piece }) },
      { weight: 4, arbitrary: fc.record({ pass: fc.constantFrom(10, 30, 30, 5_000, 20_000) }) },
      { weight: 3, arbitrary: fc.record({ fault: fc.constantFrom<Fault>(REFUSED, { kind: 'reply lost' }) }) },
      { weight: 1, arbitrary: fc.record({ lose: fc.nat(6) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        api = inMemoryApi();
        way = faultyFetch(api.fetch);
        time = manualTimer();
        const draft = await sessionOf({ retry: { retries: 2, wait: async () => undefined } }).startMessage();
        let text = '';
        let reasoning = '';
        for (const next of steps) {
          if ('append' in next) draft.append(next.append);
          if ('append' in next) text += next.append;
          if ('reason' in next) draft.appendReasoning(next.reason);
          if ('reason' in next) reasoning += next.reason;
          if ('pass' in next) time.pass(next.pass);
          if ('fault' in next) way.next(next.fault);
          if ('lose' in next) api.server.lose(0, next.lose);
          // Lets what answers at once be answered.
          await new Promise((resolve) => void setImmediate(resolve));
        }
        // Whatever faults are left, the end comes through.
        draft.append('.');
        draft.appendReasoning('.');
        for (;;) {
          try {
            await draft.finish();
            break;
          } catch (error) {
            expect(error).toMatchObject({ code: 'NETWORK_ERROR' });
          }
        }
        expect(api.server.items).toMatchObject([{ text: `${text}.`.toWellFormed() }]);
        expect(api.finished).toMatchObject([{ reasoning: `${reasoning}.`.toWellFormed() }]);
      }),
      { numRuns: 200 },
    );
  });
});
