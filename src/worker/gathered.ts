/** Results of consecutive items that wait to be posted together. */

/** Numbers are kept where they can be posted from; the first that come get this much room. */
const FIRST_ROOM = 256;
/** Fewer are posted as a list: a part of the array that they are kept in costs more to make. */
const FEW = 16;

/**
 * A list that is filled at its end and taken as a whole. While it holds numbers only, each costs eight bytes and
 * nothing is left for the garbage collector.
 */
export class Gathered {
  /** The number of the item whose result is the first. */
  first = 0;
  #numbers = new Float64Array(FIRST_ROOM);
  /** How many of the numbers there are. */
  #count = 0;
  /** Everything, while a value that is no number is among it. */
  #values: unknown[] | undefined;

  /** How many results it holds. */
  get length(): number {
    return this.#values?.length ?? this.#count;
  }

  /** Adds a result. */
  push(value: unknown): void {
    if (this.#values !== undefined) {
      this.#values.push(value);
    } else if (typeof value === 'number') {
      if (this.#count === this.#numbers.length) this.#grow();
      this.#numbers[this.#count++] = value;
    } else {
      this.#values = [...this.#numbers.subarray(0, this.#count), value];
      this.#count = 0;
    }
  }

  /** Takes all of them. An array of numbers is to be read before the next result is added. */
  take(): readonly unknown[] | Float64Array {
    const taken = this.#values ?? this.#takeNumbers();
    this.first += taken.length;
    this.#values = undefined;
    this.#count = 0;
    return taken;
  }

  #takeNumbers(): readonly number[] | Float64Array {
    const numbers = this.#numbers.subarray(0, this.#count);
    return numbers.length < FEW ? [...numbers] : numbers;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#numbers.length);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
