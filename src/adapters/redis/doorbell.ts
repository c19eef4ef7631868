import type { EntryId } from '../../core/cursor.ts';
import type { Change, Doorbell, DraftChange, ListDoorbell } from '../../core/live.ts';
import { isSessionId } from '../../core/session.ts';
import { decodeLine, entryIdOf } from './codec.ts';
import { decodeInfo } from './draft-codec.ts';
import { textOf } from './reply.ts';

/**
 * Reads what the scripts publish: `look`; or the entry before, the drafts' revision before and that after, and below
 * them a line per change. That of an entry begins with its id, that of a draft with what happened to it.
 * @throws TypeError for what no script of this version publishes.
 */
export function decodeDoorbell(payload: string): Doorbell {
  if (payload === 'look') return 'look';
  const [first = '', ...lines] = payload.split('\n');
  const [entryText, before, after] = first.split('\t');
  const from = { entry: entryIdOf(entryText), drafts: textOf(before) };
  let entry: EntryId = from.entry;
  const changes = lines.map((line): Change => {
    const change = draftChange(line);
    if (change !== null) return change;
    const added = decodeLine(line, entry);
    entry = added.id;
    return { kind: 'entry', entry: added };
  });
  return { from, to: { entry: entryIdOf(apart(entry)), drafts: apart(textOf(after)) }, changes };
}

/**
 * Reads what the scripts publish on the channels of lists: the id of a session.
 * @throws TypeError for anything else.
 */
export function decodeListDoorbell(payload: string): ListDoorbell {
  if (!isSessionId(payload))
    throw new TypeError('The id of a session was expected on the channel of a list.');
  return { sessionId: payload };
}

/**
 * A copy: what a watched session remembers as long as nothing happens would keep all alive that was published with it,
 * which it is a piece of.
 */
function apart(text: string): string {
  return Buffer.from(text).toString();
}

/** null when the line is that of an entry. */
function draftChange(line: string): DraftChange | null {
  const tab = line.indexOf('\t');
  const rest = line.slice(tab + 1);
  switch (line.slice(0, tab)) {
    case 'started':
      return { kind: 'draftStarted', draft: decodeInfo(rest) };
    case 'text':
      return { kind: 'draftAppended', channel: 'TEXT', ...decodePiece(rest) };
    case 'reasoning':
      return { kind: 'draftAppended', channel: 'REASONING', ...decodePiece(rest) };
    case 'ended':
      return { kind: 'draftEnded', draftId: rest };
    default:
      return null;
  }
}

function decodePiece(text: string): { draftId: string; offset: number; text: string } {
  const [draftId = '', offset, json = ''] = text.split('\t');
  return { draftId, offset: Number(offset), text: textOf(JSON.parse(json)) };
}
