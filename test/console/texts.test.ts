import { AgentSessionsError } from 'agent-sessions/client';
import { CombinedError } from 'urql';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../console/src/api/failure.ts';
import { AgentColours } from '../../console/src/conversation/agent-colours.ts';
import { attachmentsOf } from '../../console/src/conversation/attachments.ts';
import { distanceFromEnd, EndFollower } from '../../console/src/conversation/end-follower.ts';
import {
  exportedMarkdown,
  fileNameOf,
  pretty,
  type WholeSession,
} from '../../console/src/conversation/session-export.ts';
import { titleOf } from '../../console/src/conversation/title.ts';
import { outputText } from '../../console/src/conversation/tool-output.ts';
import { placeAfter } from '../../console/src/parts/menu.tsx';
import { shortAgo, wholeDay } from '../../console/src/parts/moment.tsx';

describe('following the end', () => {
  const place = (top: number, height: number) => ({ top, height, view: 100 });
  const after = (...places: ReturnType<typeof place>[]): boolean => {
    const follower = new EndFollower();
    follower.moved(place(900, 1_000));
    for (const one of places) follower.moved(one);
    return follower.follows;
  };

  it('goes on whatever grows or shrinks', () => {
    expect(after(place(900, 5_000))).toBe(true);
    expect(after(place(400, 500))).toBe(true);
  });

  it('ends with the smallest move away, and begins again near the end', () => {
    expect(after(place(890, 1_000))).toBe(false);
    expect(after(place(890, 1_000), place(890, 1_400))).toBe(false);
    expect(after(place(500, 1_000), place(830, 1_000))).toBe(true);
    expect(after(place(500, 1_000), place(600, 1_000))).toBe(false);
  });

  it('is not begun by what is corrected above', () => {
    expect(after(place(860, 1_000), place(880, 1_020))).toBe(false);
  });

  it('is over for who unfolds something, until the end is in sight again', () => {
    const follower = new EndFollower();
    follower.moved(place(900, 1_000));
    follower.letGo();
    follower.grown(place(900, 1_200));
    expect(follower.follows).toBe(false);
    follower.grown(place(900, 1_000));
    expect(follower.follows).toBe(true);
  });

  it('knows no distance below nothing', () => {
    expect(distanceFromEnd(place(950, 1_000))).toBe(0);
  });
});

describe('a failure', () => {
  it('is told by its code, and in words for people', () => {
    expect(failureOf(new AgentSessionsError('NETWORK_ERROR', 'x', { retryable: true }))).toEqual({
      code: 'NETWORK_ERROR',
      message: 'The server cannot be reached.',
      retryable: true,
    });
    const refused = new AgentSessionsError('BAD_RESPONSE', 'x', { details: { status: 401 } });
    expect(failureOf(refused).code).toBe('UNAUTHENTICATED');
    const graphql = {
      message: 'title: too long',
      extensions: { code: 'PAYLOAD_TOO_LARGE', retryable: false },
    };
    expect(failureOf(new CombinedError({ graphQLErrors: [graphql] }))).toEqual({
      code: 'PAYLOAD_TOO_LARGE',
      message: 'title: too long',
      retryable: false,
    });
  });

  it.each([
    [undefined, 'NETWORK_ERROR', true],
    [502, 'NETWORK_ERROR', true],
    [429, 'NETWORK_ERROR', true],
    [401, 'UNAUTHENTICATED', false],
    [404, 'NETWORK_ERROR', false],
  ])('with status %s and without GraphQL is %s', (status, code, retryable) => {
    const response = status === undefined ? undefined : new Response('', { status });
    expect(failureOf(new CombinedError({ networkError: new Error('x'), response }))).toMatchObject({
      code,
      retryable,
    });
  });
});

describe('an export', () => {
  const item = (__typename: string, more: object) => ({
    __typename,
    id: 's:1',
    cursor: '1',
    createdAt: '2026-01-31T12:00:00.000Z',
    agent: 'guide',
    derived: false,
    dialect: 'AGENTS_JS',
    metadata: {},
    raw: { type: 'x' },
    ...more,
  });
  const whole = (title: string | null, ...items: ReturnType<typeof item>[]): WholeSession => ({
    id: 's',
    userId: 'local',
    title,
    metadata: {},
    currentAgent: null,
    agentsUsed: [],
    createdAt: '2026-01-31T12:00:00.000Z',
    updatedAt: '2026-01-31T12:00:00.000Z',
    expiresAt: null,
    items,
  });

  it('as Markdown says who said what, what tools did, and who handed over', () => {
    const text = exportedMarkdown(
      whole(
        'Title',
        item('Message', { role: 'USER', text: 'Hello', status: 'COMPLETED' }),
        item('Handoff', { from: null, to: 'guide' }),
        item('Reasoning', { summary: 'one\ntwo' }),
        item('ToolCall', { name: 'weather', callId: 'c', arguments: '{"a":1}' }),
        item('ToolResult', { toolName: 'weather', callId: 'c', output: 'has ``` in it' }),
        item('Message', { role: 'ASSISTANT', text: 'Half', status: 'INTERRUPTED' }),
        item('OtherItem', { type: 'compaction' }),
      ),
    );
    expect(text).toContain('# Title\n\nSession `s`, begun 2026-01-31T12:00:00.000Z.');
    expect(text).toContain('## User · 2026-01-31T12:00:00.000Z\n\nHello');
    expect(text).toContain('---\n\n*guide*');
    expect(text).toContain('> one\n> two');
    expect(text).toContain('```json\n{\n  "a": 1\n}\n```');
    expect(text).toContain('````json\nhas ``` in it\n````');
    expect(text).toContain('## guide · 2026-01-31T12:00:00.000Z\n\nHalf\n\n*(interrupted)*');
    expect(text).toContain('**compaction**');
  });

  it.each([
    ['A/B: "c"?', 'A-B-c.json'],
    ['../../etc/passwd', 'etc-passwd.json'],
    ['量子', '量子.json'],
    ['!!!', 's.json'],
    [null, 's.json'],
  ])('of %j is the file %s', (title, name) => {
    expect(fileNameOf(whole(title), 'json')).toBe(name);
  });
});

