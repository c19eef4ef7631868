import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'a NUL': 'a\u0000b',
  'control characters': '\u0001\u001f\t\n\r\b\f\u007f',
  'byte-order marks and no-break spaces': '\ufeffa\u00a0b\u200b',
  'line and paragraph separators': 'a\u2028b\u2029c',
  'right-to-left text and its marks': 'שלום \u202eعالم\u202c \u2067x\u2069',
  'emoji of several code points': '👩‍👩‍👧‍👦 🏳️‍🌈 𝕏 \u{10ffff}',
  'composed characters': 'é ﬀ ä 한'.normalize('NFC'),
  'decomposed characters': 'é ä 한'.normalize('NFD'),
  markup: '<script>alert(1)</script> &amp; "\' \\" ` ${x} %s -- ; {{y}}',
  'the look of an event stream': '\n\nevent: complete\ndata:\n\n',
  'leading and trailing spaces': '  \n x \t ',
};

export function texts(api: Api): void {
  it.each(Object.entries(TEXTS))(
    'gives %s back to the letter, wherever it is written',
    async (_what, text) => {
      const sessionId = await api.create({ title: text, metadata: { [text]: [text] }, userId: text });
      await api.say(sessionId, text, { agent: text, role: 'ASSISTANT', metadata: { [text]: text } });
      await api.write('storeExchange', {
        sessionId,
        userMessage: text,
        assistantResponse: text,
        agentName: text,
      });
      const raw = { type: text, [text]: { deep: text } };
      await api.write('addItems', { sessionId, items: [raw] });

      const kept = await api.session(sessionId, 'title metadata userId currentAgent agentsUsed');
      expect(kept).toEqual({
        title: text,
        metadata: { [text]: [text] },
        userId: text,
        currentAgent: text,
        agentsUsed: [text],
      });
      const items = await api.items(
        sessionId,
        'agent metadata raw ... on Message { text } ... on Handoff { to } ... on OtherItem { type }',
      );
      expect(items).toMatchObject([
        { raw: { type: 'handoff', from: null, to: text }, to: text },
        { agent: text, text, metadata: { [text]: text }, raw: { content: [{ text }] } },
        { text, raw: { content: text } },
        { agent: text, text },
        { agent: text, raw, type: text },
      ]);
    },
  );

  it('takes a text that stands in the document itself', async () => {
    const sessionId = await api.create();
    await api.ask(
      `mutation { addMessage(input: { sessionId: "${sessionId}", role: USER, text: "a\\u0000\\uD83D\\uDE00\\u{1F600} é" }) { __typename } }`,
    );
    expect(await api.items(sessionId, '... on Message { text }')).toEqual([{ text: 'a\u0000😀😀 é' }]);
  });
}
