import type { Row } from './rows.ts';

/** Characters of a line, and its height in pixels. */
const LINE = 88;
const LINE_HEIGHT = 23;

/**
 * Pixels that a row will take, before it was ever rendered: the better the guess, the steadier the scroll bar. It is never
 * a whole number, so that no measurement equals it: the virtual list would not remember one that does, and guess again
 * when the row has changed.
 */
export function estimatedHeight(row: Row | undefined): number {
  return guess(row) + 0.5;
}

function guess(row: Row | undefined): number {
  switch (row?.kind) {
    case undefined:
    case 'day':
    case 'handoff':
      return 44;
    case 'tool':
    case 'reasoning':
    case 'draft reasoning':
    case 'other':
      return 40 + headHeight(row);
    case 'message':
      return textHeight(row.item.text) + headHeight(row);
    case 'draft':
      return textHeight(row.draft.text) + headHeight(row);
    case 'outgoing':
      return textHeight(row.outgoing.text) + headHeight(row);
  }
}

function headHeight({ author }: Row): number {
  return author === null ? 6 : 34;
}

function textHeight(text: string): number {
  let lines = 0;
  for (const line of text.slice(0, 8_000).split('\n')) lines += Math.max(1, Math.ceil(line.length / LINE));
  return Math.min(lines, 200) * LINE_HEIGHT + 16;
}
