import { Client, fetchExchange } from 'urql';
import { expect, it } from 'vitest';
import { Outbox } from '../../console/src/conversation/outbox.ts';
import { eventually } from '../support/eventually.ts';

/** A client whose requests are answered by the test, in its time. */
function answeredByHand() {
  const waiting: { readonly input: any; answer(ok: boolean, retryable?: boolean): void }[] = [];
  const fetch = (_url: unknown, { body }: RequestInit = {}): Promise<Response> =>
    new Promise((resolve) => {
      const { input } = JSON.parse(typeof body === 'string' ? body : '').variables;
      const message = { id: `s:${input.text}` };
      waiting.push({
        input,
        answer(ok, retryable = false) {
          const errors = [{ message: 'no', extensions: { code: 'STORE_UNAVAILABLE', retryable } }];
          resolve(Response.json(ok ? { data: { addMessage: { message } } } : { errors }));
        },
      });
    });
  const client = new Client({
    url: 'http://server/graphql',
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetch,
  });
  return { client, waiting };
}

const states = (outbox: Outbox): string[] => outbox.value.map(({ text, state }) => `${text} ${state}`);

it('sends one message after the other, and says what becomes of each', async () => {
  const { client, waiting } = answeredByHand();
  const outbox = new Outbox(client, 's');
  outbox.send('one', null);
  outbox.send('two', null);
  await eventually(() => expect(waiting).toHaveLength(1));
  expect(states(outbox)).toEqual(['one sending', 'two sending']);
  waiting[0]?.answer(true);
  await eventually(() => expect(waiting).toHaveLength(2));
  expect(outbox.value[0]).toMatchObject({ state: 'sent', itemId: 's:one' });
  waiting[1]?.answer(false);
  await eventually(() => expect(states(outbox)).toEqual(['one sent', 'two failed']));
});

it('tries again with the same key, so that nothing is stored twice', async () => {
  const { client, waiting } = answeredByHand();
  const outbox = new Outbox(client, 's');
  outbox.send('one', null);
  await eventually(() => expect(waiting).toHaveLength(1));
  waiting[0]?.answer(false);
  await eventually(() => expect(states(outbox)).toEqual(['one failed']));
  outbox.retry(outbox.value[0]?.key ?? '');
  await eventually(() => expect(waiting).toHaveLength(2));
  expect(waiting[1]?.input).toEqual(waiting[0]?.input);
  waiting[1]?.answer(true);
  await eventually(() => expect(states(outbox)).toEqual(['one sent']));
});

it('gives back what was not sent, and keeps what the transcript has shown already as it is', async () => {
  const { client, waiting } = answeredByHand();
  const outbox = new Outbox(client, 's');
  outbox.send('one', null);
  outbox.settle(outbox.value[0]?.key ?? '', 's:one');
  await eventually(() => expect(waiting).toHaveLength(1));
  waiting[0]?.answer(true);
  outbox.send('two', null);
  await eventually(() => expect(waiting).toHaveLength(2));
  expect(states(outbox)).toEqual(['one stored', 'two sending']);
  waiting[1]?.answer(false);
  await eventually(() => expect(states(outbox)).toEqual(['one stored', 'two failed']));
  expect(outbox.discard(outbox.value[1]?.key ?? '')).toBe('two');
  expect(states(outbox)).toEqual(['one stored']);
});

it('sends by itself what did not get through, before all that came later, until it does', async () => {
  const { client, waiting } = answeredByHand();
  const rests: { readonly failures: number; end(): void }[] = [];
  const rest = (failures: number): Promise<void> =>
    new Promise((resolve) => rests.push({ failures, end: resolve }));
  const outbox = new Outbox(client, 's', { rest, now: () => 0 });
  outbox.send('one', null);
  outbox.send('two', null);
  for (const failures of [0, 1]) {
    await eventually(() => expect(waiting).toHaveLength(failures + 1));
    waiting[failures]?.answer(false, true);
    await eventually(() => expect(rests[failures]?.failures).toBe(failures));
    expect(states(outbox)).toEqual(['one waiting', 'two sending']);
    rests[failures]?.end();
  }
  await eventually(() => expect(waiting).toHaveLength(3));
  expect(new Set(waiting.map(({ input }) => input.idempotencyKey)).size).toBe(1);
  waiting[2]?.answer(true);
  await eventually(() => expect(waiting[3]?.input.text).toBe('two'));
  expect(states(outbox)).toEqual(['one sent', 'two sending']);
});

it('sends what waits at once when it is told to, and never again what was taken back or is too old', async () => {
  const { client, waiting } = answeredByHand();
  const rest = (_failures: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  let now = 0;
  const outbox = new Outbox(client, 's', { rest, now: () => now });
  outbox.send('one', null);
  const key = outbox.value[0]?.key ?? '';
  await eventually(() => expect(waiting).toHaveLength(1));
  waiting[0]?.answer(false, true);
  await eventually(() => expect(states(outbox)).toEqual(['one waiting']));
  outbox.retry(key);
  await eventually(() => expect(waiting).toHaveLength(2));
  waiting[1]?.answer(false, true);
  await eventually(() => expect(states(outbox)).toEqual(['one waiting']));
  outbox.send('two', null);
  expect(outbox.discard(key)).toBe('one');
  await eventually(() => expect(waiting[2]?.input.text).toBe('two'));
  now = 21 * 3_600_000;
  waiting[2]?.answer(false, true);
  await eventually(() => expect(states(outbox)).toEqual(['two failed']));
});
