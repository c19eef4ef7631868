import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/index.ts';
import type { CapableSession } from '../client/sdk-session-contract.ts';
import { agentSessionContract } from '../contract/agent-session.ts';
import { openAgentsSdk, type AgentsSdk } from '../support/agents-sdk.ts';
import { eventually } from '../support/eventually.ts';
import { dataOf } from '../support/graphql-request.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** npm ci, when it was not done for this lock file before. */
const INSTALL_MS = 300_000;

/** What the tests in this process use of the SDK. */
interface Exports {
  readonly MemorySession: new () => CapableSession;
  readonly isSessionHistoryRewriteAwareSession: (session: object) => boolean;
  readonly isSessionHistoryTransactionAwareSession: (session: object) => boolean;
  readonly isRunContextAwareSession: (session: object) => boolean;
  readonly isOpenAIResponsesCompactionAwareSession: (session: object) => boolean;
}

let sdk: AgentsSdk;
let exported: Exports;
let redis: RedisServer;
const servers: Partial<Record<'SQLite' | 'Redis', ServerProcess>> = {};

function serverOn(store: 'SQLite' | 'Redis'): ServerProcess {
  const server = servers[store];
  if (server === undefined) throw new Error(`The server on ${store} was not started.`);
  return server;
}

beforeAll(async () => {
  sdk = await openAgentsSdk();
  exported = await import(/* @vite-ignore */ sdk.url);
}, INSTALL_MS);

beforeAll(async () => {
  redis = await startRedis();
  servers.SQLite = await startServer({ STORE_URL: 'sqlite::memory:' });
  servers.Redis = await startServer({ STORE_URL: redis.url });
});

afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.terminate()));
  await Promise.all([redis?.stop(), sdk?.remove()]);
});

