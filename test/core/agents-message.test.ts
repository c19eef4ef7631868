import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMessageContent, messageParts, messageText } from '../../src/core/agents/message.ts';

describe('a message', () => {
  it('whose content is a text has one part', () => {
    expect(messageParts({ content: 'a\nb' })).toEqual([{ type: 'text', text: 'a\nb' }]);
    expect(messageText({ content: 'a\nb' })).toBe('a\nb');
  });

  it('without a content that it knows has no parts and no text', () => {
    for (const raw of [{}, { content: null }, { content: 5 }, { content: { text: 'x' } }, { content: [] }]) {
      expect(messageParts(raw)).toEqual([]);
      expect(messageText(raw)).toBe('');
    }
  });

  it.each(['input_text', 'output_text', 'text'])('shows a part of the type %s as text', (type) => {
    expect(messageParts({ content: [{ type, text: 'x' }] })).toEqual([{ type: 'text', text: 'x' }]);
    const broken = { type, text: { deep: 'x' } };
    expect(messageParts({ content: [broken] })).toEqual([{ type: 'other', name: type, raw: broken }]);
  });

  it('joins what can be read, in order, by line breaks', () => {
    const content = [
      { type: 'output_text', text: 'a' },
      { type: 'input_image', image: 'x' },
      { type: 'refusal', refusal: 'b' },
      { type: 'audio', transcript: 'not text' },
      { type: 'text', text: '' },
      { type: 'text', text: 'c' },
    ];
    expect(messageText({ content })).toBe('a\nb\n\nc');
  });

  it.each([
    [
      { type: 'input_image', image: 'data:x' },
      { type: 'image', url: 'data:x', fileId: null },
    ],
    [
      { type: 'image', image: { id: 'f' } },
      { type: 'image', url: null, fileId: 'f' },
    ],
    [
      { type: 'input_image', image_url: 'u', file_id: 'f' },
      { type: 'image', url: 'u', fileId: 'f' },
    ],
    [
      { type: 'input_image', image: 5 },
      { type: 'image', url: null, fileId: null },
    ],
    [
      { type: 'input_file', file: 'data:x' },
      { type: 'file', url: 'data:x', fileId: null, filename: null },
    ],
    [
      { type: 'input_file', file: { url: 'u' }, filename: 'n' },
      { type: 'file', url: 'u', fileId: null, filename: 'n' },
    ],
    [
      { type: 'input_file', file: { id: 'f' } },
      { type: 'file', url: null, fileId: 'f', filename: null },
    ],
    [
      { type: 'input_file', file_url: 'u' },
      { type: 'file', url: 'u', fileId: null, filename: null },
    ],
    [
      { type: 'input_file', file_data: 'd', file_id: 'f' },
      { type: 'file', url: 'd', fileId: 'f', filename: null },
    ],
    [
      { type: 'audio', audio: 'A', format: 'mp3', transcript: 't' },
      { type: 'audio', format: 'mp3', transcript: 't' },
    ],
    [
      { type: 'input_audio', input_audio: { format: 'wav' } },
      { type: 'audio', format: 'wav', transcript: null },
    ],
    [{ type: 'refusal' }, { type: 'other', name: 'refusal', raw: { type: 'refusal' } }],
    [{ type: 'new' }, { type: 'other', name: 'new', raw: { type: 'new' } }],
    [{ text: 'no type' }, { type: 'other', name: '', raw: { text: 'no type' } }],
  ])('shows the part %j', (part, shown) => {
    expect(messageParts({ content: [part] })).toEqual([shown]);
  });

  it('can be read whatever its content is', () => {
    const raw = fc.jsonValue().map((content) => ({ content: JSON.parse(JSON.stringify(content)) }));
    fc.assert(
      fc.property(raw, (message) => {
        expect(messageText(message)).toEqual(expect.any(String));
      }),
    );
  });
});

describe('the content of a message', () => {
  it.each([
    ['', true],
    ['x', true],
    [[], true],
    [[{ type: 'x' }], true],
    [[{ type: 'x' }, {}], false],
    [['x'], false],
    [null, false],
    [undefined, false],
    [{}, false],
    [5, false],
  ])('%j is accepted: %s', (content, accepted) => {
    expect(isMessageContent(content)).toBe(accepted);
  });
});
