import type { DraftChannel } from './message-draft.ts';

interface ChannelText {
  /** What the server has, as far as is known. */
  readonly stored: string;
  readonly unsent: string;
  /** The first half of a surrogate pair whose second half is still to come: alone it is no text. */
  readonly half: string;
}

/** What was written to a draft, and how far the server has it. Never changed: each step makes another one. */
export interface DraftWriting {
  readonly texts: Readonly<Record<DraftChannel, ChannelText>>;
  /** The channels that have something unsent, the one that has waited longest first. */
  readonly waiting: readonly DraftChannel[];
}

/** Text, and its place in its channel in UTF-16 units: it may be sent any number of times. */
export interface DraftPiece {
  readonly channel: DraftChannel;
  readonly offset: number;
  readonly text: string;
}

const EMPTY: ChannelText = { stored: '', unsent: '', half: '' };

export const NOTHING_WRITTEN: DraftWriting = { texts: { TEXT: EMPTY, REASONING: EMPTY }, waiting: [] };

/** Goes on with the text of a channel. A half that cannot become whole any more becomes U+FFFD, as decoders make it. */
export function written(writing: DraftWriting, channel: DraftChannel, text: string): DraftWriting {
  const { stored, unsent, half } = writing.texts[channel];
  const all = half + text;
  const end = isFirstHalf(all.charCodeAt(all.length - 1)) ? all.length - 1 : all.length;
  return withText(writing, channel, {
    stored,
    unsent: unsent + wellFormed(all.slice(0, end)),
    half: all.slice(end),
  });
}

/** Nothing more is written: the halves that wait will not become whole. */
export function concluded(writing: DraftWriting): DraftWriting {
  const conclude = (before: DraftWriting, channel: DraftChannel): DraftWriting => {
    const { stored, unsent, half } = before.texts[channel];
    return withText(before, channel, { stored, unsent: unsent + wellFormed(half), half: '' });
  };
  return conclude(conclude(writing, 'REASONING'), 'TEXT');
}

/** One piece for each channel that has something to send, in order. */
export function unsentPieces({ texts, waiting }: DraftWriting): readonly DraftPiece[] {
  return waiting.map((channel) => {
    const { stored, unsent } = texts[channel];
    return { channel, offset: stored.length, text: unsent };
  });
}

/** All that the message says so far; undefined when that is nothing. */
export function wholeText({ texts }: DraftWriting): string | undefined {
  const { stored, unsent } = texts.TEXT;
  return stored + unsent === '' ? undefined : stored + unsent;
}

/** The server has the oldest piece of that channel. */
export function acknowledged(writing: DraftWriting, { channel, text }: DraftPiece): DraftWriting {
  const { stored, unsent, half } = writing.texts[channel];
  return withText(writing, channel, { stored: stored + text, unsent: unsent.slice(text.length), half });
}

/** The server has only so much of the channel: the rest is to be sent again. */
export function lost(writing: DraftWriting, channel: DraftChannel, length: number): DraftWriting {
  const { stored, unsent, half } = writing.texts[channel];
  return withText(writing, channel, {
    stored: stored.slice(0, length),
    unsent: stored.slice(length) + unsent,
    half,
  });
}

function withText({ texts, waiting }: DraftWriting, channel: DraftChannel, text: ChannelText): DraftWriting {
  const isWaiting = waiting.includes(channel);
  const others = waiting.filter((other) => other !== channel);
  const next = text.unsent === '' ? others : isWaiting ? waiting : [...others, channel];
  return { texts: { ...texts, [channel]: text }, waiting: next };
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}
