import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

/** Object patches of RFC 7396's appendix A, as the metadata before, the patch, and the metadata after. */
const MERGES: readonly (readonly [object, object, object])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [{ a: 1 }, {}, { a: 1 }],
  [{ a: 1 }, { a: [null, { b: null }] }, { a: [null, { b: null }] }],
];

export function updates(api: Api): void {
  it.each(MERGES)('merges the metadata %j with the patch %j', async (metadata, patch, merged) => {
    const id = await api.create({ metadata });
    const { session } = await api.write('updateSession', { id, metadata: patch }, 'session { metadata }');
    expect(session.metadata).toEqual(merged);
    expect(await api.session(id, 'metadata')).toEqual({ metadata: merged });
  });

  it('leaves what is absent, and clears what is null', async () => {
    const id = await api.create({ title: 'Plans', expiresAfter: 60, metadata: { a: 1 } });
    const fields = 'title expiresAt updatedAt metadata';
    const update = async (input: object) =>
      (await api.write('updateSession', { id, ...input }, `session { ${fields} }`)).session;
    const lifetime = ({ updatedAt, expiresAt }: { updatedAt: string; expiresAt: string }): number =>
      Date.parse(expiresAt) - Date.parse(updatedAt);

    const renamed = await update({ title: 'Other plans' });
    expect([renamed.title, lifetime(renamed)]).toEqual(['Other plans', 60_000]);
    const untitled = await update({ title: null });
    expect([untitled.title, lifetime(untitled)]).toEqual([null, 60_000]);
    const longer = await update({ expiresAfter: 90 });
    expect([longer.title, lifetime(longer)]).toEqual([null, 90_000]);
    const lasting = await update({ expiresAfter: null, metadata: null });
    expect(lasting).toMatchObject({ expiresAt: null, metadata: { a: 1 } });
    expect(await api.session(id, fields)).toEqual(lasting);
  });

  it('changes nothing else', async () => {
    const id = await api.create({ userId: 'ada' });
    await api.say(id, 'hello', { role: 'ASSISTANT', agent: 'guide' });
    const fields =
      'userId currentAgent agentsUsed messageCount itemCount createdAt items { nodes { id raw } }';
    const before = await api.session(id, fields);
    await api.write('updateSession', { id, title: 'new' });
    expect(await api.session(id, fields)).toEqual(before);
  });

  it('keeps every one of many patches made at once', async () => {
    const id = await api.create();
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => api.write('updateSession', { id, metadata: { [key]: true } })));
    const { metadata } = await api.session(id, 'metadata');
    expect(metadata).toEqual(Object.fromEntries(keys.map((key) => [key, true])));
  });

  it('keeps a title to the letter, up to a thousand characters', async () => {
    for (const title of ['', ' ', '\u0000\u2028é👩‍👩‍👧', 'x'.repeat(1000)]) {
      const id = await api.create({ title });
      expect(await api.session(id, 'title')).toEqual({ title });
    }
  });
}
