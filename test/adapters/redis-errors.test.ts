import { describe, expect, it } from 'vitest';
import { isRetryable, type ErrorCode } from '../../src/core/errors.ts';
import { codedError } from '../../src/adapters/redis/errors.ts';

/** As ioredis makes one of an error reply. */
function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

const code = (error: unknown): ErrorCode | null =>
  typeof error === 'object' && error !== null && 'code' in error ? (error.code as ErrorCode) : null;

describe('an error reply of Redis', () => {
  it.each([
    "READONLY You can't write against a read only replica.",
    'MASTERDOWN Link with MASTER is down',
    'LOADING Redis is loading the dataset in memory',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'MISCONF Redis is configured to save RDB snapshots',
    'NOREPLICAS Not enough good replicas to write.',
    'BUSY Redis is busy running a script.',
    'NOSCRIPT No matching script. Please use EVAL.',
    'CLUSTERDOWN Hash slot not served',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'MOVED 3999 127.0.0.1:6381',
    'ASK 3999 127.0.0.1:6381',
    'NOAUTH Authentication required.',
    'WRONGPASS invalid username-password pair or user is disabled.',
    'NOPERM this user has no permissions',
    'DENIED Redis is running in protected mode',
  ])('says that nothing was done, and to try again: %s', (message) => {
    for (const purpose of ['read', 'write'] as const) {
      const error = codedError(reply(message), purpose);
      expect(code(error)).toBe('STORE_UNAVAILABLE');
      expect(isRetryable('STORE_UNAVAILABLE')).toBe(true);
      expect(error).toMatchObject({ cause: { message } });
      const [word = ''] = message.split(' ');
      expect(String(error)).not.toContain(word);
    }
  });

  it('says of a WAIT that was broken off that the outcome is unknown', () => {
    expect(code(codedError(reply('UNBLOCKED force unblock from blocking operation'), 'write'))).toBe(
      'STORE_TIMEOUT',
    );
    expect(isRetryable('STORE_TIMEOUT')).toBe(true);
  });

  it.each([
    "ERR The user executing the script can't run this command or subcommand script: 119b",
    "ERR The user executing the script can't publish to the channel mentioned in the command script: c84a",
    "NOPERM ACL failure in script: User app has no permissions to run the 'set' command",
  ])('says of a script that met a right it has not that it may have begun to write: %s', (message) => {
    expect(code(codedError(reply(message), 'write'))).toBe('STORE_TIMEOUT');
    expect(code(codedError(reply(message), 'read'))).toBe('STORE_UNAVAILABLE');
  });

  it.each([
    'ERR unknown command',
    "ERR the user wrote: The user executing the script can't",
    'WRONGTYPE Operation against a key',
    'CROSSSLOT Keys in request',
    'READONLYISH x',
  ])('is passed on when it tells of a fault of the adapter: %s', (message) => {
    const error = reply(message);
    expect(codedError(error, 'write')).toBe(error);
  });

  it('is known by its first word alone, and only when it is one', () => {
    expect(code(codedError(new Error('READONLY is what somebody wrote'), 'write'))).toBe('STORE_TIMEOUT');
    expect(code(codedError(reply('ERR the user wrote LOADING'), 'write'))).toBeNull();
  });
});
