/**
 * A chunk of tiny items and then long ones, each of which gives the time of its end. One worker looks at its
 * clock so rarely among the tiny ones that results of some twenty long ones would wait for each other.
 */
export const tinyThenLong = {
  tiny: 200,
  longMs: 100,
  items: Array.from({ length: 230 }, (_, index) => (index < 200 ? 0 : 100)),
  /** A result is late by an item and 5 ms at most; a busy machine may take this long. */
  mayBeLateMs: 1000,
  run: (ms: number): number => {
    const end = Date.now() + ms;
    while (Date.now() < end);
    return Date.now();
  },
} as const;
