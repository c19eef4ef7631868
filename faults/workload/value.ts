/** The text of a message that holds a value, made so much larger. */
export function textOf(value: string, padding: number): string {
  return padding === 0 ? value : `${value} ${'x'.repeat(padding)}`;
}

export function valueIn(text: string): string {
  const end = text.indexOf(' ');
  return end === -1 ? text : text.slice(0, end);
}
