import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { ACCEPT_MULTIPART, openEventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { follow, TRANSPORTS } from '../support/follow.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

/** What a text may hold that means something in one of the streams, or to those who read lines. */
const TEXTS = [
  'two\nlines',
  'two\r\nlines',
  'two\rlines',
  '\n\nevent: complete\n',
  'id: 1\ndata: x\nretry: 1\n:\n\n',
  '\u2028 and \u2029 and \u0085',
  'a \u0000 byte',
  '\uFEFFmarked',
  '👩‍👩‍👧‍👦 é e\u0301 \u{10FFFF}',
  '\r\n--graphql--\r\n',
  '\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{"payload":null}\r\n--graphql--',
  '"}}}\n\n',
  ' x'.repeat(100_000),
];

const WATCH = `subscription ($sessionId: ID!) {
  sessionEvents(sessionId: $sessionId) {
    __typename cursor ... on ItemAdded { item { ... on Message { text } } } ... on DraftAppended { text }
  }
}`;

let server: RunningApp;
const api = new Api(() => server.endpoint);
beforeAll(async () => {
  server = await startApp();
});
afterAll(async () => {
  await server.stop();
});

interface Written {
  readonly sessionId: string;
  /** The results that a subscriber is given, as JSON, in order, and the place after each that is in the log. */
  readonly results: readonly { readonly json: string; readonly cursor: string | null }[];
}

/** Writes all texts, as messages and as a draft, while somebody watches, and deletes the session. */
async function writeAll(sessionId: string, begun: () => Promise<void>): Promise<Written> {
  const results: { json: string; cursor: string | null }[] = [];
  const expected = (__typename: string, cursor: string | null, more: object = {}): void => {
    const json = JSON.stringify({ data: { sessionEvents: { __typename, cursor, ...more } } });
    results.push({ json, cursor });
  };
  expected('CaughtUp', (await api.session(sessionId, 'cursor')).cursor);
  await begun();
  for (const text of TEXTS) {
    expected('ItemAdded', await api.say(sessionId, text), { item: { text } });
  }
  const { startMessage } = await api.ask(
    `mutation { startMessage(input: { sessionId: "${sessionId}" }) { draft { id } } }`,
  );
  const text = TEXTS.slice(0, -1).join('');
  await api.ask(
    'mutation ($input: AppendToMessageInput!) { appendToMessage(input: $input) { draft { id } } }',
    {
      input: { sessionId, draftId: startMessage.draft.id, offset: 0, text },
    },
  );
  expected('DraftStarted', null);
  expected('DraftAppended', null, { text });
  return { sessionId, results };
}

describe('frames', () => {
  it('of server-sent events are whole whatever a text holds, with the place in the log as id', async () => {
    const sessionId = await api.create();
    const stream = await openEventStream(server.endpoint, WATCH, { sessionId });
    const { results } = await writeAll(sessionId, () =>
      eventually(() => expect(stream.text).toContain('CaughtUp')),
    );
    const frames = results.map(
      ({ json, cursor }) => `${cursor === null ? '' : `id: ${cursor}\n`}event: next\ndata: ${json}\n\n`,
    );
    await eventually(() => expect(stream.text).toBe([':\n\n', ...frames].join('')));
    await api.write('deleteSession', { id: sessionId });
    expect(await stream.end).toBe('ended');
    const last = '{"data":{"sessionEvents":{"__typename":"SessionDeleted","cursor":null}}}';
    expect(stream.text).toBe(
      [':\n\n', ...frames, `event: next\ndata: ${last}\n\n`, 'event: complete\ndata:\n\n'].join(''),
    );
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    });
  });

  it('of multipart are whole whatever a text holds', async () => {
    const sessionId = await api.create();
    const stream = await openEventStream(server.endpoint, WATCH, { sessionId }, { accept: ACCEPT_MULTIPART });
    const { results } = await writeAll(sessionId, () =>
      eventually(() => expect(stream.text).toContain('CaughtUp')),
    );
    const part = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;
    const parts = results.map(({ json }) => part(`{"payload":${json}}`));
    await eventually(() => expect(stream.text).toBe(['--graphql', part('{}'), ...parts].join('')));
    await api.write('deleteSession', { id: sessionId });
    expect(await stream.end).toBe('ended');
    const last = '{"data":{"sessionEvents":{"__typename":"SessionDeleted","cursor":null}}}';
    expect(stream.text).toBe(
      [
        '--graphql',
        part('{}'),
        ...parts,
        part(`{"payload":${last}}`),
        part('{"payload":null}'),
        '--\r\n',
      ].join(''),
    );
    expect(stream.contentType).toBe('multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"');
  });

  it('of WebSocket are one message each', async () => {
    const sessionId = await api.create();
    const socket = await openSocket(server.endpoint);
    await socket.init();
    const id = 'with "quotes" and \n';
    socket.subscribe(id, WATCH, { variables: { sessionId } });
    const { results } = await writeAll(sessionId, () =>
      eventually(() => expect(socket.of(id)).toHaveLength(1)),
    );
    const messages = results.map(
      ({ json }) => `{"id":${JSON.stringify(id)},"type":"next","payload":${json}}`,
    );
    await eventually(() => expect(socket.texts.slice(1)).toEqual(messages));
    await api.write('deleteSession', { id: sessionId });
    await eventually(() => expect(socket.messages.at(-1)).toEqual({ id, type: 'complete' }));
    expect(socket.texts.slice(1, -2)).toEqual(messages);
    socket.terminate();
  });

  it.each(TRANSPORTS)('are understood by clients over %s', async (transport) => {
    const sessionId = await api.create();
    const follower = follow(transport, server.endpoint, WATCH, { sessionId });
    const { results } = await writeAll(sessionId, () =>
      eventually(() => expect(follower.results).toHaveLength(1)),
    );
    const expected = results.map(({ json }) => JSON.parse(json));
    await eventually(() => expect(follower.results).toEqual(expected));
    await follower.stop();
  });
});
