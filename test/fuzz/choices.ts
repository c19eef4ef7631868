import fc, { type GeneratorValue } from 'fast-check';

/** All alike: by itself fast-check comes to the ends much more often. */
const anyOf = (max: number) => fc.noBias(fc.nat({ max }));

/** Where chance comes from: what was chosen can be chosen again by the run's seed. */
export class Choices {
  readonly #generate: GeneratorValue;

  constructor(generate: GeneratorValue) {
    this.#generate = generate;
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.upTo(times - 1) === 0;
  }

  /** From 0. */
  upTo(max: number): number {
    return this.#generate(anyOf, max);
  }

  /** @throws RangeError when there is nothing to choose from. */
  of<T>(from: readonly T[]): T {
    const at = this.upTo(from.length - 1);
    for (const one of from.slice(at)) return one;
    throw new RangeError('There is nothing to choose from.');
  }

  some<T>(from: readonly T[], max: number): T[] {
    return Array.from({ length: this.upTo(max) }, () => this.of(from));
  }

  /** Any UTF-16 units, those that make no text among them. */
  text(): string {
    return this.once(3)
      ? String.fromCharCode(
          ...this.some([0, 0x0a, 0x22, 0x5c, 0x7b, 0x2028, 0xd800, 0xdfff, 0xfeff, 0x61], 12),
        )
      : this.#generate(fc.string, { unit: 'grapheme', maxLength: 20 });
  }

  json(): unknown {
    return JSON.parse(JSON.stringify(this.#generate(fc.jsonValue, { maxDepth: 4 }))) as unknown;
  }

  /** A text with a piece taken away, doubled, or put somewhere else. */
  damaged(text: string): string {
    const [from, to] = [this.upTo(text.length), this.upTo(text.length)].toSorted((a, b) => a - b);
    const [head, piece, tail] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
    return this.of([
      head + tail,
      head + piece + piece + tail,
      piece + head + tail,
      head,
      head + this.text() + tail,
    ]);
  }
}
