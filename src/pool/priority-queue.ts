import { Ring } from './ring.ts';

interface Level<T> {
  readonly priority: number;
  readonly ring: Ring<T>;
}

/** A queue in which values of a higher priority come first and values of one priority in their order. */
export class PriorityQueue<T extends { readonly priority: number }> {
  /** Highest first; almost always there is one. */
  readonly #levels: Level<T>[] = [];

  /** How many values it holds. */
  get length(): number {
    let length = 0;
    for (const { ring } of this.#levels) length += ring.length;
    return length;
  }

  /** The value that is next; undefined when empty. */
  peek(): T | undefined {
    for (const { ring } of this.#levels) if (ring.length > 0) return ring.peek();
    return undefined;
  }

  /** Takes the value that is next. */
  shift(): T | undefined {
    for (let place = 0; place < this.#levels.length; place++) {
      const { ring, priority } = this.#levels[place] as Level<T>;
      if (ring.length === 0) continue;
      const value = ring.shift();
      // Whoever uses times or counters as priorities would otherwise leave one ring for each behind.
      if (ring.length === 0 && priority !== 0) this.#levels.splice(place, 1);
      return value;
    }
    return undefined;
  }

  /** Puts a value at the end of its priority. */
  push(value: T): void {
    this.#ring(value.priority).push(value);
  }

  /** Puts a value at the front of its priority. */
  unshift(value: T): void {
    this.#ring(value.priority).unshift(value);
  }

  /** The values in their order. */
  *[Symbol.iterator](): Generator<T> {
    for (const { ring } of this.#levels) {
      for (let place = 0; place < ring.length; place++) yield ring.at(place) as T;
    }
  }

  #ring(priority: number): Ring<T> {
    const first = this.#levels[0];
    if (first?.priority === priority) return first.ring;
    let place = this.#levels.findIndex((level) => level.priority <= priority);
    if (place < 0) place = this.#levels.length;
    const found = this.#levels[place];
    if (found?.priority === priority) return found.ring;
    const ring = new Ring<T>();
    this.#levels.splice(place, 0, { priority, ring });
    return ring;
  }
}
