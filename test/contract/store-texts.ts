import { expect } from 'vitest';
import { agentStep, itemStep, newSession, plainItem, rawsOf } from '../support/samples.ts';
import { append, itemsOf, sessionNow, type StoreTest } from './store-under-test.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'an escaped NUL': '{"t":"a\\u0000b"}',
  'escaped control characters': '{"t":"\\u0001\\u001f\\t\\n\\r\\b\\f\\u007f"}',
  'line and paragraph separators': '{"t":"a\u2028b\u2029c"}',
  'no-break, zero-width and byte-order marks': '{"t":"\u00a0\u200b\u200d\ufeff"}',
  emoji: '{"t":"👩‍👩‍👧‍👦 🏳️‍🌈 𝕏 😀"}',
  'right-to-left text and its marks': '{"t":"שלום \u202eعالم\u202c \u2067x\u2069"}',
  'composed characters': '{"t":"é ﬀ ä 한"}'.normalize('NFC'),
  'decomposed characters': '{"t":"é ä 한"}'.normalize('NFD'),
  'non-characters and the last code point': '{"t":"\uffff\ufffe\u{10ffff}"}',
  'large, small and precise numbers':
    '{"t":[1e21,1e-7,9007199254740993,123456789.123456789,5e-324,-0,1e400]}',
  'the look of other formats': '{"t":"\\\\u0000 \' \\" ` ; -- ${x} %s {braces} [brackets] <b>&amp;</b>"}',
  'empty objects, lists and texts': '{"a":{},"b":[],"c":"","d":[[],{}],"":null}',
  'keys in their order, twice if need be': '{"z":1,"a":2,"m":3,"10":4,"9":5,"a":6}',
  'deep nesting': `${'['.repeat(64)}1${']'.repeat(64)}`,
  'spaces outside of strings': '{ "t" :  [ 1 , 2 ]  }',
  'a long text': JSON.stringify({ t: 'löng 😀 '.repeat(40_000) }),
  'what looks like a hand-off': '{"type":"handoff","from":null,"to":"guide"}',
};

export function texts(it: StoreTest): void {
  for (const [what, raw] of Object.entries(TEXTS)) {
    it(`gives ${what} back to the letter`, async ({ store }) => {
      await store.create(newSession());
      const written = await append(store, 's', itemStep(plainItem(raw, { metadata: raw })));
      const [kept] = await itemsOf(store);
      expect([written[0]?.item.raw, written[0]?.item.metadata]).toEqual([raw, raw]);
      expect([kept?.item.raw, kept?.item.metadata]).toEqual([raw, raw]);
    });
  }

  it('keeps many texts of one write apart', async ({ store }) => {
    await store.create(newSession());
    const raws = Object.values(TEXTS);
    await append(store, 's', ...raws.map((raw) => itemStep(plainItem(raw))));
    expect(rawsOf(await itemsOf(store))).toEqual(raws);
  });

  it('keeps a title and metadata as they were', async ({ store }) => {
    const title = '\u0000a\u0000\u2028b 👩‍👩‍👧 \\u0000 \'"` שלום e\u0301 \t\n';
    const metadata = {
      ...Object.fromEntries(Object.entries(TEXTS)),
      a: {},
      b: [],
      c: [{}, []],
      d: null,
      e: 1e21,
      '': 0.1,
    };
    await store.create(newSession({ title, metadata }));
    expect(await sessionNow(store)).toMatchObject({ title, metadata });
    await store.update({ sessionId: 's', title: '' });
    expect(await sessionNow(store)).toMatchObject({ title: '', metadata });
  });

  it("keeps users' and agents' names as they are, and tells look-alikes apart", async ({ store }) => {
    const names = ['', ' ', 'null', '"', '\\', 'a\nb', 'a\tb', 'é', 'e\u0301', '😀', 'a'.repeat(256)].slice(
      1,
    );
    await store.create(newSession({ userId: 'a b:"{}\\\n\t\u0000😀\t' }));
    await append(store, 's', ...names.map(agentStep));
    const session = await sessionNow(store);
    expect(session).toMatchObject({
      userId: 'a b:"{}\\\n\t\u0000😀\t',
      agentsUsed: names,
      currentAgent: names.at(-1),
    });
    expect((await itemsOf(store)).map((entry) => entry.item.agent)).toEqual(names);
    expect((await store.list(session.userId, { count: 9, from: 'start' })).sessions).toEqual([session]);
  });
}
