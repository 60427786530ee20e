/** Lines of text with a name in front. */

const LINE_BREAK = 10;
/** A line that is longer than this many bytes is not kept any longer. */
const MAX_KEPT = 64 * 1024;

/**
 * Puts `[name] ` before each line of one stream, and keeps what has no line break yet. It works on
 * bytes, so a character whose bytes come in two chunks stays whole.
 */
export class TaggedLines {
  readonly #tag: Buffer;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** The beginning of the line has been given away. */
  #inLine = false;

  constructor(name: string) {
    this.#tag = Buffer.from(`[${name}] `);
  }

  /** Takes a chunk and gives the lines that are complete with it; undefined for none. */
  add(chunk: Buffer): Buffer | undefined {
    const out: Buffer[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, from)) {
      this.#give(out, chunk.subarray(from, end + 1));
      this.#inLine = false;
      from = end + 1;
    }
    if (from < chunk.length) {
      // A copy: the chunk may be a large one, or its owner may use it again.
      this.#kept.push(Buffer.from(chunk.subarray(from)));
      this.#keptBytes += chunk.length - from;
    }
    if (this.#keptBytes > MAX_KEPT) this.#give(out);
    return out.length === 0 ? undefined : Buffer.concat(out);
  }

  /** Ends the line that has begun, and gives it; undefined for none. */
  end(): Buffer | undefined {
    if (this.#keptBytes === 0 && !this.#inLine) return undefined;
    return this.add(Buffer.of(LINE_BREAK));
  }

  #give(out: Buffer[], rest?: Buffer): void {
    if (!this.#inLine) out.push(this.#tag);
    this.#inLine = true;
    out.push(...this.#kept);
    if (rest !== undefined) out.push(rest);
    this.#kept = [];
    this.#keptBytes = 0;
  }
}
