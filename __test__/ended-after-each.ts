import { afterEach } from 'vitest';

/** Makes `create` one whose pools, or whatever it gives, are ended after the test that asked for them. */
export function endedAfterEach<Args extends readonly unknown[], Opened>(
  create: (...args: Args) => Opened,
  end: (opened: Opened) => Promise<unknown>,
): (...args: Args) => Opened {
  const opened: Opened[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(end));
  });
  return (...args) => {
    const one = create(...args);
    opened.push(one);
    return one;
  };
}
