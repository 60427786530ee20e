/** The integers from 0 on, `count` of them. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
