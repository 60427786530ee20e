/** Results of consecutive items that wait to be posted together. */

/** Numbers are kept where they can be posted from; the first that come get this much room. */
const FIRST_ROOM = 256;

/** A list that is filled at its end and taken as a whole. While it holds numbers only, it costs eight bytes for each. */
export class Gathered {
  /** The number of the item whose result is the first. */
  first = 0;
  /** Set while a value that is no number is among them. */
  #values: unknown[] | undefined;
  #numbers = new Float64Array(FIRST_ROOM);
  #count = 0;

  /** How many results it holds. */
  get length(): number {
    return this.#values?.length ?? this.#count;
  }

  /** Adds a result. */
  push(value: unknown): void {
    if (this.#values === undefined) {
      if (typeof value === 'number') {
        this.#makeRoom(1);
        this.#numbers[this.#count++] = value;
        return;
      }
      this.#values = Array.from(this.#numbers.subarray(0, this.#count));
      this.#count = 0;
    }
    this.#values.push(value);
  }

  /**
   * Where the next `count` results can be written if they are numbers, from index `length` on; `wrote` tells
   * how many were. Undefined when other values are among those that are here.
   */
  room(count: number): Float64Array | undefined {
    if (this.#values !== undefined) return undefined;
    this.#makeRoom(count);
    return this.#numbers;
  }

  /** `count` numbers were written into the room. */
  wrote(count: number): void {
    this.#count += count;
  }

  /** Takes all of them. Numbers are a view, to be read before the next result is added. */
  take(): readonly unknown[] {
    const values = this.#values ?? (this.#numbers.subarray(0, this.#count) as unknown as readonly unknown[]);
    this.#values = undefined;
    this.#count = 0;
    return values;
  }

  #makeRoom(count: number): void {
    const wanted = this.#count + count;
    if (wanted <= this.#numbers.length) return;
    const larger = new Float64Array(Math.max(wanted, 2 * this.#numbers.length));
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
