/** Colours that the style sheet has for agents. */
const COLOURS = 8;

/**
 * Gives each agent its colour: always the one that its name leads to, unless another agent that was seen has it already.
 * Only when all are taken do two agents share one.
 */
export class AgentColours {
  readonly #given = new Map<string, number>();

  /** From 0 to 7. */
  of(agent: string): number {
    const known = this.#given.get(agent);
    if (known !== undefined) return known;
    const colour = this.#free(hashOf(agent) % COLOURS);
    this.#given.set(agent, colour);
    return colour;
  }

  #free(wanted: number): number {
    const taken = new Set(this.#given.values());
    for (let step = 0; step < COLOURS; step++) {
      const colour = (wanted + step) % COLOURS;
      if (!taken.has(colour)) return colour;
    }
    return wanted;
  }
}

/** FNV-1a, which spreads short names well. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
