import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamParser, type ServerSentEvent } from '../../src/client/event-stream-parser.ts';

function parsed(...chunks: readonly (string | Uint8Array)[]): ServerSentEvent[] {
  const parser = new EventStreamParser();
  return chunks.flatMap((chunk) => [
    ...parser.push(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk),
  ]);
}

describe('the parser of event streams', () => {
  it.each([
    ['a name and data', 'event: next\ndata: {"a":1}\n\n', [['next', '{"a":1}']]],
    ['the space after the colon once', 'data:x\ndata: y\ndata:  z\n\n', [['message', 'x\ny\n z']]],
    ['lines without a colon', 'event: complete\ndata\n\n', [['complete', '']]],
    ['an event without data, if it has a name', 'event: complete\n\n', [['complete', '']]],
    [
      'empty data',
      'data:\n\ndata\ndata\n\n',
      [
        ['message', ''],
        ['message', '\n'],
      ],
    ],
    [
      'comments, ids and what it does not know',
      ':\n\n: hello\nid: 7\nretry: 5\nother: x\ndata: y\n\n',
      [['message', 'y']],
    ],
    [
      'the last name that was given',
      'event: a\nevent: b\ndata: x\n\ndata: y\n\n',
      [
        ['b', 'x'],
        ['message', 'y'],
      ],
    ],
    ['colons in data', 'data: a: b:c\n\n', [['message', 'a: b:c']]],
    ['nothing between events', '\n\n\ndata: x\n\n\n\n', [['message', 'x']]],
    ['no event that has not ended', 'data: x\n', []],
    [
      'CRLF',
      'event: a\r\ndata: x\r\n\r\ndata: y\r\n\r\n',
      [
        ['a', 'x'],
        ['message', 'y'],
      ],
    ],
    [
      'CR',
      'event: a\rdata: x\r\rdata: y\r\r',
      [
        ['a', 'x'],
        ['message', 'y'],
      ],
    ],
    ['one byte order mark at the beginning', '\uFEFFdata: x\n\n', [['message', 'x']]],
    [
      'a byte order mark anywhere else as text',
      'data: \uFEFFx\n\n\uFEFFdata: y\n\n',
      [['message', '\uFEFFx']],
    ],
  ])('takes %s', (_what, text, events) => {
    expect(parsed(text).map(({ type, data }) => [type, data])).toEqual(events);
  });

  it('ends a line at a CR, and takes a LF in the next chunk as part of it', () => {
    expect(parsed('data: x\r', '\ndata: y\r', '\n\r', '\n')).toEqual([{ type: 'message', data: 'x\ny' }]);
    expect(parsed('data: x\r\r')).toEqual([{ type: 'message', data: 'x' }]);
    expect(parsed('data: x\r\r', '\n', '\ndata: y\n\n')).toHaveLength(2);
  });

  it('gives the same events wherever the bytes are cut, and whichever line ends are used', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''));
    const event = fc.record({ type: line, data: fc.array(line, { minLength: 1, maxLength: 3 }) });
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const noise = fc.constantFrom('', ':\n', ': ping\n', 'id: 1\n', 'retry: 3\n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, noise)),
        end,
        fc.boolean(),
        fc.array(fc.nat(40), { maxLength: 60 }),
        (events, newline, mark, cuts) => {
          const text = events
            .map(
              ([{ type, data }, before]) =>
                `${before}event: ${type}\n${data.map((part) => `data: ${part}\n`).join('')}\n`,
            )
            .join('');
          const bytes = new TextEncoder().encode((mark ? '\uFEFF' : '') + text.replaceAll('\n', newline));
          const chunks: Uint8Array[] = [];
          let at = 0;
          for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)));
          chunks.push(bytes.subarray(at));
          expect(parsed(...chunks)).toEqual(
            events.map(([{ type, data }]) => ({
              type: type === '' ? 'message' : type,
              data: data.join('\n'),
            })),
          );
        },
      ),
    );
  });

  it('takes a line of some megabytes that comes in small chunks', () => {
    const data = 'x'.repeat(4 * 1024 * 1024);
    const bytes = new TextEncoder().encode(`event: next\ndata: ${data}\n\n`);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, index) =>
      bytes.subarray(index * 1000, (index + 1) * 1000),
    );
    expect(parsed(...chunks)[0]?.data.length).toBe(data.length);
  });

  it('holds no more than an event may have, and any number of comments', () => {
    const parser = new EventStreamParser();
    const mebibyte = new TextEncoder().encode('x'.repeat(1024 * 1024));
    for (let count = 0; count < 40; count++)
      parser.push(new TextEncoder().encode(`: ${'x'.repeat(1024 * 1024)}\n`));
    const fill = (): void => {
      parser.push(new TextEncoder().encode('data: '));
      for (let count = 0; count < 20; count++) parser.push(mebibyte);
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'BAD_RESPONSE', retryable: false }));
  });
});
