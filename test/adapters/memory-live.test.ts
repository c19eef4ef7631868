import { describe, expect, it } from 'vitest';
import { createMemoryLive } from '../../src/adapters/memory/live.ts';
import { liveContract } from '../contract/live.ts';

liveContract('the live feed of one process', async () => {
  const { live, ring } = createMemoryLive({ onError: () => {} });
  return { live, ring: async (sessionId) => ring(sessionId, 'look'), close: () => live.close() };
});

describe('the live feed of one process, besides', () => {
  it('reports what a listener throws', async () => {
    const errors: unknown[] = [];
    const { live, ring } = createMemoryLive({ onError: (error) => errors.push(error) });
    const fault = new Error('A listener that fails.');
    await live.listen('s', () => {
      throw fault;
    });
    ring('s', 'look');
    expect(errors).toEqual([fault]);
  });

  it('has rung every listener before the writer goes on', async () => {
    const { live, ring } = createMemoryLive({ onError: () => {} });
    const heard: unknown[] = [];
    await live.listen('s', (doorbell) => heard.push(doorbell));
    ring('s', 'look');
    expect(heard).toEqual(['look']);
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
    await expect(live.listen('s', () => {})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
