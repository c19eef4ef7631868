import { describe, expect, it } from 'vitest';
import { createMemoryLive } from '../../src/adapters/memory/live.ts';
import { liveContract } from '../contract/live.ts';

liveContract('the live feed of one process', async () => {
  const { live, ring, ringList } = createMemoryLive({ onError: () => {} });
  return {
    live,
    ring: async (sessionId) => ring(sessionId, 'look'),
    ringList: async (userId, sessionId) => ringList(userId, { sessionId }),
    close: () => live.close(),
  };
});

describe('the live feed of one process, besides', () => {
  it('reports what a listener throws', async () => {
    const errors: unknown[] = [];
    const { live, ring, ringList } = createMemoryLive({ onError: (error) => errors.push(error) });
    const fault = new Error('A listener that fails.');
    const fail = (): never => {
      throw fault;
    };
    await live.listen('s', fail);
    await live.listenToList('ada', fail);
    ring('s', 'look');
    expect(errors).toEqual([fault]);
    ringList('ada', 'look');
    expect(errors).toEqual([fault, fault]);
  });

  it('has rung every listener before the writer goes on', async () => {
    const { live, ring, ringList } = createMemoryLive({ onError: () => {} });
    const heard: unknown[] = [];
    await live.listen('s', (doorbell) => heard.push(doorbell));
    await live.listenToList('ada', (doorbell) => heard.push(doorbell));
    ring('s', 'look');
    expect(heard).toEqual(['look']);
    ringList('ada', { sessionId: 's' });
    expect(heard).toEqual(['look', { sessionId: 's' }]);
  });

  it('rings no listener that another one ended, or began, meanwhile', async () => {
    const { live, ring } = createMemoryLive({ onError: () => {} });
    const heard: string[] = [];
    const ends: (() => Promise<void>)[] = [];
    await live.listen('s', () => {
      for (const end of ends) void end();
      void live.listen('s', () => heard.push('begun'));
    });
    ends.push(await live.listen('s', () => heard.push('ended')));
    ring('s', 'look');
    expect(heard).toEqual([]);
  });

  it('refuses listeners once closed', async () => {
    const { live } = createMemoryLive({ onError: () => {} });
    await live.close();
    const refusal = { code: 'STORE_UNAVAILABLE' };
    await expect(live.listen('s', () => {})).rejects.toMatchObject(refusal);
    await expect(live.listenToList('ada', () => {})).rejects.toMatchObject(refusal);
  });
});