describe('the example with the Agents SDK', () => {
  const ITEMS = `query ($id: ID!) {
    session(id: $id) {
      messageCount itemCount currentAgent agentsUsed
      items(first: 100) { nodes {
        __typename
        ... on Message { role text }
        ... on ToolCall { name arguments }
        ... on ToolResult { toolName output }
        ... on Handoff { from to }
      } }
    }
  }`;
  const SAID = [
    'user: What is the weather in Paris?',
    'weather: In Paris, it is 21 degrees, sunny today.',
    'user: And tomorrow?',
    'In Paris, it is 15 degrees, rain tomorrow.',
    'user: Thank you!',
    'You are welcome.',
  ];
  const message = (role: string, text: string) => ({ __typename: 'Message', role, text });
  const forecast = (day: string, output: string) => [
    { __typename: 'ToolCall', name: 'forecast', arguments: JSON.stringify({ city: 'Paris', day }) },
    {
      __typename: 'ToolResult',
      toolName: 'forecast',
      output: { type: 'text', text: `Paris, ${day}: ${output}` },
    },
  ];

  it('holds its conversation in a session, and goes on with it in the next process', async () => {
    const { url, endpoint } = serverOn('SQLite');
    const run = async () =>
      (await sdk.node(['main.mjs', 'conversation-1'], { AGENT_SESSIONS_URL: url })).split('\n');
    expect(await run()).toEqual([...SAID, 'Session conversation-1: 6 messages, agents triage, weather', '']);

    const { session } = await dataOf(endpoint, ITEMS, { id: 'conversation-1' });
    expect(session).toEqual({
      messageCount: 6,
      itemCount: 14,
      currentAgent: 'weather',
      agentsUsed: ['triage', 'weather'],
      items: { nodes: expect.arrayContaining([{ __typename: 'Handoff', from: 'triage', to: 'weather' }]) },
    });
    const handoffs = session.items.nodes.filter(({ __typename }: any) => __typename === 'Handoff');
    expect(handoffs).toEqual([
      { __typename: 'Handoff', from: null, to: 'triage' },
      { __typename: 'Handoff', from: 'triage', to: 'weather' },
    ]);
    expect(session.items.nodes.filter((node: any) => !handoffs.includes(node))).toEqual([
      message('USER', 'What is the weather in Paris?'),
      { __typename: 'ToolCall', name: 'transfer_to_weather', arguments: '{}' },
      {
        __typename: 'ToolResult',
        toolName: 'transfer_to_weather',
        output: { type: 'text', text: '{"assistant":"weather"}' },
      },
      ...forecast('today', '21 degrees, sunny'),
      message('ASSISTANT', 'In Paris, it is 21 degrees, sunny today.'),
      message('USER', 'And tomorrow?'),
      ...forecast('tomorrow', '15 degrees, rain'),
      message('ASSISTANT', 'In Paris, it is 15 degrees, rain tomorrow.'),
      message('USER', 'Thank you!'),
      message('ASSISTANT', 'You are welcome.'),
    ]);

    const again = await run();
    expect(again.slice(0, 6)).toEqual(SAID);
    expect(again[6]).toContain('12 messages');
  });

  it('shows a run in one process while it goes on in another', async () => {
    const env = { AGENT_SESSIONS_URL: serverOn('SQLite').url };
    const watching = sdk.start(['watch.mjs', 'watched'], env);
    await eventually(() => expect(watching.stdout).toContain('Session watched'));
    const answer = await sdk.node(['live.mjs', 'watched'], env);
    expect(answer).toBe('In Paris, it is 21 degrees, sunny today.\n');
    await eventually(() => expect(watching.stdout).toContain(`weather: ${answer}`));
    const lines = watching.stdout.trimEnd().split('\n');
    await watching.stop();
    const growing = lines.filter((line) => line.endsWith('…')).map((line) => line.slice(0, -1));
    expect(growing.length).toBeGreaterThan(2);
    for (const [index, line] of growing.entries()) {
      expect((growing[index + 1] ?? `weather: ${answer}`).startsWith(line)).toBe(true);
    }
    expect(lines.filter((line) => !line.endsWith('…'))).toEqual([
      'Session watched',
      'user: What is the weather in Paris?',
      '  now with triage',
      '  triage calls transfer_to_weather',
      '  transfer_to_weather is done',
      '  now with weather',
      '  weather calls forecast',
      '  forecast is done',
      'weather: In Paris, it is 21 degrees, sunny today.',
    ]);
    // The next run goes on from there.
    expect(await sdk.node(['live.mjs', 'watched'], env)).toBe(answer);
  });

  it('shows a subscription that the schema has', async () => {
    const readme = await readFile('examples/agent/README.md', 'utf8');
    const [, body = ''] = /curl [^']*(?:'[^']*'[^']*)*-d '([\s\S]*?)'\n/.exec(readme) ?? [];
    const { query } = JSON.parse(body);
    expect(validate(buildSchema(await readFile('schema.graphql', 'utf8')), parse(query))).toEqual([]);
  });

  it('fits the types of the SDK, and so does every way in which a session can be used', async () => {
    const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    const strictly = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
    const settings = ['--noEmit', '--allowJs', '--checkJs', '--skipLibCheck', ...strictly];
    const target = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const program = [compiler, ...settings, ...target, '--pretty', 'false'];
    const programs = ['main.mjs', 'live.mjs', 'watch.mjs', 'types.mjs'];
    await expect(sdk.node([...program, ...programs])).resolves.toBe('');
  });
});

const CONVERSATION = [
  'user assistant user',
  'function_call function_call_result',
  'reasoning function_call function_call function_call_result function_call_result',
  'function_call function_call function_call_result function_call_result',
  'function_call function_call_result assistant user',
].flatMap((kinds) => kinds.split(' '));

describe.each(['SQLite', 'Redis'] as const)('with a session on %s', (store) => {
  it.each([
    ['run', false],
    ['streamed run', true],
  ])('a %s resumes in a second process as in one with a session in memory', async (_kind, streamed) => {
    const part = (job: object) => sdk.script('conversation.mjs', { streamed, ...job });
    const server = { url: serverOn(store).url, id: `interrupted-${streamed}` };
    const [inOne, first] = await Promise.all([
      part({ server: null, part: 'WHOLE' }),
      part({ server, part: 'UNTIL_APPROVAL' }),
    ]);
    const second = await part({ server, part: 'FROM_APPROVAL', state: first.state });

    expect(inOne.inputs).toHaveLength(7);
    expect(inOne.inputs.at(-1).map(({ type, role }: any) => role ?? type)).toEqual(CONVERSATION);
    expect([...first.inputs, ...second.inputs]).toStrictEqual(inOne.inputs);
    expect(second.items).toStrictEqual(inOne.items);
  });

  it('leaves two messages more after each turn of the documented loop', async () => {
    const { counts, items } = await sdk.script('turns.mjs', { url: serverOn(store).url, id: 'turns' });
    expect(counts).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    const turn = ['user', 'function_call', 'function_call_result', 'assistant'];
    expect(items).toEqual(Array.from({ length: 10 }, () => turn).flat());
  });
});

describe('the Agents SDK', () => {
  it('recognises the capabilities of a session, and none that it does not have', () => {
    const session = connect({ url: serverOn('SQLite').url }).session('recognised');
    expect(exported.isSessionHistoryRewriteAwareSession(session)).toBe(true);
    expect(exported.isSessionHistoryTransactionAwareSession(session)).toBe(true);
    expect(exported.isRunContextAwareSession(session)).toBe(false);
    expect(exported.isOpenAIResponsesCompactionAwareSession(session)).toBe(false);
  });

  agentSessionContract("the SDK's memory", async () => ({
    newSession: async () => new exported.MemorySession(),
    again: async (session) => session,
    close: () => Promise.resolve(),
  }));
});
