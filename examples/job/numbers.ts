/** The numbers of the main job: what goes in, and the module function that works on them. */

/** Arguments of the factorials, large and small, in no order. */
export const FACTORIALS: readonly number[] = Array.from(
  { length: 48 },
  (_, i) => 10_000 + ((i * 7919) % 48) * 2_000,
);

/** Doubles in [0, 1) that are the same in every process: a xorshift generator of 32 bits. */
export function randomDoubles(length: number, into = new Float64Array(length)): Float64Array {
  let state = 0x9e37_79b9;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    into[i] = (state >>> 0) / 2 ** 32;
  }
  return into;
}

/** How many steps the Collatz sequence takes from n to 1. */
export function collatz(n: number): number {
  let steps = 0;
  for (let value = n; value > 1; steps++) value = value % 2 === 0 ? value / 2 : 3 * value + 1;
  return steps;
}

/** The median time of some calls: one call of a few milliseconds says more about the machine's mood. */
export async function medianMs(run: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < 7; call++) {
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[3] as number;
}
