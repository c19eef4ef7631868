import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { append, draftsNow, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import { ABANDONED, draftText, newDraft, newSession, rawsOf, says, textsOf } from '../support/samples.ts';
import { openRedis, redisOfFile, type RedisUnderTest } from './redis-setup.ts';

const server = redisOfFile();

/** Any text without half a surrogate pair; control characters and what JSON escapes are frequent. */
const TEXT = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
      fc.constantFrom('"', '\\', '/', '\u0000', '\b', '\f', '\n', '\r', '\t', '\v', '\u001f', '\u007f'),
      fc.constantFrom('\u2028', '\u2029', '\ufeff', '\ufffd', '😀', 'e\u0301', '\\u0041', '\\n'),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Another server on the same Redis, for which a draft is abandoned as soon as it is written. */
async function withImpatient<T>(use: (impatient: RedisUnderTest) => Promise<T>): Promise<T> {
  const impatient = openRedis({ url: server.redis.url, draftIdleMs: 0 });
  try {
    return await use(impatient);
  } finally {
    await impatient.close();
  }
}

/** Makes the drafts of session `s` due for a look. */
async function comeDue(): Promise<void> {
  await server.redis.cli('HSET', 'as:{s}', 'idle', '1');
}

async function write(store: SessionStore, draftId: string, pieces: readonly string[]): Promise<void> {
  await store.startDraft(newDraft({ id: draftId }));
  let offset = 0;
  for (const text of pieces) {
    await store.appendToDraft(draftText(text, { draftId, offset }));
    offset += text.length;
  }
}

it('keeps any text byte for byte, in however many pieces it comes', async () => {
  const { store } = server.opened;
  await fc.assert(
    fc.asyncProperty(fc.array(TEXT, { minLength: 1, maxLength: 6 }), async (pieces) => {
      await store.create(newSession());
      await write(store, 'd', pieces);
      const text = pieces.join('');
      expect((await draftsNow(store)).open).toMatchObject([{ text, reasoning: '' }]);
      const bytes = await server.opened.ask((client) => client.getBuffer('as:{s}:draft:d:text'));
      expect(bytes).toEqual(Buffer.from(text));
      await store.delete({ sessionId: 's' });
    }),
    { numRuns: 100 },
  );
});

it('writes any text as JSON.stringify does when it makes an item of it', async () => {
  const { store } = server.opened;
  await withImpatient(async (impatient) => {
    await fc.assert(
      fc.asyncProperty(fc.array(TEXT, { minLength: 1, maxLength: 20 }), async (texts) => {
        await store.create(newSession());
        for (const [n, text] of texts.entries()) await write(store, `${n}`, [text]);
        await comeDue();
        await impatient.store.get('s');
        const kept = texts.filter((text) => text.trim() !== '');
        const { head, tail } = ABANDONED.message;
        const items = await itemsOf(store);
        expect(rawsOf(items)).toEqual(kept.map((text) => `${head}${JSON.stringify(text)}${tail}`));
        expect(textsOf(items)).toEqual(kept);
        await store.delete({ sessionId: 's' });
      }),
      { numRuns: 60 },
    );
  });
});

it('is read as it is while Redis refuses to make items of it, and becomes them when it does no longer', async () => {
  const { store } = server.opened;
  await store.create(newSession());
  await write(store, 'd', ['Hello']);
  await comeDue();
  await withImpatient(async (impatient) => {
    const session = await store.get('s');
    await comeDue();
    await server.redis.cli('CONFIG', 'SET', 'maxmemory', '1');
    const refused = append(impatient.store, 's', says('one'));
    await expect(refused).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await impatient.store.get('s')).toEqual(session);
    expect(await impatient.store.drafts('s')).toMatchObject({ open: [{ text: 'Hello' }] });
    expect(await impatient.store.ends(['s'])).toMatchObject([{ entry: session?.end }]);
    await server.redis.cli('CONFIG', 'SET', 'maxmemory', '0');
    expect(await impatient.store.get('s')).toMatchObject({ itemCount: 1 });
    expect(textsOf(await itemsOf(store))).toEqual(['Hello']);
  });
});

it('can be dropped while memory is full', async () => {
  const { store } = server.opened;
  await store.create(newSession());
  await write(store, 'd', ['Hello']);
  await server.redis.cli('CONFIG', 'SET', 'maxmemory', '1');
  const dropped = await store.append({ sessionId: 's', steps: [], draft: { id: 'd' } });
  await server.redis.cli('CONFIG', 'SET', 'maxmemory', '0');
  expect(dropped.session).toEqual(await sessionNow(store));
  expect((await draftsNow(store)).open).toEqual([]);
});

it('is written on while others are begun, written and ended beside it', async () => {
  const { store } = server.opened;
  await store.create(newSession());
  await write(store, 'long', ['0']);
  const others = Array.from({ length: 20 }, async (_, n) => {
    await write(store, `other ${n}`, ['a', 'b', 'c']);
    await store.append({ sessionId: 's', steps: [says(`${n}`)], draft: { id: `other ${n}`, step: 0 } });
  });
  for (let offset = 1; offset < 100; offset++)
    await store.appendToDraft(draftText(String(offset % 10), { draftId: 'long', offset }));
  await Promise.all(others);
  const text = '0123456789'.repeat(10);
  expect((await draftsNow(store)).open).toMatchObject([{ id: 'long', text }]);
  expect(await sessionNow(store)).toMatchObject({ itemCount: 20 });
});
