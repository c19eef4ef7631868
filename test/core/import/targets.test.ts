import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ForeignConversation } from '../../../src/core/import/foreign.ts';
import { targetsOf } from '../../../src/core/import/targets.ts';
import { isSessionId } from '../../../src/core/session.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

function conversation(id: string, given: Partial<ForeignConversation> = {}): ForeignConversation {
  return { format: 'REDISVL', id, key: id, size: 1, createdAt: null, updatedAt: null, ...given };
}

function sessionIds(...conversations: readonly ForeignConversation[]): string[] {
  return targetsOf(conversations, digest).map(({ sessionId }) => sessionId);
}

describe('the sessions of imported conversations', () => {
  it('keep the ids that sessions may have', () => {
    expect(sessionIds(conversation('01K3_a-Z'))).toEqual(['01K3_a-Z']);
  });

  it('have a readable one with a digest for any other, the same one every time', () => {
    const tail = digest('REDISVL user:42').replaceAll(/[-_]/g, '').slice(0, 16);
    expect(sessionIds(conversation('user:42'))).toEqual([`user-42-${tail}`]);
    expect(sessionIds(conversation('x'), conversation('user:42'))).toContain(`user-42-${tail}`);
  });

  it.each([
    ['nothing', ''],
    ['a colon', ':'],
    ['too many characters', 'x'.repeat(129)],
    ['pictures', '😀'.repeat(300)],
  ])('have one for an id of %s', (_, id) => {
    const [sessionId = ''] = sessionIds(conversation(id));
    expect(isSessionId(sessionId)).toBe(true);
  });

  it('are different for ids that look the same without what sessions may not have', () => {
    const ids = sessionIds(conversation('a:b'), conversation('a b'), conversation('a-b'));
    expect(new Set(ids).size).toBe(3);
    expect(ids).toContain('a-b');
  });

  it('are different for two histories with one id, and do not change places when one of them is used again', () => {
    const redisVl = conversation('same', { updatedAt: 1 });
    const agentsSdk = conversation('same', { format: 'AGENTS_SDK', key: 'agents:session:same:messages' });
    const [first, second] = sessionIds(redisVl, { ...agentsSdk, updatedAt: 2 });
    expect(first).toBe('same');
    expect(second).toMatch(/^same-[A-Za-z0-9]{16}$/);
    expect(sessionIds({ ...agentsSdk, updatedAt: 2 }, { ...redisVl, updatedAt: 3 })).toEqual([second, first]);
  });

  it('come in the order of their last activity', () => {
    expect(sessionIds(conversation('b', { updatedAt: 2 }), conversation('c', { updatedAt: 1 }))).toEqual([
      'c',
      'b',
    ]);
  });
});
