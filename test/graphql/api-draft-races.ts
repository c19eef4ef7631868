import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';
import { DraftCalls, type DraftId } from './draft-calls.ts';

const FINISH = 'mutation ($i: FinishMessageInput!) { finishMessage(input: $i) { message { id text } } }';
const CANCEL = 'mutation ($i: CancelMessageInput!) { cancelMessage(input: $i) { message { id text } } }';
const APPEND = 'mutation ($i: AppendToMessageInput!) { appendToMessage(input: $i) { draft { id } } }';

export function draftRaces(api: Api): void {
  const calls = new DraftCalls(api);

  /** Appends digits as fast as it can until it is refused; resolves to what was acknowledged. */
  const write = async (draft: DraftId): Promise<string> => {
    for (let text = ''; ; text += String(text.length % 10)) {
      const i = { ...draft, offset: text.length, text: String(text.length % 10) };
      const { errors } = await api.answer(APPEND, { i });
      if (errors === undefined) continue;
      expect(errors[0]?.extensions['code']).toBe('NOT_FOUND');
      return text;
    }
  };

  it.each([
    ['finished', FINISH, 'finishMessage', {}],
    ['cancelled and kept', CANCEL, 'cancelMessage', { keep: true }],
  ])(
    'loses no piece that was acknowledged when it is %s under its writer',
    async (_how, query, field, given) => {
      const sessionId = await api.create();
      const draft = await calls.begin(sessionId);
      const acknowledged = write(draft);
      await calls.append(draft, '0');
      for (let pieces = 0; pieces < 20;) pieces = (await calls.written(draft)).text.length;
      const { data, errors } = await api.answer(query, { i: { ...draft, ...given } });
      expect(errors).toBeUndefined();
      expect(data[field].message.text).toBe(await acknowledged);
    },
  );

  it('becomes one message when many finish it at once', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x');
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.answer(FINISH, { i: draft })));
    const through = answers.filter(({ errors }) => errors === undefined);
    expect(through).toHaveLength(1);
    for (const { errors } of answers) if (errors) expect(errors[0]?.extensions['code']).toBe('NOT_FOUND');
    expect(await api.items(sessionId, 'id')).toEqual([{ id: through[0]?.data.finishMessage.message.id }]);
  });

  it('ends once when it is finished, kept and dropped at once, and all agree how', async () => {
    for (let round = 0; round < 10; round++) {
      const sessionId = await api.create();
      const draft = await calls.begun(sessionId, 'x');
      const calling = [
        api.answer(CANCEL, { i: { ...draft, keep: round % 2 === 0 } }),
        api.answer(FINISH, { i: { ...draft, text: 'y' } }),
        api.answer(CANCEL, { i: { ...draft, keep: round % 2 === 1 } }),
      ];
      const [one, finished, other] = await Promise.all(round % 3 === 0 ? calling : calling.toReversed());
      const items = await api.items(sessionId, 'id ... on Message { text }');
      expect(items.length).toBeLessThan(2);
      const ids = [one, other].map(
        (answer) => (answer?.data.cancelMessage ?? answer?.data.finishMessage)?.message ?? null,
      );
      expect(finished?.errors?.[0]?.extensions['code'] ?? 'NOT_FOUND').toBe('NOT_FOUND');
      for (const message of ids) expect([items[0] ?? null]).toContainEqual(message);
      expect(await calls.open(sessionId)).toEqual([]);
    }
  });

  it('takes each piece once that two writers send at once', async () => {
    const draft = await calls.begin(await api.create());
    const text = '0123456789'.repeat(3);
    const pieces = Array.from({ length: text.length }, (_, offset) => ({
      offset,
      text: text.slice(offset, offset + 1),
    }));
    const writing = async () => {
      for (const piece of pieces) await calls.append(draft, piece.text, piece.offset);
    };
    await Promise.all([writing(), writing(), writing()]);
    expect((await calls.written(draft)).text).toBe(text);
  });

  it('lets one of two through that send different text to one place', async () => {
    const draft = await calls.begin(await api.create());
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((text) => api.answer(APPEND, { i: { ...draft, text, offset: 0 } })),
    );
    const refusals = answers.flatMap(({ errors }) => errors ?? []);
    expect(refusals.map(({ extensions }) => [extensions['code'], extensions['current']])).toEqual(
      Array(3).fill(['CONFLICT', 1]),
    );
    expect((await calls.written(draft)).text).toHaveLength(1);
  });

  it('is cleared away, or finished before', async () => {
    for (let round = 0; round < 5; round++) {
      const sessionId = await api.create();
      const draft = await calls.begun(sessionId, 'x');
      const [, { errors }] = await Promise.all([
        api.write('clearSession', { id: sessionId }),
        api.answer(FINISH, { i: draft }),
      ]);
      if (errors !== undefined) expect(errors[0]?.extensions['code']).toBe('NOT_FOUND');
      expect(await api.session(sessionId, 'itemCount drafts { id }')).toEqual({ itemCount: 0, drafts: [] });
    }
  });
}
