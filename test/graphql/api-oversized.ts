import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

const MEBIBYTE = 1024 * 1024;

export function oversized(api: Api): void {
  it.each([
    ['of one byte a character', 'x'.repeat(MEBIBYTE)],
    // A mebibyte is no multiple of three.
    ['of three bytes a character', `${'€'.repeat(Math.floor(MEBIBYTE / 3))}y`],
  ])('keeps a text of 1 MiB %s, and refuses one byte more', async (_kind, full) => {
    const sessionId = await api.create();
    expect(Buffer.byteLength(full)).toBe(MEBIBYTE);
    await api.say(sessionId, full);
    expect((await api.session(sessionId, 'lastMessage { text }')).lastMessage.text === full).toBe(true);
    const more = `${full}y`;
    const tooLarge = { code: 'PAYLOAD_TOO_LARGE', limit: MEBIBYTE, actual: MEBIBYTE + 1 };
    expect(await api.refused('addMessage', { sessionId, role: 'USER', text: more })).toMatchObject(tooLarge);
    expect(
      await api.refused('storeExchange', { sessionId, userMessage: 'x', assistantResponse: more }),
    ).toMatchObject(tooLarge);
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
  });

  it('keeps an item of 4 MiB of JSON, and refuses one byte more, with all that came with it', async () => {
    const sessionId = await api.create();
    const itemOf = (bytes: number) => {
      const item = { type: 'x', text: '' };
      return { ...item, text: 'x'.repeat(bytes - JSON.stringify(item).length) };
    };
    const full = itemOf(4 * MEBIBYTE);
    await api.write('addItems', { sessionId, items: [full] });
    const [kept] = await api.items(sessionId, 'raw');
    expect(JSON.stringify(kept.raw) === JSON.stringify(full)).toBe(true);
    const refusal = await api.refused('addItems', {
      sessionId,
      items: [{ type: 'y' }, itemOf(4 * MEBIBYTE + 1)],
    });
    expect(refusal).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      limit: 4 * MEBIBYTE,
      actual: 4 * MEBIBYTE + 1,
      index: 1,
    });
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
  });
}
