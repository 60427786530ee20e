/** A queue with two ends over a growing array: `Array.shift` is slow with 100,000 waiting calls. */
export class Ring<T> {
  #cells: (T | undefined)[] = new Array(16);
  #head = 0;
  #length = 0;

  /** How many values it holds. */
  get length(): number {
    return this.#length;
  }

  /** The value at the front; undefined when empty. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#cells[this.#head];
  }

  /** The value `offset` places behind the front. */
  at(offset: number): T | undefined {
    return offset < this.#length ? this.#cells[(this.#head + offset) & (this.#cells.length - 1)] : undefined;
  }

  /** Puts a value at the back. */
  push(value: T): void {
    if (this.#length === this.#cells.length) this.#grow();
    this.#cells[(this.#head + this.#length) & (this.#cells.length - 1)] = value;
    this.#length++;
  }

  /** Puts a value at the front. */
  unshift(value: T): void {
    if (this.#length === this.#cells.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#cells.length - 1);
    this.#cells[this.#head] = value;
    this.#length++;
  }

  /** Takes the value at the front. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const value = this.#cells[this.#head];
    this.#cells[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#cells.length - 1);
    this.#length--;
    return value;
  }

  /** Empties it and lets go of its memory. */
  clear(): void {
    this.#cells = new Array(16);
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const old = this.#cells;
    const cells: (T | undefined)[] = new Array(old.length * 2);
    for (let i = 0; i < old.length; i++) cells[i] = old[(this.#head + i) & (old.length - 1)];
    this.#cells = cells;
    this.#head = 0;
  }
}
