/** Pipelines: a chain gives what its steps give one after the other, whatever the steps. */

import * as image from 'allcores/image';
import { encode, type Pipeline, pipeline, type Raster } from 'allcores/image';
import fc from 'fast-check';
import { randomWords } from '../fixtures/kernel-data.mjs';
import { call, expectSame, Thrown } from './calls.ts';
import { property, type Target } from './target.ts';

type Step = readonly [name: string, options: object | undefined];
type Filter = (raster: Raster, options?: object) => Raster;

const side = fc.integer({ min: 1, max: 40 });
const factor = fc.double({ min: 0, max: 3, noNaN: true });

/** Steps, some of which no small image can take. */
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>(
    ...[
      'flip',
      'flop',
      'rotate90',
      'rotate180',
      'rotate270',
      'transpose',
      'grayscale',
      'invert',
      'equalize',
    ].map((name): Step => [name, undefined]),
  ),
  fc
    .record({ width: side, height: side, fit: fc.constantFrom('fill', 'cover', 'inside', 'outside') })
    .map((options): Step => ['resize', options]),
  fc.record({ left: side, top: side, width: side, height: side }).map((options): Step => ['crop', options]),
  fc.record({ radius: factor }).map((options): Step => ['gaussianBlur', options]),
  fc
    .record({ gamma: fc.double({ min: 0.1, max: 4, noNaN: true }) })
    .map((options): Step => ['gamma', options]),
  fc.record({ factor }).map((options): Step => ['contrast', options]),
  fc.record({ factor }).map((options): Step => ['saturation', options]),
  fc.record({ orientation: fc.integer({ min: 1, max: 8 }) }).map((options): Step => ['autoOrient', options]),
);

const pictures = fc.record({
  width: side,
  height: side,
  channels: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});

function build({
  width,
  height,
  channels,
  seed,
}: Omit<Raster, 'data'> & { seed: number }): Raster<Uint8Array> {
  const next = randomWords(seed);
  const data = Uint8Array.from({ length: width * height * channels }, () => next());
  return { data, width, height, channels };
}

function chained(list: readonly Step[]): Pipeline {
  return list.reduce(
    (chain, [name, options]) =>
      (chain as unknown as Record<string, (options?: object) => Pipeline>)[name]?.(options) as Pipeline,
    pipeline(),
  );
}

/** The result of separate calls, or what the first one threw that failed. */
function oneByOne(raster: Raster, list: readonly Step[]): Raster | Thrown {
  const filters = image as unknown as Record<string, Filter>;
  try {
    return list.reduce((before, [name, options]) => (filters[name] as Filter)(before, options), raster);
  } catch (error) {
    return new Thrown(error);
  }
}

/** The properties of pipelines. */
export const pipelines: Target = {
  name: 'pipelines',
  properties: [
    property(
      'a chain gives what its steps give one after the other, and refuses what they refuse',
      fc.tuple(pictures, fc.array(steps, { maxLength: 7 })),
      async ([picture, list]) => {
        const raster = build(picture);
        const expected = oneByOne(raster, list);
        expectSame(await call(chained(list), [raster]), expected);
        if (expected instanceof Thrown) return;
        const file = encode(raster, { format: 'png' });
        expectSame(await call(chained(list), [file]), expected);
        expectSame(chained(list).png()(file), encode(expected, { format: 'png' }));
      },
    ),
  ],
};
