import { Lexer, type Token } from 'marked';

/** Quotes and lists within one another, and emphasis within emphasis: what lies deeper is shown as it was written. */
export const DEEPEST = 16;

/** The blocks of a text; null: it is nested so deeply that no parser follows, and is best shown as it is. */
export function blocksOf(text: string): readonly Token[] | null {
  try {
    return Lexer.lex(text);
  } catch (error) {
    // The parser goes into each level, and has no bound of its own: thousands of > in a row use up the stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
