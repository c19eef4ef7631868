import { expect, it } from 'vitest';
import { ITEM, type Api } from './api-under-test.ts';

const PAYLOAD = `message { ... on Item { ${ITEM} } } session { messageCount itemCount currentAgent cursor lastMessage { id } }`;

const RAWS = {
  USER: { type: 'message', role: 'user', content: 'hi' },
  ASSISTANT: {
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'hi' }],
  },
  SYSTEM: { type: 'message', role: 'system', content: 'hi' },
  DEVELOPER: { type: 'message', role: 'developer', content: 'hi' },
} as const;

export function messages(api: Api): void {
  it.each(Object.entries(RAWS))('keeps a message of the role %s', async (role, raw) => {
    const sessionId = await api.create();
    const metadata = { tokens: 3, model: { name: 'm' }, none: [] };
    const input = { sessionId, text: 'hi', role, metadata };
    const { message, session } = await api.write('addMessage', input, PAYLOAD);
    expect(message).toEqual({
      __typename: 'Message',
      id: expect.stringMatching(new RegExp(`^${sessionId}:`)),
      sessionId,
      cursor: session.cursor,
      createdAt: expect.stringMatching(/Z$/),
      agent: null,
      metadata,
      raw,
      dialect: role === 'DEVELOPER' ? 'RESPONSES' : 'AGENTS_JS',
      derived: false,
      role,
      text: 'hi',
      status: 'COMPLETED',
      parts: [{ __typename: 'TextPart', text: 'hi' }],
    });
    expect(await api.items(sessionId)).toEqual([message]);
  });

  it('counts, and shows as the last one, only what users and assistants say', async () => {
    const sessionId = await api.create();
    const counts: unknown[] = [];
    for (const role of ['SYSTEM', 'USER', 'DEVELOPER', 'ASSISTANT', 'SYSTEM']) {
      const { message, session } = await api.write('addMessage', { sessionId, text: role, role }, PAYLOAD);
      counts.push([session.messageCount, session.itemCount, session.lastMessage?.id === message.id]);
    }
    expect(counts).toEqual([
      [0, 1, false],
      [1, 2, true],
      [1, 3, false],
      [2, 4, true],
      [2, 5, false],
    ]);
    expect(await api.session(sessionId, 'lastMessage { text role }')).toEqual({
      lastMessage: { text: 'ASSISTANT', role: 'ASSISTANT' },
    });
  });

  it('shows users and assistants, or whichever roles are asked for', async () => {
    const sessionId = await api.create();
    for (const role of Object.keys(RAWS)) await api.say(sessionId, role, { role });
    const rolesOf = async (args: string): Promise<string[]> => {
      const { messages: page } = await api.session(sessionId, `messages${args} { nodes { role } }`);
      return page.nodes.map(({ role }: { role: string }) => role);
    };
    expect(await rolesOf('')).toEqual(['USER', 'ASSISTANT']);
    expect(await rolesOf('(roles: null)')).toEqual(['USER', 'ASSISTANT']);
    expect(await rolesOf('(roles: [SYSTEM])')).toEqual(['SYSTEM']);
    expect(await rolesOf('(roles: [DEVELOPER, USER, USER])')).toEqual(['USER', 'DEVELOPER']);
    expect(await rolesOf('(roles: [DEVELOPER, SYSTEM, ASSISTANT, USER])')).toEqual(Object.keys(RAWS));
  });

  it('takes null for what may be left out', async () => {
    const sessionId = await api.create();
    await api.say(sessionId, 'hi', { agent: null, metadata: null, ifCursor: null, idempotencyKey: null });
    expect(await api.items(sessionId, 'agent metadata')).toEqual([{ agent: null, metadata: {} }]);
  });

  it('keeps every one of many messages added at once, each in one place', async () => {
    const sessionId = await api.create();
    const sent = Array.from({ length: 50 }, (_, index) => `message ${index}`);
    const cursors = await Promise.all(sent.map((text) => api.say(sessionId, text)));
    const kept = await api.items(sessionId, 'cursor ... on Message { text }');
    expect(kept).toHaveLength(sent.length);
    expect(new Set(kept.map(({ text }) => text))).toEqual(new Set(sent));
    expect(new Set(kept.map(({ cursor }) => cursor))).toEqual(new Set(cursors));
  });

  it('moves the session’s time and cursor on', async () => {
    const sessionId = await api.create();
    const { session, message } = await api.write(
      'addMessage',
      { sessionId, text: 'hi', role: 'USER' },
      'message { createdAt cursor } session { updatedAt cursor }',
    );
    expect(session).toEqual({ updatedAt: message.createdAt, cursor: message.cursor });
  });
}
