import type { AbandonedForm, Draft, DraftChannel, DraftInfo, OpenDrafts } from '../../core/draft.ts';
import { decodeName, decodeRole, encodeDialect } from './codec.ts';
import { listOf, textOf } from './reply.ts';

/** What the scripts call a channel. */
export const CHANNEL_NAMES = { TEXT: 'text', REASONING: 'reasoning' } as const satisfies Record<
  DraftChannel,
  string
>;

/** The end of a draft's record; see scripts/drafts.lua. */
export function encodeForm({ dialect, message, reasoning }: AbandonedForm): string {
  return [encodeDialect(dialect), message.head, message.tail, reasoning.head, reasoning.tail].join('\t');
}

/** A draft's line, as `info_of` in scripts/drafts.lua makes it. */
export function decodeInfo(line: string): DraftInfo {
  const [id = '', letter, agent, begun] = line.split('\t');
  const role = decodeRole(letter);
  if (role === null) throw new TypeError('A draft has no role.');
  return { id, role, agent: decodeName(agent), startedAt: Math.floor(Number(begun) / 1000) };
}

/** What `drafts_now` in scripts/drafts.lua gives. */
export function decodeDrafts(reply: unknown): OpenDrafts {
  const [revision, ...drafts] = listOf(reply);
  return { revision: textOf(revision), open: drafts.map(decodeDraft) };
}

function decodeDraft(reply: unknown): Draft {
  const [line, text, reasoning] = listOf(reply);
  return { ...decodeInfo(textOf(line)), text: textOf(text), reasoning: textOf(reasoning) };
}
