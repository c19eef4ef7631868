import { describe, expect, it } from 'vitest';
import { BROKEN_SERVERS } from '../../faults/broken/all.ts';
import { judge } from '../../faults/broken/trial.ts';

describe.each(BROKEN_SERVERS)('the experiment for $name', (server) => {
  it(`convicts the broken server by ${server.invariant}`, async () => {
    const violations = await judge(server, server.breakage);
    expect(new Set(violations.map(({ invariant }) => invariant))).toContain(server.invariant);
  });

  it('acquits the product', async () => {
    expect(await judge(server, {})).toEqual([]);
  });
});
