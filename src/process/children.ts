/** The children of this process (or thread). */

import type { Process } from './process.ts';

const alive = new Set<Process>();

/** Adds a child that was started. */
export function addChild(child: Process): void {
  alive.add(child);
}

/** Takes a child out that has ended. */
export function removeChild(child: Process): void {
  alive.delete(child);
}

/**
 * The children that this process (or thread) has started and that have not ended, oldest first.
 *
 * @example
 * import { activeChildren, Process } from 'allcores';
 *
 * const child = new Process({ target: () => {}, kind: 'thread' });
 * activeChildren().includes(child); // false
 * child.start();
 * activeChildren().includes(child); // true
 * await child.join(); // true
 * activeChildren().includes(child); // false
 */
export function activeChildren(): Process[] {
  return [...alive];
}
