import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cursorOf,
  isEntryId,
  itemIdOf,
  parseCursor,
  parseItemId,
  type EntryId,
} from '../../src/core/cursor.ts';

const sessionId = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);
const entryId = fc
  .stringMatching(/^(0|[1-9]\d{0,14})(-(0|[1-9]\d{0,14}))?\.[0-9A-Za-z]{8}$/)
  .map((text): EntryId => {
    if (!isEntryId(text)) throw new Error(`${text} is no entry`);
    return text;
  });

const refusal = expect.objectContaining({ code: 'BAD_USER_INPUT', details: { path: ['after'] } });

describe('a cursor', () => {
  it('names the entry that it was made of', () => {
    fc.assert(
      fc.property(sessionId, entryId, (session, entry) => {
        expect(parseCursor(session, cursorOf(session, entry), 'after')).toBe(entry);
      }),
    );
  });

  it('is refused by another session', () => {
    fc.assert(
      fc.property(sessionId, sessionId, entryId, (session, other, entry) => {
        fc.pre(session !== other);
        expect(() => parseCursor(other, cursorOf(session, entry), 'after')).toThrow(refusal);
      }),
    );
  });

  it('is refused as any other text than those that are given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        expect(() => parseCursor('s', text, 'after')).toThrow(refusal);
      }),
    );
    const [, check = ''] = cursorOf('s', '1.abcdefgh' as EntryId).split('~');
    for (const entry of [
      '',
      '1',
      '1.',
      '1.abcdefg',
      '1.abcdefghi',
      '1-.abcdefgh',
      '-1.abcdefgh',
      '1.abcdefg_',
      '1234567890123456.abcdefgh',
      // Another spelling of a place is another text: it would never equal the cursor that names it.
      '01.abcdefgh',
      '1-01.abcdefgh',
      '1-1-1.abcdefgh',
      '1.abcdefgh\n',
      '١.abcdefgh',
    ]) {
      expect(() => parseCursor('s', `${entry}~${check}`, 'after')).toThrow(refusal);
    }
  });

  it('is never the text that means the beginning', () => {
    fc.assert(
      fc.property(sessionId, entryId, (session, entry) => {
        expect(cursorOf(session, entry)).not.toBe('0');
      }),
    );
  });

  it('does not repeat what it refuses', () => {
    expect(() => parseCursor('s', 'hunter2', 'after')).toThrow(/^(?!.*hunter2)/);
  });
});

describe('an item’s id', () => {
  it('names its session and its entry', () => {
    fc.assert(
      fc.property(sessionId, entryId, (session, entry) => {
        expect(parseItemId(itemIdOf(session, entry))).toEqual({ sessionId: session, entry });
      }),
    );
  });

  it.each(['', 's', ':', 's:', ':1.abcdefgh', 's:1', 's:1.abcdefgh:', 's: 1.abcdefgh', 's:1.abcdefgh~x'])(
    'is not %j',
    (id) => {
      expect(parseItemId(id)).toBeNull();
    },
  );
});
