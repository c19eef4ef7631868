import { firstCharacters } from '../parts/characters.ts';

const MOST = 60;

/** The title of a conversation that begins with this message: its first line, as far as it fits into the list. */
export function titleOf(message: string): string {
  const [line = ''] = message
    .trim()
    .replace(/^#+\s*/, '')
    .split('\n', 1);
  const title = firstCharacters(line, MOST).trimEnd();
  return title === line.trimEnd() ? title : `${title}…`;
}
