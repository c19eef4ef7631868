import type { DraftInfo, OpenDrafts } from '../../core/draft.ts';
import { ConflictError, DraftNotFoundError, NotFoundError, PayloadTooLargeError } from '../../core/errors.ts';
import type { AppendToDraft, StartDraft } from '../../core/store.ts';
import { encodeName, encodeRole } from './codec.ts';
import { writeHead, type StoreContext } from './context.ts';
import { CHANNEL_NAMES, decodeDrafts, decodeInfo, encodeForm } from './draft-codec.ts';
import { readKept, runWrite } from './keeping.ts';
import { doneOf } from './outcome.ts';
import { listOf, textOf } from './reply.ts';

/** `SessionStore.startDraft` */
export async function startDraft(context: StoreContext, write: StartDraft): Promise<DraftInfo> {
  const { sessionId, draft, abandoned, most } = write;
  const values = [
    ...writeHead(context, 'startDraft', write),
    draft.id,
    String(most),
    String(context.draftIdleMs),
    `${encodeRole(draft.role)}\t${encodeName(draft.agent)}`,
    encodeForm(abandoned),
  ];
  const reply = await runWrite(context, sessionId, (client) => client.startDraft(...values));
  const [outcome, value] = listOf(reply);
  if (outcome === 'many') {
    const details = { limit: most, actual: Number(value) };
    throw new ConflictError(`No more than ${most} drafts of a session may be open. End one.`, details);
  }
  return decodeInfo(doneOf(sessionId, reply).answer);
}

/** What is yet to be written of an append, and where; '' when all of it is there. */
interface Piece {
  readonly offset: number;
  readonly text: string;
}

/** `SessionStore.appendToDraft` */
export async function appendToDraft(context: StoreContext, write: AppendToDraft): Promise<DraftInfo> {
  let piece: Piece = write;
  for (;;) {
    const reply = await sendPiece(context, write, piece);
    const [outcome, value, stored] = listOf(reply);
    switch (outcome) {
      case 'ok':
        return decodeInfo(textOf(value));
      case 'gone':
        throw new NotFoundError();
      case 'closed':
        throw new DraftNotFoundError();
      case 'large':
        throw new PayloadTooLargeError(`A draft's text may have ${write.mostBytes} bytes. End the draft.`, {
          limit: write.mostBytes,
          actual: Number(value),
        });
      case 'elsewhere':
        piece = missing(write, Number(value), textOf(stored));
        break;
      default:
        throw new TypeError('A script answered with an outcome that is not known.');
    }
  }
}

function sendPiece(context: StoreContext, write: AppendToDraft, { offset, text }: Piece): Promise<unknown> {
  const values = [
    ...writeHead(context, 'appendToDraft', write),
    write.draftId,
    CHANNEL_NAMES[write.channel],
    String(offset),
    text,
    String(text.length),
    text.trim() === '' ? '0' : '1',
    String(write.mostBytes),
    JSON.stringify(text),
  ];
  return runWrite(context, write.sessionId, (client) => client.appendToDraft(...values));
}

/**
 * What of an append is not there yet. A draft only grows, so what is there will be there when the rest is written.
 * @throws ConflictError when other text is there, or none.
 */
function missing({ offset, text }: AppendToDraft, length: number, stored: string): Piece {
  const there = stored.slice(offset);
  if (offset > length || !(text.startsWith(there) || there.startsWith(text))) {
    throw new ConflictError('The draft does not go on from there. Read it again.', { current: length });
  }
  return { offset: length, text: text.slice(there.length) };
}

/** `SessionStore.drafts` */
export async function drafts(context: StoreContext, sessionId: string): Promise<OpenDrafts | null> {
  const { link, keys } = context;
  const reply = await readKept(context, sessionId, () =>
    link.read(keys.session(sessionId), (client) => client.readDrafts(keys.session(sessionId))),
  );
  return reply === null ? null : decodeDrafts(reply);
}
