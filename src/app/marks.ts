import { randomFillSync } from 'node:crypto';

const MARK_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const MARK_LENGTH = 8;
/** Filled for many marks at once: the system is asked as long for eight bytes as for thousands. */
const random = Buffer.alloc(1_024 * MARK_LENGTH);
let used = random.length;

/** Eight characters of 62: two writes at one place share a mark once in 10^14. */
export function newMark(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  let mark = '';
  for (const end = used + MARK_LENGTH; used < end; used++) {
    mark += MARK_CHARACTERS.charAt((random[used] ?? 0) % MARK_CHARACTERS.length);
  }
  return mark;
}
