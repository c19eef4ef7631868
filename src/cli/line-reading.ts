import { createReadStream } from 'node:fs';

/**
 * The lines of a file of UTF-8, one at a time, without their line feeds. (`node:readline` also breaks at U+2028, which
 * may stand in JSON.)
 */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const chunk of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    let from = 0;
    for (let to = chunk.indexOf('\n'); to !== -1; to = chunk.indexOf('\n', from)) {
      yield [...parts, chunk.slice(from, to)].join('');
      parts = [];
      from = to + 1;
    }
    if (from < chunk.length) parts.push(chunk.slice(from));
  }
  if (parts.length > 0) yield parts.join('');
}
