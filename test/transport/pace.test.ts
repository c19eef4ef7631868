import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoadedPace } from '../../src/transport/pace.ts';

/** Two turns of the event loop, and what comes after the second. */
const turns = async (): Promise<void> => {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
};

describe('the pace of audiences', () => {
  let now: number;
  let rests: { readonly ms: number; readonly end: () => void }[];
  let told: string[];
  let pace: LoadedPace;
  beforeEach(() => {
    [now, rests, told] = [0, [], []];
    pace = new LoadedPace(
      () => now,
      (end, ms) => rests.push({ end, ms }),
    );
  });
  afterEach(turns);
  const tell = (name: string, ms = 0, count = 1_000): void =>
    pace.soon(() => {
      told.push(name);
      now += ms;
    }, count);

  it('lets all go at once while that takes no time', async () => {
    tell('one');
    tell('other');
    expect(told).toEqual([]);
    await Promise.resolve();
    expect(told).toEqual(['one', 'other']);
    await turns();
    tell('later');
    await Promise.resolve();
    expect(told).toEqual(['one', 'other', 'later']);
    expect(rests).toEqual([]);
  });

  it.each([
    [5, 5],
    [500, 16],
  ])('leaves time when telling took %i ms: %i ms', async (took, rest) => {
    tell('long', took);
    await turns();
    expect(rests.map(({ ms }) => ms)).toEqual([rest]);
    tell('one');
    tell('other');
    await turns();
    expect(told).toEqual(['long']);
    rests[0]?.end();
    expect(told).toEqual(['long', 'one', 'other']);
  });

  it('lets nobody wait who tells few', async () => {
    tell('long', 100);
    await turns();
    tell('many');
    tell('few', 100, 10);
    await turns();
    expect(told).toEqual(['long', 'few']);
    expect(rests).toHaveLength(1);
  });

  it('lets those go on who have more to tell when what was written is out, whatever time that takes', async () => {
    tell('long', 100);
    await turns();
    const order: string[] = [];
    setImmediate(() => order.push('written'));
    pace.after(() => order.push('on'));
    await turns();
    expect(order).toEqual(['written', 'on']);
    expect(rests).toHaveLength(1);
  });
});
