import { describe, expect, it } from 'vitest';
import { StoreUnavailableError, UnauthenticatedError } from '../../../src/core/errors.ts';
import { anyOf } from '../../../src/transport/auth/authenticators.ts';
import { bearerToken, type Authenticator } from '../../../src/transport/auth/credential.ts';
import { everybody } from '../../../src/transport/auth/everybody.ts';

const ada = everybody({ kind: 'USER', userId: 'ada' });
const failing = (error: Error): Authenticator => ({
  authenticate: async () => Promise.reject(error),
  close: () => undefined,
});
const stranger = failing(new UnauthenticatedError());
const away = failing(new StoreUnavailableError('away'));

describe('several ways to be known', () => {
  it('know who one of them knows, whatever the others say', async () => {
    for (const ways of [
      [ada, stranger],
      [stranger, ada],
      [away, ada],
      [ada, away],
    ]) {
      expect((await anyOf(ways).authenticate('x')).viewer).toEqual({ kind: 'USER', userId: 'ada' });
    }
  });

  it('refuse who none of them knows', async () => {
    for (const ways of [[stranger, stranger], [stranger], []]) {
      await expect(anyOf(ways).authenticate('x')).rejects.toBeInstanceOf(UnauthenticatedError);
    }
  });

  it('cannot tell who somebody is while one of them cannot', async () => {
    for (const ways of [
      [away, stranger],
      [stranger, away],
    ]) {
      await expect(anyOf(ways).authenticate('x')).rejects.toBeInstanceOf(StoreUnavailableError);
    }
  });

  it('are all closed', () => {
    const closed: string[] = [];
    const way = (name: string): Authenticator => ({ ...stranger, close: () => void closed.push(name) });
    anyOf([way('one'), way('other')]).close();
    expect(closed).toEqual(['one', 'other']);
  });
});

describe('the token of an Authorization header', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   a.b-c_d~e+f/g==  ', 'a.b-c_d~e+f/g=='],
    [`Bearer ${'x'.repeat(100 * 1024)}`, 'x'.repeat(100 * 1024)],
  ])('is what follows Bearer: %.20s', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([
    undefined,
    null,
    7,
    ['Bearer abc'],
    '',
    'Bearer',
    'Bearer ',
    'abc',
    'Basic YTpi',
    'Bearerabc',
    'Bearer a b',
    'Bearer a,b',
    'Bearer "abc"',
    'Bearer ü',
    ' Bearer abc',
    'Basic x, Bearer abc',
    `Bearer ${' '.repeat(100 * 1024)}`,
  ])('is none in %.40j', (header) => {
    expect(bearerToken(header)).toBeNull();
  });
});
