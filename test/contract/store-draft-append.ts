import { expect } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { draftText, idsOf, newDraft, newSession, says, upTo } from '../support/samples.ts';
import { append, at, draftsNow, expectCode, logOf, sessionNow, type StoreTest } from './store-under-test.ts';

/** Session `s` with draft `d`, to which the texts were written one after the other. */
async function begin(store: SessionStore, ...texts: readonly string[]): Promise<void> {
  await store.create(newSession());
  await store.startDraft(newDraft());
  let offset = 0;
  for (const text of texts) {
    await store.appendToDraft(draftText(text, { offset }));
    offset += text.length;
  }
}

async function textNow(store: SessionStore): Promise<string> {
  return at((await draftsNow(store)).open, 0).text;
}

/** Every character that a store, or what it is made of, may treat as special, each whole. */
const PIECES = [
  'a\u0000b\u0000',
  '\u2028\u2029',
  '👩‍👩‍👧‍👦',
  '😀',
  '\u{10ffff}\uffff',
  '\n',
  '\r\n\t',
  '"\\u0000" \\ /',
  '\u0001\b\f\u001f\u007f',
  'שלום',
  'é',
  'e\u0301',
  ' ',
  '\ufeff',
];

export function appendingToDrafts(it: StoreTest): void {
  it('adds to the end, and answers with the draft', async ({ store }) => {
    await store.create(newSession());
    const draft = await store.startDraft(newDraft({ agent: 'guide' }));
    expect(await store.appendToDraft(draftText('Hello'))).toEqual(draft);
    expect(await store.appendToDraft(draftText(', world', { offset: 5 }))).toEqual(draft);
    expect((await draftsNow(store)).open).toEqual([{ ...draft, text: 'Hello, world', reasoning: '' }]);
  });

  it('keeps the two channels apart, each with offsets of its own', async ({ store }) => {
    await begin(store);
    await store.appendToDraft(draftText('Let me', { channel: 'REASONING' }));
    await store.appendToDraft(draftText('Hi'));
    await store.appendToDraft(draftText(' think', { channel: 'REASONING', offset: 6 }));
    await store.appendToDraft(draftText('!', { offset: 2 }));
    expect((await draftsNow(store)).open).toMatchObject([{ text: 'Hi!', reasoning: 'Let me think' }]);
  });

  it('keeps drafts apart', async ({ store }) => {
    await begin(store, 'to d');
    for (const id of ['D', 'd1', '0']) await store.startDraft(newDraft({ id }));
    for (const draftId of ['D', 'd1', '0'])
      await store.appendToDraft(draftText(`to ${draftId}`, { draftId }));
    const { open } = await draftsNow(store);
    expect(open.map(({ text }) => text)).toEqual(['to d', 'to D', 'to d1', 'to 0']);
  });

  it('counts offsets in UTF-16 units, and gives every text back to the letter', async ({ store }) => {
    await begin(store, ...PIECES);
    expect(await textNow(store)).toBe(PIECES.join(''));
    const text = PIECES.toReversed().join('');
    await store.appendToDraft(draftText(text, { channel: 'REASONING' }));
    const more = { channel: 'REASONING', offset: text.length } as const;
    await store.appendToDraft(draftText('\u0000', more));
    expect(at((await draftsNow(store)).open, 0).reasoning).toBe(`${text}\u0000`);
  });

  it('takes a text in many pieces, and in one that is long', async ({ store }) => {
    const words = upTo(300).map((n) => `${n}😀é `);
    await begin(store, ...words);
    const long = 'x😀é\n'.repeat(40_000);
    await store.appendToDraft(draftText(long, { offset: words.join('').length }));
    expect(await textNow(store)).toBe(words.join('') + long);
  });

  it('writes nothing that is there already', async ({ store }) => {
    await begin(store, 'ab', '😀', 'cd');
    const drafts = await draftsNow(store);
    for (const [offset, text] of [
      [0, 'ab'],
      [0, 'ab😀cd'],
      [1, 'b😀c'],
      [2, '😀'],
      [4, 'cd'],
      [5, 'd'],
    ] as const) {
      await store.appendToDraft(draftText(text, { offset }));
      expect(await draftsNow(store)).toEqual(drafts);
    }
  });

  it('writes what lies beyond the text that is there', async ({ store }) => {
    await begin(store, 'ab', '😀', 'cd');
    await store.appendToDraft(draftText('b😀cde', { offset: 1 }));
    expect(await textNow(store)).toBe('ab😀cde');
    await store.appendToDraft(draftText('e\u0000é', { offset: 6 }));
    expect(await textNow(store)).toBe('ab😀cde\u0000é');
    await store.appendToDraft(draftText('ab😀cde\u0000é!'));
    expect(await textNow(store)).toBe('ab😀cde\u0000é!');
  });

  it('refuses another text, writes nothing and names the length', async ({ store }) => {
    await begin(store, 'ab', '😀', 'cd');
    const drafts = await draftsNow(store);
    const refusal = { code: 'CONFLICT', details: { current: 6 } };
    for (const [offset, text] of [
      [0, 'x'],
      [0, 'ab😀cx'],
      [0, 'ab😀cxe'],
      [1, 'b😁cd'],
      [2, '😁e'],
      [4, 'CD'],
      [5, 'e'],
    ] as const) {
      await expect(store.appendToDraft(draftText(text, { offset }))).rejects.toMatchObject(refusal);
      expect(await draftsNow(store)).toEqual(drafts);
    }
  });

  it('refuses a place in the midst of a character as another text', async ({ store }) => {
    await begin(store, 'a😀');
    const refusal = { code: 'CONFLICT', details: { current: 3 } };
    for (const text of ['x', '😀', 'xyz'])
      await expect(store.appendToDraft(draftText(text, { offset: 2 }))).rejects.toMatchObject(refusal);
    await expect(store.appendToDraft(draftText('ax'))).rejects.toMatchObject(refusal);
    expect(await textNow(store)).toBe('a😀');
  });

  it('refuses a gap, and names the length of that channel', async ({ store }) => {
    await begin(store, 'a😀');
    const drafts = await draftsNow(store);
    const gap = store.appendToDraft(draftText('b', { offset: 4 }));
    await expect(gap).rejects.toMatchObject({ code: 'CONFLICT', details: { current: 3 } });
    const other = store.appendToDraft(draftText('b', { offset: 3, channel: 'REASONING' }));
    await expect(other).rejects.toMatchObject({ code: 'CONFLICT', details: { current: 0 } });
    expect(await draftsNow(store)).toEqual(drafts);
  });

  it('refuses more bytes of UTF-8 than a channel may have, and writes none of them', async ({ store }) => {
    await begin(store, 'é😀');
    const drafts = await draftsNow(store);
    const write = { offset: 3, mostBytes: 9 };
    const refusal = { code: 'PAYLOAD_TOO_LARGE', details: { limit: 9, actual: 10 } };
    await expect(store.appendToDraft(draftText('éxx', write))).rejects.toMatchObject(refusal);
    await expect(store.appendToDraft(draftText('é😀😀', { mostBytes: 9 }))).rejects.toMatchObject(refusal);
    expect(await draftsNow(store)).toEqual(drafts);
    await store.appendToDraft(draftText('€', write));
    expect(await textNow(store)).toBe('é😀€');
    await store.appendToDraft(draftText('é😀€', { channel: 'REASONING', mostBytes: 9 }));
    await store.appendToDraft(draftText('é😀€', { mostBytes: 9 }));
    await expectCode(store.appendToDraft(draftText('x', { offset: 4, mostBytes: 9 })), 'PAYLOAD_TOO_LARGE');
    expect((await draftsNow(store)).open).toMatchObject([{ text: 'é😀€', reasoning: 'é😀€' }]);
  });

  it('writes once what many bring at once', async ({ store }) => {
    await begin(store);
    const text = upTo(30)
      .map((n) => `${n}😀`)
      .join('');
    const ends = upTo(30).map((n) => text.indexOf(`${n}😀`) + `${n}😀`.length);
    await Promise.all(ends.map((end) => store.appendToDraft(draftText(text.slice(0, end)))));
    expect(await textNow(store)).toBe(text);
  });

  it('leaves the session, its log and the list as they are', async ({ store, subject }) => {
    await begin(store);
    await append(store, 's', says('one'));
    await subject.elapse(3);
    await store.create(newSession({ id: 'later' }));
    await subject.elapse(3);
    const before = [await sessionNow(store), await logOf(store)];
    await store.appendToDraft(draftText('hello'));
    await store.appendToDraft(draftText('hello'));
    expect([await sessionNow(store), await logOf(store)]).toEqual(before);
    const { sessions } = await store.list('ada', { count: 10, from: 'start' });
    expect(idsOf(sessions)).toEqual(['later', 's']);
  });

  it('reports a draft or session that does not exist, and what is of another owner', async ({ store }) => {
    await begin(store, 'one');
    await store.create(newSession({ id: 'other' }));
    await store.startDraft(newDraft({ id: 'e' }, { sessionId: 'other' }));
    const drafts = await draftsNow(store);
    for (const given of [
      { sessionId: 'none' },
      { draftId: 'none' },
      { draftId: 'd\u0000' },
      { draftId: 'e' },
      { sessionId: 'other' },
      { owner: 'bob' },
    ]) {
      await expectCode(store.appendToDraft(draftText('more', given)), 'NOT_FOUND');
    }
    expect(await draftsNow(store)).toEqual(drafts);
    expect(await store.appendToDraft(draftText('one', { owner: 'ada' }))).toMatchObject({ id: 'd' });
  });
}
