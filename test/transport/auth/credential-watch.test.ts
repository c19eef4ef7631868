import { beforeEach, describe, expect, it } from 'vitest';
import { CredentialWatch } from '../../../src/transport/auth/credential-watch.ts';
import type { Credential } from '../../../src/transport/auth/credential.ts';
import { manualClock, type ManualClock } from '../../support/manual-clock.ts';

let clock: ManualClock;
let watch: CredentialWatch;
let ended: string[];
beforeEach(() => {
  clock = manualClock();
  watch = new CredentialWatch(clock);
  ended = [];
});

const credential = (given: Partial<Credential> = {}): Credential => ({
  viewer: { kind: 'USER', userId: 'ada' },
  caller: 'user ada',
  expiresAt: null,
  isRevoked: () => false,
  ...given,
});
const follow = (name: string, given: Partial<Credential> = {}): (() => void) =>
  watch.watch(credential(given), () => void ended.push(name));

describe('what goes on by a token', () => {
  it('ends within two seconds of its expiry, and not before', () => {
    follow('a', { expiresAt: clock.now() + 10_500 });
    clock.pass(10_499);
    expect(ended).toEqual([]);
    clock.pass(1_001);
    expect(ended).toEqual(['a']);
  });

  it('ends within two seconds of its revocation', () => {
    let revoked = false;
    follow('a', { isRevoked: () => revoked });
    clock.pass(3_600_000);
    revoked = true;
    clock.pass(2_000);
    expect(ended).toEqual(['a']);
  });

  it('ends once, and leaves what others began', () => {
    follow('a', { expiresAt: clock.now() + 1 });
    follow('b', { expiresAt: clock.now() + 60_000 });
    follow('c');
    clock.pass(30_000);
    expect(ended).toEqual(['a']);
    clock.pass(60_000);
    expect(ended).toEqual(['a', 'b']);
  });

  it('is not looked at when it has ended by itself', () => {
    const stop = follow('a', { expiresAt: clock.now() + 1 });
    stop();
    stop();
    clock.pass(60_000);
    expect(ended).toEqual([]);
    expect(clock.listeners).toBe(0);
  });

  it('may begin something new when it ends', () => {
    watch.watch(credential({ expiresAt: clock.now() + 1 }), () => {
      ended.push('a');
      follow('b', { expiresAt: clock.now() + 5_000 });
    });
    clock.pass(60_000);
    expect(ended).toEqual(['a', 'b']);
    expect(clock.listeners).toBe(0);
  });

  it('costs no timer while nothing goes on', () => {
    expect(clock.listeners).toBe(0);
    const stops = [follow('a'), follow('b')];
    expect(clock.listeners).toBe(1);
    for (const stop of stops) stop();
    expect(clock.listeners).toBe(0);
  });
});
