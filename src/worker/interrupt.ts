/** What an interrupt does to a child that does not handle it. */

/** The child ends with exit code 1, as Python's KeyboardInterrupt ends it; its listeners of `exit` run. */
export function endOnInterrupt(): void {
  process.on('SIGINT', () => process.exit(1));
}
