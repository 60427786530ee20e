/** How long things took, in a fixed amount of memory. */

/** A summary of many durations, in milliseconds. Without any, all of it is 0. */
export interface Histogram {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  /** Half of them were shorter; the percentiles are right within 1 %. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Each power of two is cut into so many buckets of one width, 2^6: the middle of a bucket is then within
 * 0.8 % of whatever fell into it. The bucket of a double is its exponent and the first 6 bits of its
 * fraction, which stand side by side.
 */
const FRACTION_BITS = 6;
/** The high word of a double is its sign, 11 bits of exponent and 20 of fraction. */
const SHIFT = 20 - FRACTION_BITS;
/** From a nanosecond to twelve days, in powers of two of a millisecond; what is beyond counts as that. */
const LEAST_EXPONENT = -20;
const EXPONENTS = 50;
const BIAS = 1023;
const FIRST = (LEAST_EXPONENT + BIAS) << FRACTION_BITS;
const BUCKETS = EXPONENTS << FRACTION_BITS;

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
scratch[0] = 1;
const HIGH = words[0] === 0 ? 1 : 0;

/** Durations by bucket. Recording one takes a few nanoseconds. */
export class DurationHistogram {
  /** Made with the first duration: most of its 25 KB is never used by a pool that is idle. */
  #counts: Float64Array | undefined;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** Adds `count` durations of `ms` milliseconds each. A negative one, which an adjusted clock can give, counts as 0. */
  record(ms: number, count = 1): void {
    let duration = ms;
    if (!(duration > 0)) duration = 0; // NaN too
    this.#counts ??= new Float64Array(BUCKETS);
    scratch[0] = duration;
    const bucket = ((words[HIGH] as number) >>> SHIFT) - FIRST;
    const place = bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket;
    this.#counts[place] = (this.#counts[place] as number) + count;
    this.#count += count;
    this.#sum += duration * count;
    if (duration < this.#min) this.#min = duration;
    if (duration > this.#max) this.#max = duration;
  }

  /** The summary of what was recorded so far. */
  snapshot(): Histogram {
    const count = this.#count;
    if (count === 0) return { count, min: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    const [p50, p95, p99] = this.#quantiles([0.5, 0.95, 0.99]) as [number, number, number];
    return { count, min: this.#min, mean: this.#sum / count, p50, p95, p99, max: this.#max };
  }

  /** The durations that these parts of all (rising) do not exceed. */
  #quantiles(parts: readonly number[]): number[] {
    const counts = this.#counts as Float64Array;
    const found: number[] = [];
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS && found.length < parts.length; bucket++) {
      seen += counts[bucket] as number;
      while (
        found.length < parts.length &&
        seen >= Math.ceil((parts[found.length] as number) * this.#count)
      ) {
        found.push(Math.min(Math.max(middleOf(bucket), this.#min), this.#max));
      }
    }
    return found;
  }
}

function middleOf(bucket: number): number {
  const exponent = LEAST_EXPONENT + (bucket >> FRACTION_BITS);
  const fraction = bucket & ((1 << FRACTION_BITS) - 1);
  return 2 ** exponent * (1 + (fraction + 0.5) / (1 << FRACTION_BITS));
}
