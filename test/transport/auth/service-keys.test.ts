import { timingSafeEqual } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnauthenticatedError } from '../../../src/core/errors.ts';
import type { Authenticator } from '../../../src/transport/auth/credential.ts';
import { keyFile } from '../../../src/transport/auth/key-file.ts';
import { serviceKeys } from '../../../src/transport/auth/service-keys.ts';
import { manualClock, type ManualClock } from '../../support/manual-clock.ts';

// Nothing is replaced: calls are counted.
vi.mock('node:crypto', { spy: true });

const [FIRST, SECOND, THIRD] = [
  'first-service-key-000000',
  'second-service-key-00000',
  'third-service-key-000000',
];
const LOOK = 1_000;

function fixed(...keys: readonly string[]): Authenticator {
  return serviceKeys({ keys: () => keys, close: () => undefined });
}

async function isTaken(authenticator: Authenticator, token: string | null): Promise<boolean> {
  return authenticator.authenticate(token).then(
    () => true,
    (error: unknown) => {
      if (error instanceof UnauthenticatedError) return false;
      throw error;
    },
  );
}

describe('service keys', () => {
  it('make who has one a service, for as long as it is one', async () => {
    const credential = await fixed(FIRST).authenticate(FIRST);
    expect(credential).toMatchObject({ viewer: { kind: 'SERVICE', userId: null }, expiresAt: null });
    expect(credential.isRevoked()).toBe(false);
  });

  it('hold side by side', async () => {
    for (const key of [FIRST, SECOND, THIRD]) {
      expect(await isTaken(fixed(FIRST, SECOND, THIRD), key)).toBe(true);
    }
  });

  it.each([
    ['no token', null],
    ['an empty one', ''],
    ['another one', THIRD],
    ['the beginning of one', FIRST.slice(0, -1)],
    ['one with something after it', `${FIRST}0`],
    ['one in other letters', FIRST.toUpperCase()],
    ['two of them', `${FIRST},${SECOND}`],
    ['100 KB', FIRST.repeat(4_500)],
  ])('are not %s', async (_what, token) => {
    expect(await isTaken(fixed(FIRST, SECOND), token)).toBe(false);
  });

  it('are told apart by a name that tells nothing of them', async () => {
    const keys = fixed(FIRST, SECOND);
    const [one, other] = [await keys.authenticate(FIRST), await keys.authenticate(SECOND)];
    expect(one.caller).not.toBe(other.caller);
    expect((await keys.authenticate(FIRST)).caller).toBe(one.caller);
    expect(one.caller).not.toContain(FIRST.slice(0, 5));
  });

  it('are all compared, in a time that does not depend on where they differ, whichever it is', async () => {
    const authenticator = fixed(FIRST, SECOND, THIRD);
    for (const token of [FIRST, SECOND, THIRD, 'none-of-them-0000000000000', 'x']) {
      vi.mocked(timingSafeEqual).mockClear();
      await isTaken(authenticator, token);
      expect(timingSafeEqual).toHaveBeenCalledTimes(3);
    }
  });
});

describe('service keys in a file', () => {
  let folder: string;
  let path: string;
  let clock: ManualClock;
  let problems: unknown[];
  let authenticator: Authenticator;

  const open = (): Authenticator =>
    serviceKeys(
      keyFile({
        path,
        clock,
        isKey: (text) => text.length >= 24,
        onProblem: (error) => void problems.push(error),
      }),
    );
  const replace = (text: string): void => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    clock.pass(LOOK);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keys-'));
    path = join(folder, 'keys');
    clock = manualClock();
    problems = [];
    writeFileSync(path, `# those of today\r\n${FIRST}\r\n\n  ${SECOND}  \n#${THIRD}\n`);
    authenticator = open();
  });
  afterEach(() => {
    authenticator.close();
    rmSync(folder, { recursive: true });
  });

  it('stand one a line, between comments and empty lines', async () => {
    expect(await isTaken(authenticator, FIRST)).toBe(true);
    expect(await isTaken(authenticator, SECOND)).toBe(true);
    for (const text of [THIRD, `#${THIRD}`, '# those of today', ''])
      expect(await isTaken(authenticator, text)).toBe(false);
  });

  it('come and go without a restart, and none of the others notices', async () => {
    const [gone, stays] = [await authenticator.authenticate(FIRST), await authenticator.authenticate(SECOND)];
    replace(`${SECOND}\n${THIRD}`);
    expect(await isTaken(authenticator, FIRST)).toBe(false);
    expect(await isTaken(authenticator, THIRD)).toBe(true);
    expect([gone.isRevoked(), stays.isRevoked()]).toEqual([true, false]);
  });

  it('come by another link as well, as containers are given theirs', async () => {
    writeFileSync(join(folder, 'today'), FIRST);
    writeFileSync(join(folder, 'tomorrow'), THIRD);
    unlinkSync(path);
    symlinkSync('today', path);
    authenticator.close();
    authenticator = open();
    symlinkSync('tomorrow', join(folder, 'link'));
    renameSync(join(folder, 'link'), path);
    clock.pass(LOOK);
    expect([await isTaken(authenticator, FIRST), await isTaken(authenticator, THIRD)]).toEqual([false, true]);
  });

  it.each([
    ['is empty, as when it is being written', ''],
    ['holds nothing but comments', '# nothing yet\n'],
    ['holds part of a key, as when it is being written', `${FIRST}\n${THIRD.slice(0, 5)}`],
  ])('are those of before while the file %s', async (_what, text) => {
    const live = await authenticator.authenticate(SECOND);
    replace(text);
    clock.pass(10 * LOOK);
    for (const key of [FIRST, SECOND]) expect(await isTaken(authenticator, key)).toBe(true);
    expect(await isTaken(authenticator, THIRD.slice(0, 5))).toBe(false);
    expect(live.isRevoked()).toBe(false);
    expect(problems).toHaveLength(1);
    for (const key of [FIRST, THIRD.slice(0, 5)]) expect(String(problems[0])).not.toContain(key);
    replace(THIRD);
    expect(await isTaken(authenticator, THIRD)).toBe(true);
  });

  it('are those of before while it cannot be read, which is told once each time', async () => {
    for (const times of [1, 2]) {
      unlinkSync(path);
      clock.pass(10 * LOOK);
      expect(await isTaken(authenticator, FIRST)).toBe(true);
      expect(problems).toHaveLength(times);
      replace(`${FIRST}\n${SECOND}`);
    }
  });

  it.each<[string, () => void, string | RegExp]>([
    ['is none', () => unlinkSync(path), 'ENOENT'],
    ['is empty', () => writeFileSync(path, '\n'), 'no keys'],
    ['holds what is no key', () => writeFileSync(path, `${FIRST}\nshort`), 'a line that is none'],
  ])('are not taken from a file that %s', (_what, spoil, message) => {
    spoil();
    expect(open).toThrow(message);
    expect(clock.listeners).toBe(1);
  });

  it('are no longer looked for when nobody asks any more', () => {
    authenticator.close();
    expect(clock.listeners).toBe(0);
  });
});
