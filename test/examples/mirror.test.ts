import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  initialTranscript,
  reduceTranscript,
  type SessionEvent,
  type TranscriptItem,
} from '../../src/client/index.ts';
import { openAgentsSdk, type AgentsSdk } from '../support/agents-sdk.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** npm ci, when it was not done for this lock file before. */
const INSTALL_MS = 300_000;

interface Content {
  readonly items: readonly any[];
  readonly drafts: readonly unknown[];
  readonly currentAgent: string | null;
}

/** What a script tells of one run, or several. */
interface Played {
  readonly content: Content;
  readonly stored: Content;
  readonly met: readonly SessionEvent[];
  readonly told: readonly unknown[];
}

let sdk: AgentsSdk;
let redis: RedisServer;

beforeAll(async () => {
  sdk = await openAgentsSdk();
}, INSTALL_MS);
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await Promise.all([redis?.stop(), sdk?.remove()]);
});

describe.each(['SQLite', 'Redis'])('runs of the Agents SDK that are mirrored in a session on %s', (store) => {
  let server: ServerProcess;
  let all: Readonly<Record<string, Played>>;
  beforeAll(async () => {
    server = await startServer({ STORE_URL: store === 'Redis' ? redis.url : 'sqlite::memory:' });
    all = await sdk.script('mirrored.mjs', { url: server.url });
  });
  afterAll(() => server.terminate());

  const played = (scenario: string): Played => {
    const found = all[scenario];
    if (found === undefined) throw new Error(`The script has no scenario ${scenario}.`);
    return found;
  };
  const shown = (items: readonly any[]): string[] =>
    items.map((item) => {
      const { __typename: kind, role, text, status, name, toolName, to, summary } = item;
      const said = text ?? name ?? toolName ?? to ?? summary;
      return `${role ?? kind}${status === 'INTERRUPTED' ? ' (interrupted)' : ''}: ${said}`;
    });

  it.each([
    'text',
    'tools and thoughts',
    'the Responses API',
    'chat completions',
    'several messages in a response',
    'a hand-off',
    'an approval',
    'an approval in a session of the run',
    'a failing tool',
    'only spaces',
    'what histories leave out',
    'turns without ids',
    'turns in a session of the run',
    'nobody who reads the events',
    'a run that is aborted while a tool works',
  ])('leave what storing their results leaves: %s', (scenario) => {
    const { content, stored } = played(scenario);
    expect(content.items.length).toBeGreaterThan(2);
    expect(content).toEqual(stored);
  });

  it('are read while they are written, to the same end', () => {
    for (const [scenario, { met, content }] of Object.entries(all)) {
      const state = met.reduce(reduceTranscript, initialTranscript({ cursor: '0', items: [] }));
      const items = state.items.map(({ id: _id, cursor: _at, createdAt: _when, ...item }) => item);
      const plain = items.map(({ finishesDraft: _draft, ...item }: Partial<TranscriptItem>) => item);
      expect({ scenario, items: plain, drafts: state.drafts }).toEqual({
        scenario,
        items: content.items,
        drafts: [],
      });
      expect(content.drafts).toEqual([]);
    }
  });

  it('show a text as it grows, and its message in its place', () => {
    const { met } = played('tools and thoughts');
    const drafts = new Map<string, string[]>();
    for (const event of met) {
      if (event.__typename === 'DraftStarted') drafts.set(event.draft.id, []);
      if (event.__typename === 'DraftAppended') drafts.get(event.draftId)?.push(event.channel, event.text);
    }
    const ended = met.filter((event) => event.__typename === 'ItemAdded' && event.finishesDraft !== null);
    const texts = ended.map((event: any) => [
      event.item.text,
      drafts.get(event.finishesDraft)?.filter((_part, index, parts) => parts[index - 1] === 'TEXT'),
    ]);
    expect(texts.map(([text]) => text)).toEqual(['Let me look at both.', 'Found both, and one more.']);
    for (const [text, pieces] of texts) {
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(text);
    }
    // A thought that led to no message.
    expect(met.filter(({ __typename }) => __typename === 'DraftCancelled')).toHaveLength(1);
  });

  it.each([
    ['the Responses API', 'First this.\nThen that.'],
    ['chat completions', 'First this. Then that.'],
  ])("show what OpenAI's models think and say: %s", (scenario, reasoning) => {
    const { met } = played(scenario);
    const pieces = (channel: string) =>
      met.flatMap((event) =>
        event.__typename === 'DraftAppended' && event.channel === channel ? event.text : [],
      );
    expect(pieces('REASONING').join('')).toBe(reasoning);
    expect(pieces('TEXT').length).toBeGreaterThan(1);
    expect(pieces('TEXT').join('')).toBe('Hello, Ada');
    expect(met.at(-1)).toMatchObject({ item: { text: 'Hello, Ada' }, finishesDraft: expect.any(String) });
  });

  it('know more than their results: who spoke before a hand-off, and what its filter took away', () => {
    const first = played('a hand-off from the first agent');
    expect(first.stored.items.slice(0, 3).map(({ agent }) => agent)).toEqual([null, null, null]);
    expect(first.content.items.slice(0, 4).map(({ agent }) => agent)).toEqual([
      null,
      'triage',
      'triage',
      'triage',
    ]);
    expect(shown(first.content.items).filter((line) => line.startsWith('Handoff'))).toEqual([
      'Handoff: triage',
      'Handoff: Billing & refunds',
    ]);
    expect(first.content.currentAgent).toBe('Billing & refunds');

    const filtered = played('a hand-off that filters');
    expect(shown(filtered.content.items)).toEqual([
      'Handoff: triage',
      'USER: Refund, please',
      'ToolCall: find',
      'ToolResult: find',
      'ToolCall: transfer_to_billing',
      'Handoff: billing',
      'ASSISTANT: Billing speaks.',
    ]);
  });

  it('show a call that waits for its approval, and give the next run no call without a result', () => {
    expect(played('an approval').told).toEqual([
      ['user', 'reasoning', 'function_call', 'function_call', 'function_call_result'],
      ['user', 'reasoning', 'function_call', 'function_call_result'],
    ]);
    expect(played('an approval whose first half was stored').told).toEqual([
      ['user', 'function_call', 'function_call_result', 'function_call', 'function_call_result', 'assistant'],
    ]);
  });

  it.each([
    ['a run that is aborted in a message', [true], ['Reasoning: Hm']],
    ['a loop that is left in a message', [true], []],
  ])('keep what was said in %s', (scenario, told, thoughts) => {
    const { content, ...rest } = played(scenario);
    expect(rest.told).toEqual(told);
    expect(shown(content.items)).toEqual([
      'USER: Hi',
      'Handoff: assistant',
      ...thoughts,
      'ASSISTANT (interrupted): Half of this is said',
    ]);
  });

  it('fail with what their run failed with, and keep what was said', () => {
    const called = ['USER: Hi', 'Handoff: assistant', 'ToolCall: find'];
    const model = played('a model that fails in a message');
    expect(model.told).toEqual(['RangeError: of the model']);
    expect(shown(model.content.items)).toEqual([
      ...called,
      'ToolResult: find',
      'ASSISTANT (interrupted): Half a thou',
    ]);
    const turns = played('too many turns');
    expect(turns.told).toEqual([expect.stringContaining('MaxTurnsExceededError')]);
    expect(shown(turns.content.items)).toEqual([...called, 'ToolResult: find']);
    const tool = played('a tool that ends the run');
    expect(tool.told).toEqual([
      expect.stringContaining('RangeError: of the tool'),
      ['user', 'function_call'],
      ['user'],
    ]);
    expect(shown(tool.content.items)).toEqual(called);
  });

  it('refuse a run that writes to the session itself, which goes on', () => {
    const { told, content } = played('a run that has the session itself');
    expect(told).toEqual([{ code: 'BAD_USER_INPUT', details: { path: ['run'] } }, 'message_output_created']);
    expect(shown(content.items)).toEqual(['USER: Hi', 'ASSISTANT: Hello']);
  });
});
