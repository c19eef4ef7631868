import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';
import { DraftCalls, type Channel } from './draft-calls.ts';

const MEBIBYTE = 1024 * 1024;

const ODD_IDS = ['', ' ', 'x'.repeat(300), '*', '}', '{x}', 'a:b', '../x', '__proto__', '\u0000', '😀'];

export function draftLimits(api: Api): void {
  const calls = new DraftCalls(api);

  it.each<Channel>(['TEXT', 'REASONING'])(
    'holds 1 MiB in its channel %s, and no byte more',
    async (channel) => {
      const draft = await calls.begin(await api.create());
      const most = '€'.repeat(Math.floor(MEBIBYTE / 3));
      await calls.append(draft, most, 0, channel);
      expect(await calls.refusedAppend(draft, '€', most.length, channel)).toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
        retryable: false,
        limit: MEBIBYTE,
        actual: MEBIBYTE + 2,
      });
      await calls.append(draft, 'y', most.length, channel);
      expect(await calls.refusedAppend(draft, 'yy', most.length, channel)).toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
        actual: MEBIBYTE + 1,
      });
      // What is there already is not counted twice.
      await calls.append(draft, '€y', most.length - 1, channel);
      const written = await calls.written(draft);
      expect(channel === 'TEXT' ? written.text : written.reasoning).toHaveLength(most.length + 1);
      await calls.append(draft, 'x', 0, channel === 'TEXT' ? 'REASONING' : 'TEXT');
    },
  );

  it('refuses a single piece of more than 1 MiB, and becomes a message of just that', async () => {
    const draft = await calls.begin(await api.create());
    const full = 'x'.repeat(MEBIBYTE);
    expect(await calls.refusedAppend(draft, `${full}x`)).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      limit: MEBIBYTE,
      actual: MEBIBYTE + 1,
    });
    expect((await calls.written(draft)).text).toBe('');
    await calls.append(draft, full);
    const { message } = await api.write('finishMessage', { ...draft }, 'message { text }');
    expect(message.text === full).toBe(true);
  });

  it('is one of at most thirty-two', async () => {
    const sessionId = await api.create();
    const open = await Promise.all(
      Array.from({ length: 40 }, () =>
        api.answer('mutation ($i: StartMessageInput!) { startMessage(input: $i) { draft { id } } }', {
          i: { sessionId },
        }),
      ),
    );
    const begun = open.flatMap(({ data, errors }) => (errors ? [] : [data.startMessage.draft.id]));
    expect(begun).toHaveLength(32);
    expect(new Set(begun).size).toBe(32);
    const refusal = await api.refused('startMessage', { sessionId });
    expect(refusal).toMatchObject({ code: 'CONFLICT', limit: 32, actual: 32 });
    expect(await calls.open(sessionId)).toHaveLength(32);
    await calls.begin(await api.create());
    await api.write('cancelMessage', { sessionId, draftId: begun[7] });
    await calls.begin(sessionId);
    await api.refused('startMessage', { sessionId });
  });

  it('refuses a piece that is empty or no text, and a place before the beginning', async () => {
    const draft = await calls.begun(await api.create(), 'a');
    for (const text of ['', '\ud800', 'x\udc00', '\udc00\ud800', '😀'.slice(0, 1)]) {
      const refusal = await calls.refusedAppend(draft, text, 1);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: ['text'] });
    }
    for (const offset of [-1, -2_147_483_648]) {
      const refusal = await calls.refusedAppend(draft, 'x', offset);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: ['offset'] });
    }
    expect((await calls.written(draft)).text).toBe('a');
  });

  it('is not found under another id, in another session, or once it is over', async () => {
    const [sessionId, other] = [await api.create(), await api.create()];
    const open = await calls.begun(sessionId, 'x');
    const dropped = await calls.begun(sessionId, 'x');
    await api.write('cancelMessage', { ...dropped, keep: false });
    const finished = await calls.begun(sessionId, 'x');
    await api.write('finishMessage', { ...finished });
    const missing = [...ODD_IDS.map((draftId) => ({ sessionId, draftId })), dropped, finished];
    missing.push({ ...open, sessionId: other });
    const unknown = { code: 'NOT_FOUND', retryable: false };
    for (const ref of missing) {
      expect(await calls.refusedAppend(ref, 'x', 1)).toMatchObject(unknown);
      expect(await api.refused('finishMessage', { ...ref, text: 'x' })).toMatchObject(unknown);
      const withKey = { ...ref, text: 'x', idempotencyKey: 'k' };
      expect(await api.refused('finishMessage', withKey)).toMatchObject(unknown);
      const ended = { sessionId: ref.sessionId, items: [{ type: 'x' }], finishesDraft: ref.draftId };
      expect(await api.refused('addItems', ended)).toMatchObject(unknown);
    }
    expect(await calls.open(sessionId)).toEqual([{ id: open.draftId, text: 'x', reasoning: '' }]);
    expect((await api.session(other, 'itemCount')).itemCount).toBe(0);
  });

  it('finds no session that is none, whatever is done to its drafts', async () => {
    const refusal = await api.refused('startMessage', { sessionId: 'nobody' });
    expect(refusal).toMatchObject({ code: 'NOT_FOUND' });
    for (const sessionId of ['nobody', ...ODD_IDS]) {
      const draft = { sessionId, draftId: 'd' };
      expect(await api.refused('startMessage', { sessionId })).toEqual(refusal);
      expect(await calls.refusedAppend(draft, 'x')).toMatchObject({ message: refusal['message'] });
      expect(await api.refused('finishMessage', draft)).toMatchObject({ message: refusal['message'] });
      expect(await api.refused('cancelMessage', draft)).toMatchObject({ message: refusal['message'] });
    }
  });
}
