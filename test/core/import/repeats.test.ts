import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatsOf, type Said } from '../../../src/core/import/repeats.ts';

/** `u` and `a` say who speaks, `t` is no message: `u:hello`. */
function said(text: string): Said {
  const by = text.startsWith('u') ? 'user' : text.startsWith('a') ? 'assistant' : null;
  return { by, key: text };
}

function collapsed(texts: readonly string[]): string[] {
  const repeats = repeatsOf(texts.map(said));
  return texts.filter((_, place) => !repeats.has(place));
}

/** What the class of redis-openai-agents leaves when each turn runs on all that it read, and stores the result. */
function storedByTheClass(turns: readonly (readonly string[])[], recent = 1000): string[] {
  const stored: string[] = [];
  for (const turn of turns) {
    const asked = new Set<string>();
    const result = [...stored.slice(-recent), ...turn].filter((text) => {
      if (text.startsWith('t') || (text.startsWith('u') && asked.has(text))) return false;
      asked.add(text);
      return true;
    });
    stored.push(...result);
  }
  return stored;
}

const turnsOf = (count: number) => Array.from({ length: count }, (_, turn) => [`u:${turn}`, `a:${turn}`]);

describe('the repeated histories of a conversation', () => {
  it('are those that the class of redis-openai-agents wrote', () => {
    const lengths = [1, 2, 3, 4, 5, 6].map((count) => storedByTheClass(turnsOf(count)).length);
    expect(lengths).toEqual([2, 6, 13, 25, 46, 84]);
    expect(collapsed(storedByTheClass(turnsOf(6)))).toEqual(turnsOf(6).flat());
  });

  it('are found when the class no longer read all that was stored', () => {
    expect(storedByTheClass(turnsOf(14)).length).toBeGreaterThan(2000);
    expect(collapsed(storedByTheClass(turnsOf(14)))).toEqual(turnsOf(14).flat());
  });

  it('are those of an application that stores its own list after each turn', () => {
    const turns = [
      ['u:1', 't:call', 't:result', 'a:1'],
      ['u:2', 'a:2'],
      ['u:2', 'a:3'],
      ['u:4', 'a:2'],
    ];
    const lists = turns.map((_, turn) => turns.slice(0, turn + 1).flat());
    expect(collapsed(lists.flat())).toEqual(turns.flat());
  });

  it('are those of an application that stores all that it reads, without leaving anything out', () => {
    let stored: string[] = [];
    for (const turn of turnsOf(6)) stored = [...stored, ...stored, ...turn];
    expect(stored).toHaveLength(126);
    expect(collapsed(stored)).toEqual(turnsOf(6).flat());
  });

  it('may begin late, after turns that were stored once', () => {
    const once = ['u:1', 'a:1', 'u:2', 'a:2'];
    expect(collapsed([...once, ...once, 'u:3', 'a:3'])).toEqual([...once, 'u:3', 'a:3']);
  });

  it('are not what people say twice', () => {
    const conversation = ['u:go on?', 'a:say yes', 'u:yes', 'a:done', 'u:yes', 'a:done', 'u:yes', 'u:yes'];
    expect(collapsed(conversation)).toEqual(conversation);
  });

  it('are not a question that is asked again at the end', () => {
    expect(collapsed(['u:1', 'a:1', 'u:1', 'a:1'])).toEqual(['u:1', 'a:1', 'u:1', 'a:1']);
  });

  it('leave the true conversation, whatever assistants repeat', () => {
    const answers = fc.array(fc.constantFrom('a:yes', 'a:no', 'a:well'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(answers, { minLength: 1, maxLength: 6 }), (spoken) => {
        const turns = spoken.map((texts, turn) => [`u:${turn}`, ...texts]);
        expect(collapsed(storedByTheClass(turns))).toEqual(turns.flat());
      }),
    );
  });
});
