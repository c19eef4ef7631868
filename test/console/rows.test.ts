import type { MessageDraft, TranscriptItem } from 'agent-sessions/client';
import { describe, expect, it } from 'vitest';
import type { Outgoing } from '../../console/src/conversation/outbox.ts';
import { claims, itemRows, openRows, type Row } from '../../console/src/conversation/rows.ts';
import { unreadAfter } from '../../console/src/conversation/unread.ts';

let count = 0;
const fields = (agent: string | null = 'triage') => ({
  id: `s:${++count}`,
  cursor: `${count}~x`,
  createdAt: '2026-01-31T12:00:00.000Z',
  agent,
  metadata: {},
  raw: {},
  dialect: 'AGENTS_JS' as const,
  derived: false,
});

const user = (text: string): TranscriptItem => ({
  ...fields(null),
  __typename: 'Message',
  role: 'USER',
  text,
  status: 'COMPLETED',
});
const answer = (text: string, more: Partial<TranscriptItem> = {}): TranscriptItem =>
  ({
    ...fields(),
    __typename: 'Message',
    role: 'ASSISTANT',
    text,
    status: 'COMPLETED',
    ...more,
  }) as TranscriptItem;
const call = (callId: string): TranscriptItem => ({
  ...fields(),
  __typename: 'ToolCall',
  callId,
  name: 'tool',
  arguments: '{}',
});
const result = (callId: string): TranscriptItem => ({
  ...fields(),
  __typename: 'ToolResult',
  callId,
  toolName: 'tool',
  output: callId,
});
const handoff = (from: string | null, to: string): TranscriptItem => ({
  ...fields(to),
  __typename: 'Handoff',
  from,
  to,
});
const thought = (summary: string): TranscriptItem => ({ ...fields(), __typename: 'Reasoning', summary });
const draft = (id: string, more: Partial<MessageDraft> = {}): MessageDraft => ({
  id,
  role: 'ASSISTANT',
  agent: 'triage',
  text: 'text',
  reasoning: '',
  startedAt: '2026-01-31T12:00:00.000Z',
  ...more,
});
const outgoing = (key: string, text: string, more: Partial<Outgoing> = {}): Outgoing => ({
  key,
  text,
  state: 'sending',
  failure: null,
  lastSeen: null,
  itemId: null,
  ...more,
});

const none = new Map<string, string>();
const kinds = (rows: readonly Row[]): string[] => rows.map(({ kind }) => kind);
const keys = (rows: readonly Row[]): string[] => rows.map(({ key }) => key);

