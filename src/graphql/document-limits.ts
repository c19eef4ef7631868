import { Lexer, Source, TokenKind } from 'graphql';
import { coded } from './errors.ts';

/** What a document may be, whoever sends it; all of it is counted before anything is executed. */
export interface DocumentLimits {
  /** Words, signs and lines of the text; and its words and signs with fragments counted where they are used. */
  readonly documentTokens: number;
  /** Operations and fragments of one document. */
  readonly documentDefinitions: number;
  /** Fields within fields, outside of introspection. */
  readonly documentDepth: number;
  /** Fields of an operation with a name of their own, fragments counted where they are used. */
  readonly documentAliases: number;
  /** How often an operation may ask for one field in one place of its answer. */
  readonly documentRepeats: number;
  /** Directives on one field, fragment, variable or operation. */
  readonly documentDirectives: number;
}

/** Brackets within brackets of the text: what is nested deeper would exhaust the parser. */
const NESTING = 200;

/**
 * Looks at a text before it is parsed, and counts its words and signs. Linear in the text, and cheap.
 * @throws QUERY_TOO_COMPLEX, GRAPHQL_PARSE_FAILED; the lexer's GraphQLError.
 */
export function checkSource(text: string, { documentTokens: limit }: DocumentLimits): number {
  const lines = Math.max(countOf('\n', text, limit), countOf('\r', text, limit));
  if (lines > limit) throw tooLong(limit, lines);
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let depth = 0;
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    if (++tokens + lines > limit) throw tooLong(limit, tokens + lines);
    if (OPENING.has(token.kind)) depth++;
    else if (CLOSING.has(token.kind)) depth--;
    if (depth > NESTING) throw coded('GRAPHQL_PARSE_FAILED', 'The document is nested too deeply.');
  }
  return tokens;
}
const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** How often a character stands in a text; counting stops above the limit. */
function countOf(character: string, text: string, limit: number): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1 && count <= limit; at = text.indexOf(character, at + 1)) {
    count++;
  }
  return count;
}

function tooLong(limit: number, actual: number) {
  return tooComplex(`A document may have ${limit} words, signs and lines.`, limit, actual);
}

export function tooComplex(message: string, limit: number, actual: number) {
  return coded('QUERY_TOO_COMPLEX', message, undefined, { limit, actual });
}
