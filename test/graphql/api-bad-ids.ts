import { expect, it } from 'vitest';
import type { Api, Operation } from './api-under-test.ts';

const BAD_IDS = [
  '',
  'x'.repeat(129),
  'a b',
  '../x',
  '{x}',
  'a:b',
  '*',
  'a.b',
  'a\u0000',
  'a\n',
  ' a',
  'é',
  // Cyrillic, full-width and mathematical letters that look like a.
  'а',
  'ａ',
  '𝚊',
  '٣',
];

/** All writes to a session that must exist. */
const WRITES: readonly (readonly [Operation, (id: string) => Record<string, unknown>])[] = [
  ['updateSession', (id) => ({ id, title: 'x' })],
  ['clearSession', (id) => ({ id })],
  ['popItem', (id) => ({ id })],
  ['addMessage', (sessionId) => ({ sessionId, text: 'x', role: 'USER' })],
  ['addItems', (sessionId) => ({ sessionId, items: [{ type: 'x' }] })],
  ['storeExchange', (sessionId) => ({ sessionId, userMessage: 'x', assistantResponse: 'y' })],
  ['trackAgent', (sessionId) => ({ sessionId, agentName: 'x' })],
  ['storeAgentResult', (sessionId) => ({ sessionId, items: [{ type: 'x' }] })],
  ['replaceSuffix', (sessionId) => ({ sessionId, expectedSuffix: [], replacement: [{ type: 'x' }] })],
  ['forkSession', (id) => ({ id })],
  ['startMessage', (sessionId) => ({ sessionId })],
  ['finishMessage', (sessionId) => ({ sessionId, draftId: 'd' })],
];

export function badIds(api: Api): void {
  it.each(BAD_IDS)('refuses the id %j for a new session, and finds none under it', async (id) => {
    expect(await api.refused('createSession', { id })).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['id'],
    });
    const source = await api.create();
    expect(await api.refused('forkSession', { id: source, newId: id })).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['newId'],
    });
    expect(await api.session(id, 'id')).toBeNull();
    expect(await api.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
    expect(await api.write('deleteSession', { id }, 'deleted')).toEqual({ deleted: false });
  });

  it.each(WRITES)(
    'does not find the session of a %s, in the same words for ids that cannot be',
    async (operation, of) => {
      const refusal = await api.refused(operation, of('nobody'));
      expect(refusal).toMatchObject({ code: 'NOT_FOUND', retryable: false });
      const withKey = await api.refused(operation, { ...of('nobody'), idempotencyKey: 'k' });
      expect(withKey).toEqual(refusal);
      for (const id of BAD_IDS) expect(await api.refused(operation, of(id))).toEqual(refusal);
    },
  );

  it('takes a number for an id, as GraphQL has it', async () => {
    const id = Number(api.newName('9'));
    const { createSession } = await api.ask(
      `mutation { createSession(input: { id: ${id} }) { session { id } } }`,
    );
    expect(createSession.session).toEqual({ id: String(id) });
  });
}
