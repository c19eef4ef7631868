/** Characters of one text that are shown before more is asked for. */
export const MOST_CHARACTERS = 20_000;
