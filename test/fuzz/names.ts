/** What can be named in a request: all that an attacker has heard of, and what nobody has. */
export interface Names {
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  /** Idempotency keys that were used. */
  readonly keys: readonly string[];
  readonly users: readonly string[];
}

export const NOBODYS: Names = {
  ids: ['', 'nobody', 'a b', '../x', '{x}', '__proto__', 'nobody:1.00000000', 'x'.repeat(129), '\u0000'],
  cursors: ['0', '', '1.00000000~0', '999999999999999.zzzzzzzz~zzzzzzz', '1~nobody', '0~', '__proto__'],
  keys: ['', 'key', 'x'.repeat(257), '{}', '\ud800'],
  users: ['', 'ada', 'nobody', 'x'.repeat(257)],
};

export function together(one: Names, other: Names): Names {
  return {
    ids: [...one.ids, ...other.ids],
    cursors: [...one.cursors, ...other.cursors],
    keys: [...one.keys, ...other.keys],
    users: [...one.users, ...other.users],
  };
}
