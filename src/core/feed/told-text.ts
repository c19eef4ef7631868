/** What is remembered of a text that was told piece by piece: enough to know it again, and none of it. */
export interface ToldText {
  /** UTF-16 units. */
  readonly length: number;
  /** FNV-1a over them. */
  readonly sum: number;
}

export const NOTHING_TOLD: ToldText = { length: 0, sum: 0x811c9dc5 };

/** What is remembered once a piece was told, too. */
export function tellMore({ length, sum }: ToldText, piece: string): ToldText {
  return { length: length + piece.length, sum: sumOf(piece, piece.length, sum) };
}

/** Whether a text begins with what was told. */
export function beginsWith(text: string, told: ToldText): boolean {
  return text.length >= told.length && sumOf(text, told.length, NOTHING_TOLD.sum) === told.sum;
}

function sumOf(text: string, end: number, start: number): number {
  let sum = start;
  for (let i = 0; i < end; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum;
}