describe('the rows of items', () => {
  it('put a call and its result together, wherever the result stands', () => {
    const rows = itemRows([call('a'), call('b'), result('b'), result('a')], none);
    expect(rows.flatMap((row) => (row.kind === 'tool' ? [row.result?.output] : []))).toEqual(['a', 'b']);
  });

  it('leave a result alone whose call is not there, and a call that has none yet', () => {
    const rows = itemRows([result('a'), call('a')], none);
    expect(
      rows.flatMap((row) => (row.kind === 'tool' ? [[row.call === null, row.result === null]] : [])),
    ).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('give a result to the newest call of that id', () => {
    const rows = itemRows([call('a'), result('a'), call('a'), result('a'), result('a')], none);
    expect(kinds(rows)).toEqual(['day', 'tool', 'tool', 'tool']);
  });

  it('say who speaks where that changes, and anew after a hand-off', () => {
    const rows = itemRows(
      [
        user('a'),
        answer('b'),
        call('c'),
        answer('d'),
        handoff('triage', 'guide'),
        answer('e', { agent: 'guide' }),
      ],
      none,
    );
    expect(rows.map(({ author }) => author?.agent ?? author?.role ?? null)).toEqual([
      null,
      'USER',
      'triage',
      null,
      null,
      null,
      'guide',
    ]);
  });

  it('begin each day with its date', () => {
    const later = answer('b', { createdAt: '2026-02-03T12:00:00.000Z' });
    expect(kinds(itemRows([answer('a'), later, answer('c', { createdAt: later.createdAt })], none))).toEqual([
      'day',
      'message',
      'day',
      'message',
      'message',
    ]);
  });

  it('are the same objects as long as nothing about them changes', () => {
    const items = [user('a'), call('a'), answer('b')];
    const before = itemRows(items, none);
    const after = itemRows([...items, result('a')], none);
    expect(after.map((row, index) => Object.is(row, before[index]))).toEqual([false, true, false, true]);
  });
});

describe('the rows of what is being written', () => {
  it('become those of its items without another key or place', () => {
    const writing = draft('d1', { agent: 'guide', reasoning: 'hm', text: 'text' });
    const before = [user('a')];
    const open = [...itemRows(before, none), ...openRows(before, [writing], [], 'triage')];
    const items = [
      ...before,
      handoff('triage', 'guide'),
      thought('hm'),
      answer('text', { agent: 'guide', finishesDraft: 'd1' }),
    ];
    expect(keys(itemRows(items, none))).toEqual(keys(open));
    expect(kinds(open)).toEqual(['day', 'message', 'handoff', 'draft reasoning', 'draft']);
  });

  it('show a draft of nothing as a place where something comes, and of thoughts alone the thoughts', () => {
    expect(kinds(openRows([], [draft('d', { text: '' })], [], 'triage'))).toEqual(['draft']);
    expect(kinds(openRows([], [draft('d', { text: '', reasoning: 'hm' })], [], 'triage'))).toEqual([
      'draft reasoning',
    ]);
  });

  it('keep the hand-offs of several drafts apart', () => {
    const rows = openRows(
      [],
      [draft('1'), draft('2', { agent: 'guide' }), draft('3', { agent: 'guide' })],
      [],
      null,
    );
    expect(kinds(rows)).toEqual(['handoff', 'draft', 'handoff', 'draft', 'draft']);
  });

  it('put what this window sends in front of the drafts, until it is stored', () => {
    const sent = [outgoing('k1', 'a'), outgoing('k2', 'b', { state: 'stored' })];
    expect(keys(openRows([], [draft('d')], sent, 'triage'))).toEqual(['k1', 'd']);
  });
});

describe('what this window sent', () => {
  it('is the item that the answer names', () => {
    const item = user('hello');
    expect([...claims([item], [outgoing('k', 'hello', { state: 'sent', itemId: item.id })])]).toEqual([
      [item.id, 'k'],
    ]);
  });

  it('is taken to be the first message of its text that came since, before there is an answer', () => {
    const [old, mine, other] = [user('hello'), user('hello'), user('hello')];
    expect([...claims([old, mine, other], [outgoing('k', 'hello', { lastSeen: old.id })])]).toEqual([
      [mine.id, 'k'],
    ]);
  });

  it('is not what was there before, nor what somebody else said', () => {
    const old = user('hello');
    expect(claims([old], [outgoing('k', 'hello', { lastSeen: old.id })]).size).toBe(0);
    expect(claims([old, answer('hello')], [outgoing('k', 'hello', { lastSeen: old.id })]).size).toBe(0);
  });

  it('claims each item once', () => {
    const [one, two] = [user('hello'), user('hello')];
    const claimed = claims([one, two], [outgoing('k1', 'hello'), outgoing('k2', 'hello')]);
    expect([...claimed]).toEqual([
      [one.id, 'k1'],
      [two.id, 'k2'],
    ]);
  });

  it('keeps its key as a row', () => {
    const item = user('hello');
    expect(keys(itemRows([item], new Map([[item.id, 'k']])))).toEqual([`day ${item.id}`, 'k']);
  });
});

describe('unread messages', () => {
  it('are those after what was seen last, without calls and dividers', () => {
    const items = [user('a'), answer('b'), call('c'), handoff('triage', 'x'), answer('d')];
    const rows = itemRows(items, none);
    expect(unreadAfter(rows, items[0]?.id ?? null)).toBe(2);
    expect(unreadAfter(rows, items[4]?.id ?? null)).toBe(0);
  });

  it('are none when what was seen last is gone', () => {
    expect(unreadAfter(itemRows([answer('a')], none), 'gone')).toBe(0);
  });
});
