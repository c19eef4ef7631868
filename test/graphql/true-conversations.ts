import { readFile } from 'node:fs/promises';
import { transfer, WRITTEN } from './agent-items.ts';

const { user, answer } = WRITTEN.RESPONSES;
const toB = transfer(WRITTEN.RESPONSES, '1', 'b');
const toC = transfer(WRITTEN.RESPONSES, '2', 'c');
const toFrench = transfer(WRITTEN.RESPONSES, '1', 'french_agent');

const bonjour = [user('Bonjour! Comment allez-vous?'), ...toFrench, answer('msg_1', 'Bonjour !')];
const spokenBefore = [
  user('u1'),
  answer('msg_1', 'Let me transfer you.'),
  ...toB,
  answer('msg_2', 'hello from b'),
];
const handedOverTwice = [user('u1'), ...toB, ...toC, answer('msg_2', 'hello from c')];
const turns = [user('u1'), { role: 'assistant', content: 'a1' }, user('u2'), ...toB, answer('msg_1', 'a2')];

/** What was really said in each of the histories that the Agents SDK for Python wrote. */
const CONVERSATIONS: Readonly<Record<string, readonly object[]>> = {
  'v0.6.9/single_turn': bonjour,
  'v0.6.9/msg_before_handoff': spokenBefore,
  'v0.6.9/two_handoffs': handedOverTwice,
  'v0.14.2/multi_turn': turns,
  'v0.14.2/list_user': [
    { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
    ...toB,
    answer('msg_1', 'ok'),
  ],
  'v0.17.1/multiline_user': [user('Do:\n1. A\n2. B'), ...toB, answer('msg_1', 'ok')],
  'v0.17.1/single_turn': bonjour,
  'v0.22.0/msg_before_handoff': spokenBefore,
  'v0.22.0/two_handoffs': handedOverTwice,
  'v0.22.0/multi_turn': turns,
};

export interface WrittenHistory {
  readonly name: string;
  /** As `to_input_list()` returned it. */
  readonly history: readonly object[];
  readonly conversation: readonly object[];
}

const HISTORIES: Readonly<Record<string, readonly object[]>> = JSON.parse(
  await readFile(new URL('../fixtures/handoff.json', import.meta.url), 'utf8'),
);

export const WRITTEN_HISTORIES: readonly WrittenHistory[] = Object.entries(HISTORIES).map(
  ([name, history]) => ({ name, history, conversation: CONVERSATIONS[name] ?? [] }),
);