it.each([
  ['{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'],
  ['12', '12'],
  ['not {json', 'not {json'],
  [{ a: null }, '{\n  "a": null\n}'],
])('%j is shown as %j', (value, shown) => {
  expect(pretty(value)).toBe(shown);
});

it.each([
  ['plain', 'plain'],
  [{ type: 'text', text: '{"a":1}' }, '{\n  "a": 1\n}'],
  [
    [
      { type: 'input_text', text: 'one' },
      { type: 'output_text', text: 'two' },
    ],
    'one\ntwo',
  ],
  [{ type: 'image', text: 1 }, '{\n  "type": "image",\n  "text": 1\n}'],
  [null, 'null'],
])('the output %j is shown as %j', (output, shown) => {
  expect(outputText(output)).toBe(shown);
});

it.each([
  ['  # Hello\nworld', 'Hello'],
  ['a'.repeat(60), 'a'.repeat(60)],
  ['a'.repeat(61), `${'a'.repeat(60)}…`],
  ['👨‍👩‍👧'.repeat(61), `${'👨‍👩‍👧'.repeat(60)}…`],
])('a conversation that begins with %j has a title of its first line', (text, title) => {
  expect(titleOf(text)).toBe(title);
});

it('takes from a message what it can show besides text', () => {
  const image = 'data:image/png;base64,AAAA';
  const content = [
    { type: 'input_text', text: 'x' },
    { type: 'input_image', image },
    { type: 'input_image', image_url: 'https://example.com/a.png' },
    { type: 'input_image', image: 'javascript:alert(1)' },
    { type: 'input_file', file: { id: 'file_1' } },
    { type: 'audio', transcript: 'Hello' },
    null,
  ];
  expect(attachmentsOf({ content })).toEqual([
    { kind: 'image', name: 'Image', image, address: null },
    { kind: 'image', name: 'Image', image: null, address: 'https://example.com/a.png' },
    { kind: 'image', name: 'Image', image: null, address: null },
    { kind: 'file', name: 'file_1', image: null, address: null },
    { kind: 'audio', name: 'Hello', image: null, address: null },
  ]);
  expect([attachmentsOf({ content: 'x' }), attachmentsOf(null), attachmentsOf(7)]).toEqual([[], [], []]);
});

it('gives each agent one colour, and no two the same while there is another', () => {
  const names = ['triage', 'guide', 'cook', 'ops', 'billing', 'tutor', 'writer', 'analyst'];
  const colours = new AgentColours();
  const given = names.map((name) => colours.of(name));
  expect(given.toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(names.map((name) => colours.of(name))).toEqual(given);
  expect(colours.of('one more')).toBe(new AgentColours().of('one more'));
});

it('moves around menus and lists', () => {
  expect(['ArrowDown', 'ArrowUp', 'Home', 'End', 'x'].map((key) => placeAfter(key, 0, 3))).toEqual([
    1,
    2,
    0,
    2,
    null,
  ]);
  expect(placeAfter('ArrowDown', 0, 0)).toBeNull();
});

it('says shortly how long ago something was', () => {
  const now = new Date(2026, 10, 25, 12).getTime();
  const ago = (seconds: number): string => shortAgo(new Date(now - seconds * 1_000).toISOString(), now);
  expect([ago(-5), ago(59), ago(60), ago(3_599), ago(7_200)]).toEqual(['now', 'now', '1m', '59m', '2h']);
  expect(ago(3 * 86_400)).toMatch(/^\p{L}{2,4}\.?$/u);
  expect(ago(400 * 86_400)).toContain('2025');
});

it('says which day it was', () => {
  const now = new Date(2026, 10, 25, 0, 5).getTime();
  const day = (...date: [number, number, number, number]): string =>
    wholeDay(new Date(...date).toISOString(), now);
  expect(day(2026, 10, 25, 0)).toBe('Today');
  expect(day(2026, 10, 24, 23)).toBe('Yesterday');
  expect(day(2026, 10, 23, 23)).toMatch(/2026/);
});
