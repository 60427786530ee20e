/** A child process does not outlive its parent, whatever kills that and whatever the child is doing. */

import { ChildFd } from '../internal/child.ts';
import { native } from '../internal/native.ts';

/** How long this process may take to end by itself, as its channel makes it do, when its parent is gone. */
const GRACE_MS = 500;

/** Has this process killed after its parent's death when it is too busy to notice that itself. */
export function watchParent(): void {
  try {
    native.endWithPeer(ChildFd.down, GRACE_MS);
  } catch {
    // The system offers no such watch: the end of the pipe ends the process at its next turn.
  }
}
