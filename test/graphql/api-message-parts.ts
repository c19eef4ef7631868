import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

/** Parts as their writers wrote them, and as they are shown. */
const PARTS: readonly (readonly [object, object])[] = [
  [
    { type: 'input_text', text: 'a' },
    { __typename: 'TextPart', text: 'a' },
  ],
  [
    { type: 'output_text', text: 'b', annotations: [] },
    { __typename: 'TextPart', text: 'b' },
  ],
  [
    { type: 'text', text: 'c' },
    { __typename: 'TextPart', text: 'c' },
  ],
  [
    { type: 'refusal', refusal: 'no' },
    { __typename: 'RefusalPart', refusal: 'no' },
  ],
  [
    { type: 'input_image', image: 'data:x' },
    { __typename: 'ImagePart', url: 'data:x', fileId: null },
  ],
  [
    { type: 'input_image', image: { id: 'f1' } },
    { __typename: 'ImagePart', url: null, fileId: 'f1' },
  ],
  [
    { type: 'input_image', image_url: 'https://x' },
    { __typename: 'ImagePart', url: 'https://x', fileId: null },
  ],
  [
    { type: 'input_image', file_id: 'f2' },
    { __typename: 'ImagePart', url: null, fileId: 'f2' },
  ],
  [
    { type: 'input_file', file: { url: 'https://y' }, filename: 'y.pdf' },
    { __typename: 'FilePart', url: 'https://y', fileId: null, filename: 'y.pdf' },
  ],
  [
    { type: 'input_file', file: { id: 'f3' } },
    { __typename: 'FilePart', url: null, fileId: 'f3', filename: null },
  ],
  [
    { type: 'input_file', file_data: 'data:y', filename: 'z' },
    { __typename: 'FilePart', url: 'data:y', fileId: null, filename: 'z' },
  ],
  [
    { type: 'input_file', file_url: 'https://z', file_id: 'f4' },
    { __typename: 'FilePart', url: 'https://z', fileId: 'f4', filename: null },
  ],
  [
    { type: 'audio', audio: 'AAAA', format: 'mp3', transcript: 'la' },
    { __typename: 'AudioPart', format: 'mp3', transcript: 'la' },
  ],
  [
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    { __typename: 'AudioPart', format: 'wav', transcript: null },
  ],
  [
    { type: 'hologram', depth: 3 },
    { __typename: 'OtherPart', type: 'hologram', raw: { type: 'hologram', depth: 3 } },
  ],
  [
    { type: 'output_text', text: 5 },
    { __typename: 'OtherPart', type: 'output_text', raw: { type: 'output_text', text: 5 } },
  ],
];

export function messageParts(api: Api): void {
  it('shows parts of every type, each as what it is and in their order', async () => {
    const sessionId = await api.create();
    const content = PARTS.map(([raw]) => raw);
    await api.write('addItems', { sessionId, items: [{ role: 'user', content }] });
    const [message] = await api.items(sessionId);
    expect(message.parts).toEqual(PARTS.map(([, shown]) => shown));
    expect(message.raw).toEqual({ role: 'user', content });
  });

  it('joins texts and refusals by line breaks into the text, and leaves all else out', async () => {
    const sessionId = await api.create();
    const content = PARTS.map(([raw]) => raw);
    await api.write('addItems', { sessionId, items: [{ role: 'assistant', content }] });
    const { lastMessage } = await api.session(sessionId, 'lastMessage { text }');
    expect(lastMessage.text).toBe('a\nb\nc\nno');
  });

  it('shows a content that is a text as one part', async () => {
    const sessionId = await api.create();
    await api.write('addItems', { sessionId, items: [{ role: 'user', content: 'a\nb' }] });
    const [message] = await api.items(sessionId);
    expect(message).toMatchObject({ text: 'a\nb', parts: [{ __typename: 'TextPart', text: 'a\nb' }] });
  });
}
