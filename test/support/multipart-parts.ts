const OPENING = '--graphql';
const HEAD = '\r\ncontent-type: application/json\r\n\r\n';
const DELIMITER = '\r\n--graphql';
const CLOSING = '--\r\n';

/** Takes a multipart answer apart, and takes nothing that is not written exactly as it should be. */
export class MultipartParts {
  #text = '';
  #begun = false;
  #closed = false;

  /** The bodies of the parts that end in what has come. */
  push(text: string): readonly string[] {
    this.#text += text;
    if (!this.#begun) this.#begun = this.#take(OPENING);
    const bodies: string[] = [];
    while (this.#begun && this.#text !== '') {
      if (this.#closed) throw new Error(`something follows the end: ${JSON.stringify(this.#text)}`);
      if (CLOSING.startsWith(this.#text.slice(0, CLOSING.length))) {
        this.#closed = this.#take(CLOSING);
        if (!this.#closed) break;
        continue;
      }
      const end = this.#text.indexOf(DELIMITER);
      if (end === -1) break;
      if (!this.#take(HEAD)) break;
      bodies.push(this.#text.slice(0, end - HEAD.length));
      this.#text = this.#text.slice(end - HEAD.length + DELIMITER.length);
    }
    return bodies;
  }

  /** @throws Error when the answer ends in the middle. */
  end(): void {
    if (!this.#closed) throw new Error(`the answer ended in the middle: ${JSON.stringify(this.#text)}`);
  }

  /** Takes a text off what has come; false when that is not all of it yet. */
  #take(expected: string): boolean {
    const found = this.#text.slice(0, expected.length);
    if (!expected.startsWith(found)) {
      throw new Error(`not ${JSON.stringify(expected)} but ${JSON.stringify(found)}`);
    }
    if (found.length < expected.length) return false;
    this.#text = this.#text.slice(expected.length);
    return true;
  }
}
