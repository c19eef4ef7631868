import { expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.ts';
import { Rewriting } from '../../src/core/rewriting.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { openSqlite } from '../contract/store-on-sqlite.ts';
import { newSession } from '../support/samples.ts';

it('answers a key whose first call writes after it was looked up', async () => {
  const { store, close } = openSqlite(':memory:');
  await store.create(newSession());
  const viewer = { kind: 'SERVICE', userId: null } as const;
  const user = (content: string) => ({ role: 'user', content });
  const options = { limits: LIMITS, digest: (text: string) => text };
  const rewriting = new Rewriting({ store, ...options });
  await rewriting.replaceSuffix(viewer, { sessionId: 's', expectedSuffix: [], replacement: [user('one')] });
  const once = {
    sessionId: 's',
    expectedSuffix: [user('one')],
    replacement: [user('two')],
    idempotencyKey: 'k',
  };
  let first: unknown;
  const late = new Proxy<SessionStore>(store, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (name !== 'recall' || typeof method !== 'function')
        return typeof method === 'function' ? method.bind(target) : method;
      return async (...args: unknown[]) => {
        const found: unknown = await Reflect.apply(method, target, args);
        first ??= await rewriting.replaceSuffix(viewer, once);
        return found;
      };
    },
  });
  const again = await new Rewriting({ store: late, ...options }).replaceSuffix(viewer, once);
  expect(again).toEqual(first);
  await close();
});
