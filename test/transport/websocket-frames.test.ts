import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Parcel } from '../../src/transport/parcel.ts';
import { Payload } from '../../src/transport/payload.ts';
import { headOf } from '../../src/transport/websocket-frames.ts';

/** The messages in some frames, each a whole one of text with less than 64 KiB. */
function messagesIn(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length;) {
    expect(bytes[at]).toBe(0x81);
    const short = bytes[at + 1] ?? 0;
    const isShort = short < 126;
    const start = at + (isShort ? 2 : 4);
    at = start + (isShort ? short : bytes.readUInt16BE(at + 2));
    messages.push(bytes.toString('utf8', start, at));
  }
  return messages;
}

function framesFor(id: string, parcel: Parcel): Buffer {
  const head = headOf(id);
  // Not at the beginning of the buffer, as behind what else is sent.
  const into = Buffer.alloc(parcel.frames.size(head) + 1);
  const end = parcel.frames.write(into, 1, head);
  return into.subarray(1, end);
}

const ids = fc.oneof(fc.uuid(), fc.constantFrom('1', '2', '"', 'é', '👩‍👩‍👧‍👦'), fc.string({ unit: 'grapheme' }));
const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('x'.repeat(200), 'é'.repeat(60), ''));

describe('the frames of a parcel', () => {
  it('are for each operation its own messages, in order, whoever else is sent them', () => {
    fc.assert(
      fc.property(
        fc.array(ids, { minLength: 1, maxLength: 6 }),
        fc.array(texts, { minLength: 1, maxLength: 5 }),
        (operations, contents) => {
          const payloads = contents.map((text) => new Payload(JSON.stringify({ data: { text } })));
          // One payload may be in several parcels, each of which some are sent.
          for (const parcel of [Parcel.of(...payloads), Parcel.of(...payloads.slice(1), ...payloads)]) {
            for (const id of operations) {
              const messages = parcel.payloads.map(
                ({ json }) => `{"id":${JSON.stringify(id)},"type":"next","payload":${json}}`,
              );
              expect(messagesIn(framesFor(id, parcel))).toEqual(messages);
            }
          }
        },
      ),
    );
  });

  it('are as long as their messages and what stands before them, when there is enough of both', () => {
    const parcel = Parcel.of(new Payload('{}'), new Payload(`"${'x'.repeat(200)}"`));
    for (const id of ['one', 'two', 'six', 'three']) {
      const head = headOf(id);
      expect(framesFor(id, parcel)).toHaveLength(2 + head.bytes + 3 + 4 + head.bytes + 203);
    }
  });
});

describe('a parcel', () => {
  it('is full before there is half as much in it as may wait for a connection', () => {
    const parcel = new Parcel();
    const payload = new Payload('x'.repeat(999));
    while (parcel.add(payload));
    expect(parcel.bytes).toBeGreaterThan(16 * 1024);
    expect(parcel.bytes).toBeLessThan(32 * 1024);
    expect(parcel.bytes).toBe(999 * parcel.payloads.length);
  });

  it('goes to all as it is, unless something failed: then each is told in which of its requests', () => {
    const good = Parcel.of(new Payload('{}'));
    expect(good.forRequest('r')).toBe(good);
    const error = { message: 'm', extensions: { code: 'NOT_FOUND' } };
    const failed = new Payload(JSON.stringify({ errors: [error] }), null, {
      errors: [error],
      data: undefined,
    });
    const [, told] = Parcel.of(new Payload('{}'), failed).forRequest('r').payloads;
    expect(JSON.parse(told?.json ?? '')).toMatchObject({ errors: [{ extensions: { requestId: 'r' } }] });
  });
});
