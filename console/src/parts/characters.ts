/** The first of a text's characters as people count them: an emoji of several code points is one. */
export function firstCharacters(text: string, count: number): string {
  let taken = '';
  let left = count;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (left-- === 0) return taken;
    taken += segment;
  }
  return taken;
}
