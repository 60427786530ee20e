import { finite, ownOptions } from '../internal/check.ts';

/** A radius for both directions, or one for each. */
export type Radius = number | { readonly x: number; readonly y: number };

/** The two radii, each from 0 to 1,000,000. */
export function bothRadii(radius: unknown): { x: number; y: number } {
  if (typeof radius !== 'object' || radius === null || Array.isArray(radius)) {
    const both = oneRadius('radius', radius);
    return { x: both, y: both };
  }
  const own = ownOptions<{ x?: unknown; y?: unknown }>(radius, ['x', 'y'], 'radius');
  return { x: oneRadius('radius.x', own.x), y: oneRadius('radius.y', own.y) };
}

/** A radius from 0 to 1,000,000. */
export function oneRadius(name: string, value: unknown): number {
  return finite(name, value, 0, 1_000_000);
}
